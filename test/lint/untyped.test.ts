/** The lint rule on code without type information. */
import { describe, expect, test } from "vitest";
import { findUntyped, marks } from "./linting.js";

const begin = 'import * as tf from "gradtape";\nconst x = tf.constant([1, 2]);\n';

describe("no-tensor-condition without types", () => {
  test.each([
    ["if", "if (tf.greater(x, 0)) {}", ["tf.greater(x, 0)"]],
    ["while", "while (x) {}", ["x"]],
    ["do", "do {} while (x.greater(0));", ["x.greater(0)"]],
    ["for", "for (; x.less(10); ) {}", ["x.less(10)"]],
    ["for without a test", "for (;;) { break; }", []],
    ["?:", "const y = x ? 1 : 2;", ["x"]],
    ["!", "const y = !x;", ["x"]],
    ["!!", "const y = !!x;", ["x"]],
    ["left of &&", "x && console.log(1);", ["x"]],
    ["left of ||", "const y = x || 1;", ["x"]],
    ["&&= and ||=", "let y = tf.zeros([]); y ||= x; let z = tf.zeros([]); z = x; z &&= x;", []],
    ["right of && as a value", "const y = ready && x; function f(ready) {}", []],
    ["right of && as a condition", "if (ready && x) {}", ["x"]],
    ["nested operators", "if (a || !(b && x)) {}", ["x"]],
    ["Boolean", "Boolean(x);", ["x"]],
    ["a function that is called Boolean", "function Boolean(v) { return v; } Boolean(x);", []],
    ["a comma", "if ((1, x)) {}", ["1, x"]],
    ["both branches", "if (flag ? x : tf.zeros([2])) {}", ["flag ? x : tf.zeros([2])"]],
    ["a branch that is no tensor", "if (flag ? x : null) {}", []],
    ["an assignment", "let y; if ((y = tf.abs(x))) {}", ["y = tf.abs(x)"]],
  ])("%s", (_name, code, expected) => {
    expect(marks(findUntyped(begin + code))).toEqual(expected);
  });

  test.each([
    ["item", "if (tf.greater(x, 0).item()) {}"],
    ["shape and dtype", 'if (x.shape.length && x.dtype === "bool" && x.size) {}'],
    ["values", "if (x.toArray() && x.data()) {}"],
    ["null and undefined", "if (x !== undefined && x != null && x === tf.exp) {} x ?? 1;"],
    ["an optional chain", "if (x?.greater(0)) {}"],
    ["an array of tensors", "if (tf.split(x, 2, 0)) {}"],
    ["a parameter", "function f(y) { if (y) {} if (y.greater(0)) {} }"],
    ["a name of an inner scope", "function f(x) { if (x) {} }"],
    ["a variable without a value", "let y; if (y) {} y = tf.abs(x);"],
    ["a variable that also holds null", "let y = tf.abs(x); y = null; if (y) {}"],
    ["a variable that is added to", "let y = tf.abs(x); y += 1; if (y) {}"],
    ["a variable of a loop", "let y = x; for (y of [0, 1]) { if (y) {} }"],
    ["a function itself", "if (tf.exp) {}"],
    ["a computed name", "if (tf[name](x)) {}"],
    ["a circle of names", "const a = b, b = a; if (a.exp(1)) {} if (b) {}"],
  ])("leaves alone: %s", (_name, code) => {
    expect(findUntyped(begin + code)).toEqual([]);
  });

  test.each([
    ["a name", 'import { greater } from "gradtape"; if (greater(1, 0)) {}'],
    ["a renamed name", 'import { greater as more } from "gradtape"; if (more(1, 0)) {}'],
    ["a namespace in the package", 'import { math } from "gradtape"; if (math.exp(1)) {}'],
    ["a namespace of a namespace", 'import * as tf from "gradtape"; if (tf.math.exp(1)) {}'],
    ["a quoted name", 'import * as tf from "gradtape"; if (tf["exp"](1)) {}'],
    ["an alias", 'import * as tf from "gradtape"; const m = tf.math; if (m.exp(1)) {}'],
    ["a function's alias", 'import * as tf from "gradtape"; const e = tf.exp; if (e(1)) {}'],
    ["destructuring", 'import * as tf from "gradtape"; const { exp: e } = tf; if (e(1)) {}'],
    ["import()", 'const tf = await import("gradtape"); if (tf.exp(1)) {}'],
    ["a Variable", 'import { Variable } from "gradtape"; const v = new Variable(1); if (v) {}'],
    ["a chain", 'import { exp } from "gradtape"; if (exp(1).add(2).greater(3)) {}'],
    [
      "a variable written in a loop",
      'import * as tf from "gradtape"; let y = tf.ones([]); while (y) { y = y.add(1); }',
    ],
  ])("follows %s", (_name, code) => {
    expect(findUntyped(code)).toHaveLength(1);
  });

  test("other packages and other names are nobody's tensors", () => {
    const code = `
      import * as tf from "@tensorflow/tfjs";
      import { exp } from "./own.js";
      import { Tensor } from "gradtape";
      if (tf.exp(1) || exp(1) || Tensor || new Map()) {}
    `;
    expect(findUntyped(code)).toEqual([]);
  });

  test("suggests .item() where it can be appended", () => {
    expect(findUntyped(`${begin}if (x.greater(0)) {}`)[0]?.repaired).toBe(
      `${begin}if (x.greater(0).item()) {}`,
    );
    expect(findUntyped(`${begin}if ((1, x)) {}`)[0]?.repaired).toBeNull();
  });
});
