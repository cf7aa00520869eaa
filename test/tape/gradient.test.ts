/** What `gradient` takes and gives: targets, output gradients, nests of sources, missing gradients. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const NONE = { unconnectedGradients: "none" } as const;

function items(gradients: readonly (tf.Tensor | null)[]): (number | null)[] {
  return gradients.map((gradient) => gradient?.item() ?? null);
}

/** A tape on which the given tensors are watched. */
function watching(...tensors: readonly (tf.Tensor | tf.Variable)[]): tf.GradientTape {
  const tape = new tf.GradientTape();
  tape.watch(tensors);
  return tape;
}

describe("rule 16", () => {
  it("rule 16: a target that is itself a source gives ones", () => {
    const x = tf.constant(3);
    expect(watching(x).gradient(x, x).item()).toBe(1);
    const matrix = tf.fill([2, 2], 2);
    expect(watching(matrix).gradient(matrix, [matrix])[0].toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it("rule 16: the gradient of identity is one", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    expect(tape.gradient(tf.identity(x), x).item()).toBe(1);
  });

  it("rule 16: a target counts once per occurrence: [x, x] gives 2", () => {
    const x = tf.constant(3);
    expect(watching(x).gradient([x, x], x).item()).toBe(2);
    const matrix = tf.fill([2, 2], 2);
    expect(watching(matrix).gradient([matrix, matrix], [matrix])[0].toArray()).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  it("rule 16: of several targets one may be the source: 5", () => {
    const x = tf.constant(2);
    const tape = watching(x);
    expect(tape.gradient([x, tf.multiply(x, x)], x).item()).toBe(5);
  });

  it("rule 16: several targets, several of them sources: [1, 11]", () => {
    const x = tf.constant(3);
    const y = tf.constant(5);
    const tape = watching(x, y);
    expect(items(tape.gradient([x, y, tf.multiply(y, y)], [x, y]))).toEqual([1, 11]);
  });

  it("rule 16: a variable may be target and source", () => {
    const v = new tf.Variable(2);
    const tape = new tf.GradientTape();
    const y = tf.multiply(v, v);
    expect(tape.gradient([v, y], v).item()).toBe(5);
  });

  it("rule 16: it need not be watched for that, nor read", () => {
    const x = tf.constant(3);
    const v = new tf.Variable([3, 4]);
    expect(new tf.GradientTape().gradient(x, x).item()).toBe(1);
    expect(new tf.GradientTape().gradient([v, v], v).toArray()).toEqual([2, 2]);
    const weighted = new tf.GradientTape().gradient(x, x, { outputGradients: 5 });
    expect(weighted.item()).toBe(5);
  });

  it("rule 16: an intermediate may be target and source", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    expect(items(tape.gradient(y, [y, x]))).toEqual([1, 6]);
  });
});

describe("rule 17", () => {
  it("rule 17: the gradient of a target that is not a scalar is that of the sum of its elements", () => {
    const x = tf.constant([1, 2, 3]);
    const tape = watching(x);
    expect(tape.gradient(tf.multiply(x, x), x).toArray()).toEqual([2, 4, 6]);
  });

  it("rule 17: several targets of several shapes are summed", () => {
    const x = tf.constant([1, 2]);
    const y = tf.constant(3);
    const tape = watching(x, y);
    const targets = { scaled: tf.multiply(x, y), more: [tf.multiply(y, y), tf.reduceSum(x)] };
    const [dx, dy] = tape.gradient(targets, [x, y]);
    expect(dx.toArray()).toEqual([4, 4]);
    expect(dy.item()).toBe(9);
  });

  it("rule 17: two targets with a source each give each its own", () => {
    const x = tf.constant(3);
    const y = tf.constant(2);
    const tape = watching(x, y);
    const targets = [tf.multiply(2, x), tf.multiply(3, y)];
    expect(items(tape.gradient(targets, [x, y]))).toEqual([2, 3]);
  });

  it("rule 17: a function of several results is differentiated as their sum", () => {
    const x = tf.constant([0, 1, 2]);
    const tape = watching(x);
    expect(tape.gradient([tf.add(x, 2), tf.multiply(x, x)], x).toArray()).toEqual([1, 3, 5]);
  });

  it("rule 17: without any target there is no gradient", () => {
    const x = tf.constant(3);
    expect(watching(x).gradient([], x, { unconnectedGradients: "zero" }).item()).toBe(0);
    expect(() => watching(x).gradient([], x)).toThrow(tf.UnconnectedGradientError);
  });

  it("rule 17: without any source the result is empty", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    expect(tape.gradient(tf.multiply(x, x), [])).toEqual([]);
  });
});

describe("rule 18", () => {
  it("rule 18: an output gradient weighs its target, also one that is an input of another: 4", () => {
    const x = tf.constant(3);
    const y = tf.constant(2);
    const tape = watching(x, y);
    const loss = tf.multiply(x, y);
    const [dx] = tape.gradient([loss, x], [x], { outputGradients: [1, 2] });
    expect(dx.item()).toBe(4);
  });

  it("rule 18: it may be a tensor, a variable, an array or a typed array", () => {
    const given = [
      tf.constant([1, 10]),
      new tf.Variable([1, 10]),
      [1, 10],
      new Float32Array([1, 10]),
    ];
    for (const outputGradients of given) {
      const x = tf.constant([3, 4]);
      const tape = watching(x);
      const y = tf.multiply(x, x);
      expect(tape.gradient(y, x, { outputGradients }).toArray()).toEqual([6, 80]);
    }
  });

  it("rule 18: an omitted one is ones", () => {
    const x = tf.constant(3);
    const omissions: tf.GradientOptions["outputGradients"][] = [
      [undefined, 10],
      [null, 10],
      [1, 10],
    ];
    for (const outputGradients of omissions) {
      const tape = watching(x);
      const targets = [tf.multiply(x, 2), tf.multiply(x, x)];
      expect(tape.gradient(targets, x, { outputGradients }).item()).toBe(62);
    }
    const tape = watching(x);
    const targets = { a: tf.multiply(x, 2), b: { c: tf.multiply(x, x) } };
    expect(tape.gradient(targets, x, { outputGradients: { b: { c: 10 } } }).item()).toBe(62);
  });

  it("rule 18: its shape must be the target's, and the tape stays usable", () => {
    const x = tf.constant([3, 4]);
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const wrong = (): unknown => tape.gradient(y, x, { outputGradients: [1, 2, 3] });
    expect(wrong).toThrow(tf.ShapeError);
    expect(wrong).toThrow(/\[3\].*\[2\]/);
    expect(() => tape.gradient(y, x, { outputGradients: 1 })).toThrow(tf.ShapeError);
    expect(tape.gradient(y, x, { outputGradients: [1, 2] }).toArray()).toEqual([6, 16]);
  });

  it("rule 18: its dtype must be the target's, and a literal adopts it", () => {
    const x = tf.constant(3, { dtype: "float64" });
    const tape = watching(x);
    const y = tf.multiply(x, x);
    const wrong = (): unknown =>
      tape.gradient(y, x, { outputGradients: tf.constant(1, { dtype: "float32" }) });
    expect(wrong).toThrow(tf.DTypeError);
    const gradient = tape.gradient(y, x, { outputGradients: 0.1 });
    expect(gradient.dtype).toBe("float64");
    expect(gradient.item()).toBe(0.1 * 6);
  });

  it("rule 18: its structure must be the targets'", () => {
    const x = tf.constant(3);
    const tape = watching(x);
    const targets = { a: tf.multiply(x, x) };
    expect(() => tape.gradient(targets, x, { outputGradients: 1 })).toThrow(/structure/);
    expect(() => tape.gradient(targets, x, { outputGradients: { b: 1 } })).toThrow(/"b"/);
    expect(tape.gradient(targets, x, { outputGradients: { a: 2 } }).item()).toBe(12);
  });

  it("rule 18: an outer tape differentiates with regard to an output gradient", () => {
    const x = tf.constant(3);
    const weight = tf.constant(5);
    const outer = watching(weight);
    const inner = watching(x);
    const gradient = inner.gradient(tf.multiply(x, x), x, { outputGradients: weight });
    expect(gradient.item()).toBe(30);
    expect(outer.gradient(gradient, weight).item()).toBe(6);
  });
});

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
