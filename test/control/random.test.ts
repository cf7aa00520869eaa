/** Random numbers in control flow: new ones for every iteration and row, and the same ones in the passes back. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  double,
  expectValues,
  gradient,
  integer,
  leavesNothingActive,
  type TensorFunction,
  WAYS,
} from "./control.js";

leavesNothingActive();

const DOUBLE = { dtype: "float64" } as const;
const draw = (): tf.Tensor => tf.random.uniform([], { ...DOUBLE, minval: 0.5, maxval: 1.5 });
const ones = tf.ones([6], DOUBLE);

/** How many different numbers there are. */
function distinct(tensor: tf.Tensor): number {
  return new Set(tensor.data()).size;
}

/** Functions that are proportional to their argument, whose factor is made of random numbers. */
const PROPORTIONAL: readonly (readonly [string, TensorFunction])[] = [
  ["a scan", (x) => tf.scan((s: tf.Tensor) => s.mul(draw()), ones, { initializer: x })],
  [
    "a scan from the end",
    (x) => tf.scan((s: tf.Tensor) => s.mul(draw()), ones, { initializer: x, reverse: true }),
  ],
  [
    "a scan that is computed again",
    (x) => tf.scan((s: tf.Tensor) => s.mul(draw()), ones, { initializer: x, checkpoint: 4 }),
  ],
  ["a map", (x) => tf.mapFn(() => x.mul(draw()), ones)],
  [
    "a loop of some iterations",
    (x) =>
      tf.whileLoop(
        (i) => tf.less(i, 4),
        (i, s) => [i.add(1), s.mul(draw()).add(x.mul(draw()))],
        [integer(0), x],
      )[1],
  ],
  [
    "a loop that random numbers end",
    (x) =>
      tf.whileLoop(
        (level) => tf.less(level, 3),
        (level, s) => [level.add(draw()), s.mul(draw())],
        [double(0), x],
      )[1],
  ],
  [
    "a branch in a loop",
    (x) =>
      tf.whileLoop(
        (i) => tf.less(i, 5),
        (i, s) => [
          i.add(1),
          tf.cond(
            tf.less(draw(), 1),
            () => s.mul(draw()),
            () => s.add(x.mul(draw())),
          ),
        ],
        [integer(0), x],
      )[1],
  ],
  [
    "a loop in a loop",
    (x) =>
      tf.whileLoop(
        (i) => tf.less(i, 3),
        (i, s) => [
          i.add(1),
          tf.scan((t: tf.Tensor) => t.mul(draw()), ones, { initializer: s }).at(-1),
        ],
        [integer(0), x],
      )[1],
  ],
  [
    "dropout in a scan",
    (x) =>
      tf.scan(
        (s: tf.Tensor, e: tf.Tensor) => tf.nn.dropout(s.add(e.mul(x)), 0.3),
        tf.ones([5, 8], DOUBLE),
        {
          initializer: tf.zeros([8], DOUBLE),
        },
      ),
  ],
];

