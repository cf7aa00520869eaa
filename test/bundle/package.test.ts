/** The package as its users find it: entry points, declarations, and modules that do nothing when they are imported. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { rollup } from "rollup";
import { afterAll, beforeAll, expect, it } from "vitest";
import { COMPILER, type Consumer, makeConsumer } from "./consumer.js";

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly sideEffects: readonly string[];
  readonly files: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

let consumer: Consumer;
let manifest: Manifest;
beforeAll(async () => {
  consumer = await makeConsumer();
  manifest = JSON.parse(readFileSync(join(consumer.library, "package.json"), "utf8")) as Manifest;
});
afterAll(() => consumer.remove());

it("has a file behind every entry point and every module that it names", () => {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  for (const path of [...targets, ...manifest.sideEffects]) {
    // A pattern stands for all files of a folder.
    const [file] = path.split("*");
    expect(existsSync(join(consumer.library, file!)), path).toBe(true);
    const published = manifest.files.some((part) => path.startsWith(`./${part}/`));
    expect(published || path === "./package.json", path).toBe(true);
  }
  expect(manifest.dependencies ?? {}).toEqual({});
});

it("is imported by name, and nothing behind its entry points is", async () => {
  const program = consumer.write(
    "imports.js",
    `const tf = await import("gradtape");
    const lint = await import("gradtape/lint");
    const { code } = await import("gradtape/dist/core/tensor.js").catch((error) => error);
    console.log(JSON.stringify([tf.square(3).item(), Object.keys(lint).length > 0, code]));`,
  );
  expect(JSON.parse(await consumer.node(program))).toEqual([
    9,
    true,
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
  ]);
});

it("has declarations that hold in a strict project without further settings", async () => {
  consumer.write(
    "typed.ts",
    `import * as tf from "gradtape";
    const w: tf.Variable = new tf.Variable([1, 2]);
    const tape = new tf.GradientTape();
    const y: tf.Tensor = tf.reduceSum(w.mul(w));
    const [dw]: [tf.Tensor] = tape.gradient(y, [w]);
    // @ts-expect-error Wrong options are found by the compiler.
    tf.reduceSum(dw, { axes: 0 });
    export const total: number = dw.sum().item();`,
  );
  const flags = "--noEmit --strict --exactOptionalPropertyTypes --module nodenext --target es2022";
  await consumer.node(COMPILER, ...flags.split(" "), "--types", "", "typed.ts");
});

it("adds nothing to the built-in objects, and lets the process end", async () => {
  const program = consumer.write(
    "globals.js",
    `const objects = [globalThis, Object, Function, Array, Number, Symbol, Math, Promise, Float32Array]
      .flatMap((one) => typeof one === "function" ? [one, one.prototype] : [one]);
    const keys = () => objects.map((one) => Reflect.ownKeys(one).map(String).join());
    const before = keys();
    await import("gradtape");
    const after = keys();
    console.log(JSON.stringify(before.filter((names, place) => names !== after[place])));`,
  );
  expect(JSON.parse(await consumer.node(program))).toEqual([]);
});

it("has modules that leave nothing behind when only imported, but those it names", async () => {
  const named = new Set(manifest.sideEffects);
  const modules = readdirSync(join(consumer.library, "dist"), { recursive: true })
    .map((path) => `./dist/${String(path).replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".js") && !path.startsWith("./dist/lint/"))
    .filter((path) => !named.has(path) && !path.startsWith("./dist/bundle/chunks/"));
  expect(modules.length).toBeGreaterThan(5);
  const entry = consumer.write(
    "every-module.js",
    modules.map((path) => `import "./node_modules/gradtape/${path.slice(2)}";`).join("\n"),
  );
  const bundle = await rollup({
    input: entry,
    treeshake: { moduleSideEffects: true },
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "esm" });
  const remaining = Object.entries(output[0].modules).filter(([, { code }]) => code?.trim());
  expect(remaining.map(([path]) => relative(consumer.library, path))).toEqual([]);
});
