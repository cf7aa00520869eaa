/** Elementwise steps, with the intervals of their operands. */

import * as tf from "gradtape";
import { type Kind, kind } from "./kinds.js";
import type { Slot } from "./program.js";
import { broadcast, isWithin, keepsFrom, LARGEST_VALUE, type Limits } from "./values.js";

interface Interval {
  readonly from?: number;
  readonly to?: number;
  /** Where the function or its derivatives jump. */
  readonly jumps?: readonly number[];
}

function bounds({ from = -LARGEST_VALUE, to = LARGEST_VALUE }: Interval): [number, number] {
  return [from, to];
}

function suits(x: tf.Tensor, interval: Interval, limits: Limits): boolean {
  const [from, to] = bounds(interval);
  const { jumps = [] } = interval;
  return isWithin(x, from, to) && jumps.every((point) => keepsFrom(x, point, limits));
}

function unary(name: string, f: (x: tf.Tensor) => tf.Tensor, interval: Interval = {}): Kind {
  return kind({
    name,
    weight: 0.4,
    run: ({ operands: [x], machine }) => {
      machine.demand((limits) => suits(x!, interval, limits));
      return f(x!);
    },
    write: (draft) => {
      const x = draft.some();
      const inside = x && draft.within(x, ...bounds(interval));
      if (inside !== undefined) draft.add(name, [inside]);
    },
  });
}

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function binary(
  name: string,
  f: Binary,
  [left, right]: readonly [Interval, Interval] = [{}, {}],
  together: (a: tf.Tensor, b: tf.Tensor, limits: Limits) => boolean = () => true,
): Kind {
  return kind({
    name,
    weight: 1.5,
    run: ({ operands: [a, b], machine }) => {
      machine.demand(
        (limits) => suits(a!, left, limits) && suits(b!, right, limits) && together(a!, b!, limits),
      );
      return f(a!, b!);
    },
    write: (draft) => {
      const a = draft.some();
      const b =
        a && draft.some(({ shape }) => broadcast(a.shape, shape, draft.limits) !== undefined);
      if (a === undefined || b === undefined) return;
      const [first, second] = draft.chance(0.5) ? [a, b] : [b, a];
      const inLeft = draft.within(first, ...bounds(left));
      const inRight = draft.within(second, ...bounds(right));
      if (inLeft !== undefined && inRight !== undefined) draft.add(name, [inLeft, inRight]);
    },
  });
}

function apart(a: tf.Tensor, b: tf.Tensor, limits: Limits): boolean {
  return keepsFrom(tf.subtract(a, b), 0, limits);
}

const where = kind<{ above: number }>({
  name: "where",
  weight: 2,
  run: ({ operands: [test, yes, no], attributes: { above }, machine }) => {
    machine.demand((limits) => keepsFrom(test!, above, limits));
    return tf.where(tf.greater(test!, above), yes!, no!);
  },
  write: (draft) => {
    const test = draft.some();
    if (test === undefined) return;
    const fits = (slots: readonly Slot[]) => (one: Slot) => {
      const shape = slots.reduce<readonly number[] | undefined>(
        (sum, slot) => sum && broadcast(sum, slot.shape, draft.limits),
        one.shape,
      );
      return shape !== undefined;
    };
    const yes = draft.some(fits([test]));
    const no = yes && draft.some(fits([test, yes]));
    if (yes === undefined || no === undefined) return;
    for (let tries = 0; tries < 4; tries++) {
      const above = Math.round(draft.number(-1, 1) * 100) / 100;
      if (draft.add("where", [test, yes, no], { above }) !== undefined) return;
    }
  },
});

/** A choice in which the branch that is not taken has neither value nor derivative. */
const guarded = kind<{ from: number }>({
  name: "guarded",
  run: ({ operands: [x], attributes: { from }, machine }) => {
    machine.demand((limits) => keepsFrom(x!, from, limits));
    return tf.where(tf.greater(x!, from), tf.sqrt(x!.sub(from)), x!.mul(0.5));
  },
  write: (draft) => {
    const x = draft.some();
    for (let tries = 0; x !== undefined && tries < 4; tries++) {
      const from = Math.round(draft.number(-1, 1) * 100) / 100;
      if (draft.add("guarded", [x], { from }) !== undefined) return;
    }
  },
});

