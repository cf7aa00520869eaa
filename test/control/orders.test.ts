/** Derivatives of control flow to third order: every nesting of forward and reverse mode gives the numbers of the closed form. */
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

const MODES: Readonly<Record<string, (f: TensorFunction) => TensorFunction>> = {
  forward: (f) => (x) => tf.jvp(f, [x!], [tf.onesLike(x!)])[1],
  reverse: (f) => gradient(f),
};

const nestings = (order: number): string[][] =>
  order === 0
    ? [[]]
    : nestings(order - 1).flatMap((inner) => Object.keys(MODES).map((mode) => [...inner, mode]));

/** Functions of a scalar, each with a formula. */
const PROGRAMS: readonly (readonly [string, TensorFunction, TensorFunction])[] = [
  [
    "a loop whose number of iterations depends on its values",
    (x) =>
      tf.whileLoop(
        (v) => tf.less(v, 2),
        (v) => [tf.sin(v).add(v).mul(x)],
        [x],
      )[0],
    (x) => {
      let v = x;
      while (v.item() < 2) v = tf.sin(v).add(v).mul(x);
      return v;
    },
  ],
  [
    "a loop with a counter",
    (x) =>
      tf.whileLoop(
        (i) => tf.less(i, 3),
        (i, v) => [i.add(1), tf.cos(v.mul(x))],
        [integer(0), x],
      )[1],
    (x) => tf.cos(tf.cos(tf.cos(x.mul(x)).mul(x)).mul(x)),
  ],
  [
    "a branch",
    (x) =>
      tf.cond(
        tf.greater(x, 0),
        () => tf.exp(x.mul(x)),
        () => x,
      ),
    (x) => tf.exp(x.mul(x)),
  ],
  [
    "a scan",
    (x) =>
      tf.reduceSum(
        tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)), tf.stack([x, x.mul(x), x])),
      ),
    (x) => {
      const second = tf.sin(x.mul(x.mul(x)));
      return x.add(second).add(tf.sin(second.mul(x)));
    },
  ],
  [
    "a scan from the end whose states are computed again",
    (x) =>
      tf.reduceSum(
        tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.tanh(s.add(e)).mul(x), tf.stack([x, x, x]), {
          initializer: x,
          reverse: true,
          checkpoint: 2,
        }),
      ),
    (x) => {
      const states = [x];
      for (let step = 0; step < 3; step++) states.push(tf.tanh(states.at(-1)!.add(x)).mul(x));
      return tf.addN(states.slice(1));
    },
  ],
  [
    "a map",
    (x) => tf.reduceSum(tf.mapFn((e: tf.Tensor) => tf.sin(e).mul(x), tf.stack([x, x.mul(2)]))),
    (x) =>
      tf
        .sin(x)
        .add(tf.sin(x.mul(2)))
        .mul(x),
  ],
  [
    "the gradient of a loop in a loop",
    (x) => {
      const slope = gradient(
        (a) =>
          tf.whileLoop(
            (i) => tf.less(i, 2),
            (i, y) => [i.add(1), tf.cos(y.add(x))],
            [integer(0), a!],
          )[1],
      );
      return tf.whileLoop(
        (i) => tf.less(i, 2),
        (i, y) => [i.add(1), slope(y)],
        [integer(0), x],
      )[1];
    },
    (x) => {
      const slope = (a: tf.Tensor) => tf.sin(tf.cos(a.add(x)).add(x)).mul(tf.sin(a.add(x)));
      return slope(slope(x));
    },
  ],
];

describe.each(WAYS)("orders %s", (_, run) => {
  it.each(PROGRAMS)("%s", (_name, f, formula) => {
    const x = double(0.8);
    for (const order of [1, 2, 3]) {
      const expected = nestings(order)[0]!.reduce((inner) => gradient(inner), formula)(x);
      for (const modes of nestings(order)) {
        const derivative = modes.reduce((inner, mode) => MODES[mode]!(inner), f);
        expectValues(run(derivative, x), expected, 1e-9);
      }
    }
  });
});
