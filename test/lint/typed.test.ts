/** The lint rule on TypeScript code with type information. */
import { fileURLToPath } from "node:url";
import type { ESLint } from "eslint";
import { plugin } from "gradtape/lint";
import { describe, expect, test } from "vitest";
import { findTyped, marks } from "./linting.js";

const begin = `
  import * as tf from "gradtape";
  import * as other from "other";
  declare const x: tf.Tensor;
  declare const v: tf.Variable;
  declare const maybe: tf.Tensor | undefined;
  declare const like: tf.TensorLike;
`;

describe("no-tensor-condition with types", () => {
  test.each([
    "if (x) {}",
    "while (x) {}",
    "do {} while (x);",
    "for (; x; ) {}",
    "x ? 1 : 2;",
    "!x;",
    "x && 1;",
    "x || 1;",
    "Boolean(x);",
  ])("a tensor in %s", (code) => {
    expect(marks(findTyped(begin + code))).toEqual(["x"]);
  });

  test.each([
    ["a Variable", "if (v) {}", ["v"]],
    ["a parameter", "function f(y: tf.Tensor) { if (y) {} }", ["y"]],
    ["a property", "const model = { weight: v }; if (model.weight) {}", ["model.weight"]],
    ["an element", "for (const [y] of [[x] as const]) { if (y) {} }", ["y"]],
    ["a result of one's own function", "const f = () => x; if (f()) {}", ["f()"]],
    ["an alias of the class", "type Loss = tf.Tensor; declare const y: Loss; if (y) {}", ["y"]],
    ["a class of one's own", "class Loss extends tf.Tensor {} if (new Loss()) {}", ["new Loss()"]],
    ["a type parameter", "function f<T extends tf.Tensor>(y: T) { if (y) {} }", ["y"]],
    ["an intersection", "declare const y: tf.Tensor & { tag: 1 }; if (y) {}", ["y"]],
    ["a union", "if (like) {}", ["like"]],
    ["a union with boolean", "declare const y: tf.Tensor | boolean; if (y) {}", ["y"]],
    ["a value known to be there", "if (maybe !== undefined && maybe) {}", ["maybe"]],
    ["a non-null assertion", "if (maybe!) {}", ["maybe!"]],
    ["a default", "if (maybe ?? x) {}", ["maybe ?? x"]],
    ["an await", "declare const p: Promise<tf.Tensor>; if (await p) {}", ["await p"]],
    ["any, by how it is written", "const y: any = 1; if (y || (tf.greater(x, 0) as any)) {}", 1],
  ])("marks %s", (_name, code, expected) => {
    const found = marks(findTyped(`${begin}${code}\nexport {};`));
    if (typeof expected === "number") expect(found).toHaveLength(expected);
    else expect(found).toEqual(expected);
  });

  test.each([
    ["a tensor that may be absent", "if (maybe) {} maybe && maybe.shape; maybe ? 1 : 2; !maybe;"],
    ["a tensor or null", "declare const y: tf.Tensor | null; if (y) {}"],
    ["a tensor behind a flag", "declare const on: boolean; const y = on && x; if (y) {}"],
    ["an optional chain", "if (maybe?.add(1)) {}"],
    ["its shape and value", "if (x.shape.length || x.item()) {}"],
    ["several tensors", "if (tf.split(x, 2)) {}"],
    ["unknown", "declare const y: unknown; if (y) {}"],
    ["another package's Tensor", "declare const y: other.Tensor; if (y) {}"],
    ["a Tensor of one's own", "class Tensor {} if (new Tensor()) {}"],
    ["the class", "if (tf.Tensor) {}"],
  ])("leaves alone: %s", (_name, code) => {
    expect(findTyped(`${begin}${code}\nexport {};`)).toEqual([]);
  });

  test("knows the classes of this very package, wherever it is", () => {
    const folder = fileURLToPath(new URL("../../src/core", import.meta.url));
    const code = `
      import type { Tensor } from "${folder}/tensor.js";
      import type { Variable } from "${folder}/variable.js";
      declare const y: Tensor, v: Variable;
      if (y || v) {}
    `;
    expect(marks(findTyped(code))).toEqual(["y", "v"]);
  });

  test("has the type of an ESLint plugin", () => {
    const typed: ESLint.Plugin = plugin;
    expect(Object.keys(typed.rules ?? {})).toEqual(["no-tensor-condition"]);
  });
});