const clip = kind({
  name: "clip",
  run: ({ operands: [x], machine }) => {
    machine.demand((limits) => keepsFrom(x!, -1, limits) && keepsFrom(x!, 0.7, limits));
    return tf.clipByValue(x!, -1, 0.7);
  },
  write: (draft) => {
    const x = draft.some();
    if (x !== undefined) draft.add("clip", [x]);
  },
});

/** Into an interval, by a logistic function. */
const squash = kind<{ from: number; to: number }>({
  name: "squash",
  weight: 0,
  run: ({ operands: [x], attributes: { from, to } }) =>
    tf
      .sigmoid(x!)
      .mul(to - from)
      .add(from),
  write: () => {},
});

const POSITIVE: Interval = { from: 0.3 };
const UNIT: Interval = { from: -0.85, to: 0.85 };
const KINK: Interval = { jumps: [0] };

export const elementwiseKinds: readonly Kind[] = [
  squash,
  where,
  guarded,
  clip,
  unary("sin", tf.sin),
  unary("cos", tf.cos),
  unary("tanh", tf.tanh),
  unary("sigmoid", tf.sigmoid),
  unary("negative", tf.negative),
  unary("square", tf.square, { from: -2.2, to: 2.2 }),
  unary("exp", tf.exp, { to: 1.5 }),
  unary("expm1", tf.math.expm1, { to: 1.5 }),
  unary("log", tf.math.log, POSITIVE),
  unary("log1p", tf.math.log1p, { from: -0.6 }),
  unary("sqrt", tf.sqrt, POSITIVE),
  unary("rsqrt", tf.math.rsqrt, POSITIVE),
  unary("reciprocal", tf.math.reciprocal, POSITIVE),
  unary("atan", tf.atan),
  unary("asinh", tf.asinh),
  unary("sinh", tf.sinh, { from: -2, to: 2 }),
  unary("cosh", tf.cosh, { from: -2, to: 2 }),
  unary("tan", tf.tan, { from: -1.1, to: 1.1 }),
  unary("asin", tf.asin, UNIT),
  unary("acos", tf.acos, UNIT),
  unary("atanh", tf.atanh, UNIT),
  unary("acosh", tf.acosh, { from: 1.3 }),
  unary("erf", tf.math.erf),
  unary("lgamma", tf.math.lgamma, { from: 0.5 }),
  unary("digamma", tf.math.digamma, { from: 0.7 }),
  unary("softplus", tf.math.softplus),
  unary("gelu", (x) => tf.nn.gelu(x)),
  unary("silu", tf.nn.silu),
  unary("abs", tf.abs, KINK),
  unary("relu", tf.nn.relu, KINK),
  unary("leakyRelu", (x) => tf.nn.leakyRelu(x), KINK),
  unary("elu", tf.nn.elu, KINK),
  unary("sign", tf.sign, KINK),
  unary("round", tf.round, { from: -1.4, to: 1.4, jumps: [-0.5, 0.5] }),
  binary("add", tf.add),
  binary("subtract", tf.subtract),
  binary("multiply", tf.multiply),
  binary("divide", tf.divide, [{}, { from: 0.4 }]),
  binary("pow", tf.pow, [
    { from: 0.3, to: 2 },
    { from: -2, to: 2 },
  ]),
  binary("maximum", tf.maximum, [{}, {}], apart),
  binary("minimum", tf.minimum, [{}, {}], apart),
  binary("atan2", tf.atan2, [{}, { from: 0.3 }]),
  binary("squaredDifference", tf.math.squaredDifference),
  binary("xlogy", tf.math.xlogy, [KINK, POSITIVE]),
  binary("divideNoNan", tf.math.divideNoNan, [{}, { from: 0.4 }]),
];
