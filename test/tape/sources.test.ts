/** What `gradient` gives for its sources: nests, intermediates, and missing gradients. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { items, NONE, watching } from "./tapes.js";

describe("rule 19", () => {
  const x1 = tf.constant(3);
  const x2 = tf.constant(3.1);
  const x3 = tf.constant(3.2);

  /** y = x1 + 2·x2 + 3·x3. */
  function recorded() {
    const tape = watching(x1, x2, x3);
    return { tape, y: tf.addN([x1, tf.multiply(2, x2), tf.multiply(3, x3)]) };
  }

  /** The nest with the number of every tensor in its place. */
  function numbers(nest: unknown): unknown {
    if (nest instanceof tf.Tensor) return nest.item();
    if (Array.isArray(nest)) return nest.map(numbers);
    if (typeof nest !== "object" || nest === null) return nest;
    return Object.fromEntries(Object.entries(nest).map(([key, part]) => [key, numbers(part)]));
  }

  it.each([
    ["a tensor", x1, 1],
    ["an array of one", [x1], [1]],
    ["an array", [x1, x2], [1, 2]],
    [
      "arrays in an array",
      [
        [x1, x2],
        [x2, x3],
      ],
      [
        [1, 2],
        [2, 3],
      ],
    ],
    ["an array beside tensors", [x1, x2, [x1, x3]], [1, 2, [1, 3]]],
    ["an object in an array", [x1, { x2, x3 }], [1, { x2: 2, x3: 3 }]],
    ["an object", { deep: { er: [x3] }, x1 }, { deep: { er: [3] }, x1: 1 }],
    ["an object without prototype", Object.assign(Object.create(null), { x1 }), { x1: 1 }],
    ["empty parts", [x1, [], {}], [1, [], {}]],
  ])("rule 19: the result mirrors %s", (_, sources, expected) => {
    const { tape, y } = recorded();
    const gradients: unknown = Reflect.apply(tape.gradient, tape, [y, sources]);
    expect(numbers(gradients)).toEqual(expected);
  });

  it("rule 19: a repeated source gives a repeated result", () => {
    const x = tf.constant(3);
    const single = watching(x);
    expect(items(single.gradient(tf.multiply(2, x), [x, x]))).toEqual([2, 2]);
    const y = tf.constant(5);
    const tape = new tf.GradientTape({ persistent: true });
    tape.watch([x, y]);
    const z = tf.add(tf.multiply(x, x), tf.multiply(x, y));
    tape.stop();
    expect(items(tape.gradient(z, [x, x]))).toEqual([11, 11]);
    expect(items(tape.gradient(z, [y, x]))).toEqual([3, 11]);
  });

  it("rule 19: a variable and a value read from it are one source", () => {
    const v = new tf.Variable(3);
    const tape = new tf.GradientTape();
    const read = v.read();
    const y = tf.multiply(read, v);
    expect(items(tape.gradient(y, [v, read]))).toEqual([6, 6]);
  });

  it("rule 19: every gradient has its source's shape and dtype", () => {
    const a = tf.zeros([2, 3], { dtype: "float64" });
    const b = tf.ones([3]);
    const tape = watching(a, b);
    const y = [tf.reduceSum(a), tf.reduceSum(tf.multiply(b, b))];
    const [da, db] = tape.gradient(y, [a, b]);
    expect([da.dtype, da.shape, db.dtype, db.shape]).toEqual(["float64", [2, 3], "float32", [3]]);
  });

  it("rule 19: gradients are tensors of their own, whose values stay", () => {
    const v = new tf.Variable([1, 2]);
    const tape = new tf.GradientTape();
    const gradient = tape.gradient(tf.multiply(v, v), v);
    v.assign([5, 5]);
    expect(gradient.toArray()).toEqual([2, 4]);
  });
});

describe("rule 20", () => {
  it("rule 20: an intermediate may be a source, and the traversal does not stop there: [108, 18]", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const z = tf.multiply(y, y);
    expect(items(tape.gradient(z, [x, y]))).toEqual([108, 18]);
  });

  it("rule 20: also without the tensor that it was made of", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    expect(tape.gradient(tf.multiply(y, y), y).item()).toBe(18);
  });
});

describe("rule 21", () => {
  it('rule 21: unconnected is an error, "none" gives null, "zero" zeros of the source\'s shape', () => {
    const x = tf.ones([2, 2], { dtype: "float64" });
    const y = tf.constant(3);
    const z = (): { tape: tf.GradientTape; target: tf.Tensor } => {
      const tape = watching(x, y);
      return { tape, target: tf.multiply(y, 2) };
    };
    const failing = z();
    expect(() => failing.tape.gradient(failing.target, x)).toThrow(tf.UnconnectedGradientError);
    const explicit = z();
    const options = { unconnectedGradients: "error" } as const;
    expect(() => explicit.tape.gradient(explicit.target, x, options)).toThrow(
      tf.UnconnectedGradientError,
    );
    const none = z();
    expect(none.tape.gradient(none.target, x, NONE)).toBeNull();
    const zero = z();
    const zeros = zero.tape.gradient(zero.target, x, { unconnectedGradients: "zero" });
    expect(zeros.dtype).toBe("float64");
    expect(zeros.toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("rule 21: so it is for variables that were watched", () => {
    const x = new tf.Variable([
      [1, 1],
      [1, 1],
    ]);
    const y = new tf.Variable(3);
    const tape = watching(x, y);
    const [dx, dy] = tape.gradient(tf.multiply(y, 2), [x, y], { unconnectedGradients: "zero" });
    expect(dx.toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(dy.item()).toBe(2);
  });

  it("rule 21: a gradient that is zero is no missing one", () => {
    const x = tf.constant([1, -2]);
    const tape = watching(x);
    expect(tape.gradient(tf.multiply(x, 0), x).toArray()).toEqual([0, 0]);
  });

  it("rule 21: an unknown value of the option is an error that names it, and the tape stays usable", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const nonsense = (): unknown =>
      Reflect.apply(tape.gradient, tape, [y, x, { unconnectedGradients: "nonsense" }]);
    expect(nonsense).toThrow(tf.ArgumentError);
    expect(nonsense).toThrow(/unconnectedGradients must be one of error, none, zero.*nonsense/);
    expect(tape.gradient(y, x).item()).toBe(6);
  });

  it.each([null, undefined])("rule 21: a target that is %s is a TypeError", (target) => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const missing = (): unknown => Reflect.apply(tape.gradient, tape, [target, x]);
    expect(missing).toThrow(TypeError);
    expect(missing).toThrow(new RegExp(`target.*${String(target)}`));
    expect(() => Reflect.apply(tape.gradient, tape, [y, target])).toThrow(/sources/);
    expect(() => Reflect.apply(tape.gradient, tape, [[y, target], x])).toThrow(/target\[1\]/);
    expect(tape.gradient(y, x).item()).toBe(6);
  });
});
