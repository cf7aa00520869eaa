/** The operation that the README adds as an example, declared and put through the generated tests. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "gradtape";
import { beforeAll, describe, expect, test } from "vitest";
import * as special from "../../src/ops/special.js";
import { CHECKS } from "../harness/checks.js";
import { type OpFunction, opOf } from "../harness/ops.js";
import { codeBlocks, section } from "./markdown.js";
import { placeOf, ROOT, runBlock } from "./run-block.js";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const block = codeBlocks(section(readme, "Contributing")).find(({ language }) => language === "ts");

describe("the example of an elementwise operation", () => {
  let cbrt: OpFunction;

  beforeAll(async () => {
    const { exports } = await runBlock(block?.code ?? "");
    cbrt = exports["cbrt"] as OpFunction;
  });

  test("is new, and its file gives it the namespace that the README names", () => {
    expect(placeOf(block?.code ?? "")).toBe("src/ops/special.ts");
    expect("cbrt" in tf.math || "cbrt" in tf).toBe(false);
    for (const name of Object.keys(special)) {
      expect(name in tf.math).toBe(true);
      expect(name in tf).toBe(false);
    }
  });

  test("evaluates, and has a gradient", () => {
    const x = tf.constant([8, -27, 0.125], { dtype: "float64" });
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = cbrt(x);
    expect(y.toArray()).toEqual([2, -3, 0.5]);
    expect(tape.gradient(y, x).toArray()).toEqual([1 / 12, 1 / 27, 4 / 3]);
    expect(() => cbrt(tf.constant(8, { dtype: "int32" }))).toThrow(tf.DTypeError);
  });

  test.each(Object.entries(CHECKS))("passes the generated check: %s", (_, check) => {
    expect(check({ op: opOf(cbrt)!, run: cbrt, file: "special.ts" })).toEqual([]);
  });
});