describe.each(WAYS)("random numbers %s", (_, run) => {
  it("differ from iteration to iteration", () => {
    const scanned: TensorFunction = (x) => tf.scan(() => draw(), ones, { initializer: x });
    expect(distinct(run(scanned, double(1)))).toBe(6);
    const mapped: TensorFunction = (x) => tf.mapFn(() => x.mul(draw()), ones);
    expect(distinct(run(mapped, double(1)))).toBe(6);
    const looped: TensorFunction = (x) => {
      const [, states] = tf.whileLoop(
        (i) => tf.less(i, 4),
        (i, list) => [i.add(1), tf.concat([list.slice([1], [3]), draw().reshape([1])], 0)],
        [integer(0), tf.broadcastTo(x, [4])],
      );
      return states;
    };
    expect(distinct(run(looped, double(1)))).toBe(4);
  });

  it("differ in the iterations of a loop in a loop", () => {
    const f: TensorFunction = (x) =>
      tf.mapFn(() => tf.scan(() => draw(), ones, { initializer: x }), ones);
    expect(distinct(run(f, double(1)))).toBe(36);
  });

  it("of a condition differ from iteration to iteration, and are the same in the pass back", () => {
    const f: TensorFunction = (x) =>
      tf.whileLoop(
        () => tf.less(draw(), 1.4),
        (s) => [s.add(x)],
        [double(0)],
        { maximumIterations: 400 },
      )[0];
    const both: TensorFunction = (x) => tf.stack(tf.valueAndGrad((own: tf.Tensor) => f(own))(x));
    const counts = Array.from({ length: 6 }, () => {
      const [value, slope] = [...run(both, double(1))] as [tf.Tensor, tf.Tensor];
      expectValues(slope, value);
      return value.item();
    });
    expect(new Set(counts).size).toBeGreaterThan(1);
  });

  it("of several draws in one iteration differ", () => {
    const f: TensorFunction = (x) => tf.mapFn(() => tf.stack([x.mul(draw()), x.mul(draw())]), ones);
    expect(distinct(run(f, double(1)))).toBe(12);
  });

  it("with a seed are the same in all iterations", () => {
    const f: TensorFunction = (x) =>
      tf.mapFn(() => x.mul(tf.random.uniform([], { ...DOUBLE, seed: 5 })), ones);
    expect(distinct(run(f, double(1)))).toBe(1);
  });

  it("are the same again after setSeed", () => {
    const f: TensorFunction = (x) =>
      tf.scan((s: tf.Tensor) => s.mul(draw()), ones, { initializer: x });
    const [first, second] = [0, 1].map(() => {
      tf.random.setSeed(3);
      return run(f, double(1));
    });
    expect(first!.toArray()).toEqual(second!.toArray());
  });

  it.each(PROPORTIONAL)("are the same in the pass back of %s", (_name, f) => {
    // A function proportional to x has the gradient f(x) / x.
    const both: TensorFunction = (x) => {
      const [value, slope] = tf.valueAndGrad((own: tf.Tensor) => tf.reduceSum(f(own)))(x);
      return tf.stack([value, slope.mul(x)]);
    };
    const [value, product] = [...run(both, double(0.7))] as [tf.Tensor, tf.Tensor];
    expect(value.item()).not.toBe(0);
    expectValues(product, value);
  });

  it.each(PROPORTIONAL)("are the same in tangents of %s", (_name, f) => {
    const both: TensorFunction = (x) => {
      const [value, tangent] = tf.jvp((own: tf.Tensor) => tf.reduceSum(f(own)), [x], [x]);
      return tf.stack([value, tangent]);
    };
    const [value, tangent] = [...run(both, double(0.7))] as [tf.Tensor, tf.Tensor];
    expectValues(tangent, value);
  });

  it.each(PROPORTIONAL)("are the same in second derivatives of %s", (_name, f) => {
    // A square of such a function has x² · (second derivative) = 2 f(x)², summed over results.
    const both: TensorFunction = (x) => {
      let value: tf.Tensor | undefined;
      const squares: TensorFunction = (own) => {
        value = tf.reduceSum(tf.square(f(own)));
        return value;
      };
      const [, second] = tf.jvp(gradient(squares), [x], [x]);
      return tf.stack([value!.mul(2), second.mul(x)]);
    };
    const [expected, found] = [...run(both, double(0.7))] as [tf.Tensor, tf.Tensor];
    expectValues(found, expected);
  });
});

describe("random numbers in rows", () => {
  const same = tf.ones([3], DOUBLE);

  it("differ from row to row and from iteration to iteration", () => {
    const f: TensorFunction = (x) => tf.scan(() => draw(), ones, { initializer: x });
    expect(distinct(tf.vectorizedMap((x: tf.Tensor) => f(x), same))).toBe(18);
    const mapped: TensorFunction = () => tf.mapFn(() => draw(), ones);
    expect(distinct(tf.vectorizedMap((x: tf.Tensor) => mapped(x), same))).toBe(18);
  });

  it.each(PROPORTIONAL)("are the same in a pass back around the rows of %s", (_, f) => {
    const xs = double([0.7, -1.2, 2]);
    const tape = new tf.GradientTape();
    tape.watch(xs);
    const values = tf.vectorizedMap((x: tf.Tensor) => tf.reduceSum(f(x)), xs);
    expect(distinct(values)).toBe(3);
    expectValues(tape.gradient(values, xs).mul(xs), values);
  });

  it("end the loop of each row on its own", () => {
    const counts = tf.vectorizedMap(
      (x: tf.Tensor) =>
        tf.whileLoop(
          (level) => tf.less(level, 20),
          (level, count) => [level.add(tf.random.uniform([], DOUBLE)), count.add(x)],
          [double(0), double(0)],
        )[1],
      tf.ones([20], DOUBLE),
    );
    expect(distinct(counts)).toBeGreaterThan(3);
    expect(tf.reduceMin(counts).item()).toBeGreaterThan(20);
  });

  it("of a condition end the loop of each row on its own", () => {
    const counts = tf.vectorizedMap(
      (x: tf.Tensor) =>
        tf.whileLoop(
          () => tf.less(draw(), 1.4),
          (s) => [s.add(x)],
          [double(0)],
          { maximumIterations: 400 },
        )[0],
      tf.ones([20], DOUBLE),
    );
    expect(distinct(counts)).toBeGreaterThan(3);
  });

  it("of dropout in a scan are kept apart by row, step and element", () => {
    const kept = tf.vectorizedMap(
      (x: tf.Tensor) =>
        tf.mapFn((e: tf.Tensor) => tf.nn.dropout(e.mul(x), 0.5), tf.ones([4, 16], DOUBLE)),
      same,
    );
    const masks = kept.reshape([12, 16]).toArray() as number[][];
    expect(new Set(masks.map(String)).size).toBe(12);
    for (const mask of masks) for (const value of mask) expect([0, 2]).toContain(value);
  });
});
