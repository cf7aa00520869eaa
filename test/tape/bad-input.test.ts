/** Bad input: each is a typed error that names the operation and its arguments, and harms no tape and no variable. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isRecording } from "../../src/core/dispatch.js";
import { untyped } from "./tapes.js";

type ErrorType = abstract new (...parameters: never) => Error;

const matrix = tf.constant([
  [1, 2, 3],
  [4, 5, 6],
]);
const integers = tf.constant([0, 1], { dtype: "int32" });
const variable = new tf.Variable([1, 2], { name: "weights" });

const CASES: readonly (readonly [string, () => unknown, ErrorType, RegExp])[] = [
  [
    "shapes that do not broadcast",
    () => tf.add(matrix, [1, 2]),
    tf.ShapeError,
    /add: .*\[2, 3\].*\[2\]/,
  ],
  [
    "inner lengths of a product",
    () => tf.matmul(matrix, matrix),
    tf.ShapeError,
    /matmul: .*\[2, 3\].*\[2, 3\]/,
  ],
  [
    "a shape of another size",
    () => tf.reshape(matrix, [4, 2]),
    tf.ShapeError,
    /reshape: .*\[2, 3\].*\[4, 2\]/,
  ],
  ["a negative length", () => tf.zeros([2, -3]), tf.ShapeError, /zeros: .*-3/],
  ["a rank too small", () => tf.matmul([1, 2], matrix), tf.ShapeError, /matmul: .*\[2\]/],
  [
    "dtypes that differ",
    () => tf.multiply(matrix, tf.cast(matrix, "float64")),
    tf.DTypeError,
    /multiply: .*float32\[2, 3\].*float64\[2, 3\]/,
  ],
  ["a dtype without the function", () => tf.sqrt(integers), tf.DTypeError, /sqrt: .*int32\[2\]/],
  ["a number for a bool", () => tf.logicalNot(matrix), tf.DTypeError, /logicalNot: .*float32/],
  ["an unknown dtype", () => untyped(tf.cast, matrix, "float16"), tf.DTypeError, /cast: .*float16/],
  [
    "an axis out of range",
    () => tf.reduceSum(matrix, { axis: 2 }),
    tf.IndexError,
    /reduceSum: axis 2 .*rank 2/,
  ],
  [
    "a fraction for an axis",
    () => tf.reduceSum(matrix, { axis: 0.5 }),
    tf.ArgumentError,
    /reduceSum: axis must be an integer, got 0\.5/,
  ],
  [
    "an axis named twice",
    () => tf.reduceMean(matrix, { axis: [1, -1] }),
    tf.ArgumentError,
    /axis 1 is named twice/,
  ],
  [
    "ragged nested arrays",
    () => tf.constant([[1, 2], [3]]),
    tf.ShapeError,
    /constant: nested arrays are ragged/,
  ],
  [
    "ragged nested arrays beside a tensor",
    () => tf.add(matrix, [[1, 2], 3]),
    tf.ShapeError,
    /add: nested arrays are ragged/,
  ],
  ["a string in an array", () => untyped(tf.constant, [1, "2"]), tf.ArgumentError, /got string/],
  [
    "a fraction for an index",
    () => tf.gather(matrix, [0.5]),
    tf.DTypeError,
    /gather: 0\.5 is given where an int32 is due/,
  ],
  [
    "float32 for indices",
    () => tf.gather(matrix, tf.constant([0, 1])),
    tf.DTypeError,
    /gather: .*float32\[2\]/,
  ],
  ["a fraction in at", () => matrix.at(0.5), tf.ArgumentError, /at: .*0\.5/],
  ["at out of range", () => matrix.at(2), tf.IndexError, /at: .*2.*\[2, 3\]/],
  ["at with too many indices", () => matrix.at(0, 0, 0), tf.IndexError, /at: .*\[2, 3\]/],
  [
    "a gather out of range",
    () => tf.gather(matrix, [0, 2]),
    tf.IndexError,
    /gather: index 2 .*out of range.*\[2, 3\]/,
  ],
  [
    "a gather before the first",
    () => tf.gather(matrix, [-1]),
    tf.IndexError,
    /gather: index -1 .*out of range.*\[2, 3\]/,
  ],
  [
    "a slice out of range",
    () => tf.slice(matrix, [0, 2], [1, 2]),
    tf.IndexError,
    /slice: .*\[2, 3\]/,
  ],
  ["a null operand", () => untyped(tf.add, matrix, null), tf.ArgumentError, /add: b .*null/],
  ["a missing operand", () => untyped(tf.exp), tf.ArgumentError, /exp: x .*undefined/],
  [
    "an object for an operand",
    () => untyped(tf.exp, new Date(0)),
    tf.ArgumentError,
    /exp: x .*Date/,
  ],
  [
    "an unknown option",
    () => untyped(tf.reduceSum, matrix, { axes: 1 }),
    tf.ArgumentError,
    /reduceSum: unknown option "axes"; expected axis, keepdims/,
  ],
  [
    "an axis in place of the options",
    () => untyped(tf.reduceSum, matrix, 1),
    tf.ArgumentError,
    /reduceSum: the last argument must be an options object/,
  ],
  [
    "an unknown option of a tape",
    () => untyped(() => Reflect.construct(tf.GradientTape, [{ persist: true }])),
    tf.ArgumentError,
    /GradientTape: unknown option "persist"/,
  ],
  [
    "an unknown option of a variable",
    () => untyped(() => Reflect.construct(tf.Variable, [1, { trainabel: true }])),
    tf.ArgumentError,
    /Variable: unknown option "trainabel"/,
  ],
  [
    "a variable of null",
    () => untyped(() => Reflect.construct(tf.Variable, [null])),
    tf.ArgumentError,
    /Variable "Variable": .*null/,
  ],
  [
    "a variable whose value has another dtype",
    () => new tf.Variable(matrix, { dtype: "float64" }),
    tf.DTypeError,
    /float32.*float64/,
  ],
  [
    "a variable assigned another shape",
    () => variable.assign([1, 2, 3]),
    tf.ShapeError,
    /assign.*"weights".*\[3\].*\[2\]/,
  ],
  [
    "a variable assigned another dtype",
    () => variable.assign(integers),
    tf.DTypeError,
    /assign.*"weights".*int32.*float32/,
  ],
  [
    "a variable assigned null",
    () => untyped(() => Reflect.apply(variable.assign, variable, [null])),
    tf.ArgumentError,
    /assign.*"weights".*null/,
  ],
  [
    "assignAdd of another shape",
    () => variable.assignAdd([1, 2, 3]),
    tf.ShapeError,
    /assignAdd.*\[3\]/,
  ],
  [
    "assignAdd of a shape that broadcasts to a larger one",
    () => variable.assignAdd(tf.ones([2, 2])),
    tf.ShapeError,
    /assignAdd.*\[2, 2\]/,
  ],
  [
    "assignSub of another dtype",
    () => variable.assignSub(integers),
    tf.DTypeError,
    /assignSub.*int32/,
  ],
  ["item of several elements", () => matrix.item(), tf.ShapeError, /item: .*\[2, 3\]/],
  [
    "a result that cannot be allocated",
    () => tf.matmul(tf.zeros([2 ** 20, 1]), tf.zeros([1, 2 ** 20])),
    tf.AllocationError,
    /matmul: .*1099511627776/,
  ],
  [
    "a copy that cannot be allocated",
    () => tf.reshape(tf.broadcastTo([1, 2], [2 ** 40, 2]), [2 ** 41]),
    tf.AllocationError,
    /reshape: .*2199023255552/,
  ],
];

describe("bad input", () => {
  it.each(CASES)("%s is a typed error, and everything stays usable", (_, call, type, message) => {
    using around = new tf.GradientTape();
    const x = tf.constant(3);
    around.watch(x);
    const before = tf.multiply(x, x);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
    const gradient = around.gradient(tf.multiply(before, x), x);
    expect(gradient.item()).toBe(27);
    expect(isRecording()).toBe(false);
    expect(variable.toArray()).toEqual([1, 2]);
    const tape = new tf.GradientTape();
    const y = tf.multiply(variable, variable);
    expect(tape.gradient(y, variable).toArray()).toEqual([2, 4]);
  });

  it("library errors are all GradtapeErrors, but for ArgumentError, which is a TypeError", () => {
    for (const [name, call] of CASES) {
      let caught: unknown;
      try {
        call();
      } catch (error) {
        caught = error;
      }
      const known = caught instanceof tf.GradtapeError || caught instanceof tf.ArgumentError;
      expect(known, name).toBe(true);
    }
    expect(new tf.ArgumentError("")).toBeInstanceOf(TypeError);
  });

  it("an error in an operand of a longer expression loses nothing that came before", () => {
    const tape = new tf.GradientTape({ persistent: true });
    const y = tf.reduceSum(tf.multiply(variable, variable));
    for (const [, call] of CASES) expect(call).toThrow();
    const z = tf.multiply(y, 2);
    tape.stop();
    expect(tape.gradient(z, variable).toArray()).toEqual([4, 8]);
    expect(tape.gradient(y, variable).toArray()).toEqual([2, 4]);
  });
});
