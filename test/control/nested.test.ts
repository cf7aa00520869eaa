/** Control flow in control flow: loops in branches of loops, on values, in a graph and in rows that differ. */
import * as tf from "gradtape";
import { describe, it } from "vitest";
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

/** A loop in a branch of a loop, beside the same in host control flow. */
const loopInBranchInLoop: readonly [TensorFunction, TensorFunction] = [
  (x) =>
    tf.whileLoop(
      (i) => tf.less(i, 4),
      (i, v) => [
        i.add(1),
        tf.cond(
          tf.greater(v, 1),
          () =>
            tf.whileLoop(
              (u) => tf.greater(u, 0.5),
              (u) => [tf.sin(u).mul(0.6)],
              [v],
            )[0],
          () => v.mul(x).add(0.7),
        ),
      ],
      [integer(0), x],
    )[1],
  (x) => {
    let v = x;
    for (let i = 0; i < 4; i++) {
      if (v.item() > 1) while (v.item() > 0.5) v = tf.sin(v).mul(0.6);
      else v = v.mul(x).add(0.7);
    }
    return v;
  },
];

const loopInLoop: readonly [TensorFunction, TensorFunction] = [
  (x) =>
    tf.whileLoop(
      (i) => tf.less(i, 3),
      (i, v) => [
        i.add(1),
        tf.whileLoop(
          (j) => tf.less(j, i.add(1)),
          (j, w) => [j.add(1), tf.cos(w.mul(x).add(tf.cast(j, "float64")))],
          [integer(0), v],
        )[1],
      ],
      [integer(0), x],
    )[1],
  (x) => {
    let v = x;
    for (let i = 0; i < 3; i++) for (let j = 0; j <= i; j++) v = tf.cos(v.mul(x).add(j));
    return v;
  },
];

const loopInScan: readonly [TensorFunction, TensorFunction] = [
  (x) =>
    tf.scan(
      (s: tf.Tensor, e: tf.Tensor) =>
        tf.whileLoop(
          (v) => tf.greater(v, 0.4),
          (v) => [v.mul(0.5).add(e.mul(0.02))],
          [s.add(tf.square(e))],
        )[0],
      tf.stack([x, x.mul(2), x.mul(0.3)]),
      { checkpoint: 2, initializer: x },
    ),
  (x) => {
    const states: tf.Tensor[] = [];
    let s = x;
    for (const e of [x, x.mul(2), x.mul(0.3)]) {
      s = s.add(tf.square(e));
      while (s.item() > 0.4) s = s.mul(0.5).add(e.mul(0.02));
      states.push(s);
    }
    return tf.stack(states);
  },
];

const scanInMap: readonly [TensorFunction, TensorFunction] = [
  (x) =>
    tf.mapFn(
      (e: tf.Tensor) =>
        tf.scan((s: tf.Tensor, f: tf.Tensor) => tf.sin(s.mul(f).add(x)), tf.stack([e, e.mul(2)]), {
          reverse: true,
        }),
      tf.stack([x, x.add(1)]),
    ),
  (x) => tf.stack([x, x.add(1)].map((e) => tf.stack([tf.sin(e.mul(2).mul(e).add(x)), e.mul(2)]))),
];

const CASES: readonly (readonly [string, readonly [TensorFunction, TensorFunction]])[] = [
  ["a loop in a branch of a loop", loopInBranchInLoop],
  ["a loop in a loop, whose number of iterations depends on the outer one", loopInLoop],
  ["a loop in a scan that is computed again", loopInScan],
  ["a scan in a map", scanInMap],
];

/** Points whose paths through the programs differ. */
const POINTS = [0.3, 0.9, 1.7, -0.4];

describe.each(CASES)("%s", (_, [f, onHost]) => {
  const second = (one: TensorFunction): TensorFunction => gradient(gradient(one));

  it.each(WAYS)("%s", (_way, run) => {
    for (const point of POINTS) {
      const x = double(point);
      expectValues(run(f, x), onHost(x));
      expectValues(run(gradient(f), x), gradient(onHost)(x));
      expectValues(run(second(f), x), second(onHost)(x), 1e-9);
    }
  });

  it("in rows that differ", () => {
    const points = double(POINTS);
    const inRows = (one: TensorFunction) => tf.vectorizedMap((x: tf.Tensor) => one(x), points);
    const byRow = (one: TensorFunction) => tf.stack(POINTS.map((point) => one(double(point))));
    expectValues(inRows(f), byRow(onHost));
    expectValues(inRows(gradient(f)), byRow(gradient(onHost)));
    expectValues(inRows(second(f)), byRow(second(onHost)), 1e-9);
    const around = gradient((x) => tf.vectorizedMap((row: tf.Tensor) => f(row), x));
    expectValues(around(points), byRow(gradient(onHost)));
  });
});
