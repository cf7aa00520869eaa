/** Reductions along every choice of axes compiled, at sizes around every lane and block, alone and among others, however operands lie. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import type { Shape } from "../../src/core/shape.js";
import { randomWeights, tensorFrom } from "../harness/operands.js";
import {
  aligned,
  backwards,
  compareSized,
  LENGTHS,
  type Lying,
  type Sized,
  shifted,
  useReference,
} from "../harness/sizes.js";

useReference();

interface Along {
  readonly axis: number[];
  readonly keepdims: boolean;
}

type Reduce = (x: tf.Tensor, along: Along) => tf.Tensor;

/** An operation along one axis, or along all in turn. */
function alongEach(f: (x: tf.Tensor, axis: number) => tf.Tensor): Reduce {
  return (x, { axis }) => axis.reduceRight((one, own) => f(one, own), x);
}

const isAbove = (x: tf.Tensor): tf.Tensor => tf.greater(x, tf.constant(0, { dtype: x.dtype }));

const REDUCTIONS: Readonly<Record<string, Reduce>> = {
  reduceSum: tf.reduceSum,
  reduceMean: tf.reduceMean,
  reduceProd: tf.reduceProd,
  reduceMax: tf.reduceMax,
  reduceMin: tf.reduceMin,
  reduceAll: (x, along) => tf.reduceAll(isAbove(x.add(1.4)), along),
  reduceAny: (x, along) => tf.reduceAny(isAbove(x.sub(1.4)), along),
  sumOfIntegers: (x, along) => tf.reduceSum(tf.cast(x.mul(1e9), "int32"), along),
  reduceEuclideanNorm: tf.math.reduceEuclideanNorm,
  reduceLogsumexp: tf.reduceLogsumexp,
  reduceVariance: tf.math.reduceVariance,
  argmax: alongEach((x, axis) => tf.argmax(x, { axis })),
  argmin: alongEach((x, axis) => tf.argmin(x, { axis })),
  cumsum: alongEach((x, axis) => tf.cumsum(x, { axis })),
  cumprod: alongEach((x, axis) => tf.math.cumprod(x, { axis, reverse: true })),
  softmax: alongEach((x, axis) => tf.nn.softmax(x, { axis })),
};

const ALL: readonly Shape[] = [
  ...LENGTHS.map((length) => [length]),
  ...[
    [2, 3],
    [3, 17],
    [17, 3],
    [9, 33],
    [33, 9],
    [5, 64],
    [1, 34],
  ],
  ...[
    [3, 5, 7],
    [5, 33, 3],
    [3, 2, 33],
    [33, 4, 2],
    [2, 17, 16],
  ],
];
const SOME: readonly Shape[] = [[5], [17], [65], [17, 3], [33, 9], [3, 5, 7]];

/** Every choice of at least one axis. */
function choicesOf(rank: number): number[][] {
  return Array.from({ length: 2 ** rank - 1 }, (_, choice) =>
    Array.from({ length: rank }, (_, axis) => axis).filter(
      (axis) => Math.floor((choice + 1) / 2 ** axis) % 2 === 1,
    ),
  );
}

type Layout = (tensor: tf.Tensor) => Lying;

function sized(
  reduce: Reduce,
  dtype: tf.DType,
  shapes: readonly Shape[],
  layout: Layout = aligned,
): Sized[] {
  return shapes.flatMap((shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const tensor = tensorFrom(randomWeights(size, `${shape} ${dtype}`), dtype, shape);
    const operand = layout(tensor);
    return choicesOf(shape.length).map((axis, place) => ({
      label: `${dtype} [${shape.join()}] along ${axis.join()}`,
      operands: [operand],
      run: ([x]) => reduce(x!, { axis, keepdims: place % 2 === 0 }),
    }));
  });
}

/** Of what is computed on the way, and with what is computed of the result for every element. */
function fused(reduce: Reduce): Reduce {
  return (x, { axis }) => {
    const result = reduce(x.mul(x).sub(0.9), { axis, keepdims: true });
    const isWhole = result.rank === x.rank;
    return isWhole ? tf.cast(result, x.dtype).mul(0.5).add(x) : result;
  };
}

const FLOATING = ["float32", "float64"] as const;

describe.each(Object.entries(REDUCTIONS))("%s", (name, reduce) => {
  const inAll = (make: (dtype: tf.DType) => readonly Sized[]): string[] =>
    compareSized(name, FLOATING.flatMap(make));
  it("alone", () => {
    expect(inAll((dtype) => sized(reduce, dtype, dtype === "float32" ? ALL : SOME))).toEqual([]);
  });
  it("of parts of larger arrays", () => {
    const found = inAll((dtype) => [
      ...sized(reduce, dtype, SOME, (tensor) => shifted(tensor, 3)),
      ...sized(reduce, dtype, [[7], [34]], backwards),
    ]);
    expect(found).toEqual([]);
  });
  it("among other operations", () => {
    expect(inAll((dtype) => sized(fused(reduce), dtype, SOME))).toEqual([]);
  });
});

it.each(FLOATING)("any and all of %s see every position", (dtype) => {
  const found = LENGTHS.flatMap((length) => {
    const x = tf.eye(length, { dtype });
    const f = (own: tf.Tensor) =>
      [0, 1].flatMap((axis) => [
        tf.reduceAny(tf.greater(own, 0.5), { axis }),
        tf.reduceAll(tf.less(own, 0.5), { axis }),
      ]);
    return tf
      .compile(f)(x)
      .map((one, index) => {
        const values = one.data();
        const wrong = values.findIndex((value) => value !== 1 - (index % 2));
        return wrong < 0 ? "" : `result ${index} of ${length} is wrong at ${wrong}`;
      });
  });
  expect(found.filter((one) => one !== "")).toEqual([]);
});

describe("long ones, which are computed in parts", () => {
  const LONG: readonly Shape[] = [
    [32767],
    [32768],
    [40_001],
    [3, 40_001],
    [40_001, 3],
    [2, 33_000, 3],
  ];
  it.each(["reduceSum", "reduceMax", "reduceAll", "sumOfIntegers"])("%s", (name) => {
    // Each in a function of its own, where no other reduction has a say in how it is computed.
    const found = FLOATING.flatMap((dtype) =>
      sized(REDUCTIONS[name]!, dtype, LONG, (tensor) => shifted(tensor, 1)).flatMap((one) =>
        compareSized(name, [one], 1e-5),
      ),
    );
    expect(found).toEqual([]);
  });

  it("several of one operand, and what each element is, in one loop", () => {
    const x = tensorFrom(randomWeights(40_001, "several"), "float32", [40_001]);
    const f = (own: tf.Tensor) => {
      const y = own.mul(1.5);
      return [
        tf.reduceSum(y),
        tf.reduceMax(y),
        y,
        tf.reduceMin(tf.abs(y)),
        y.sub(tf.reduceMean(y)),
      ];
    };
    const expected = f(x);
    tf.compile(f)(x).forEach((found, index) => {
      const wanted = expected[index]!.data();
      found.data().forEach((value, place) => {
        expect(Math.abs(value - wanted[place]!), `result ${index}, ${place}`).toBeLessThan(1e-2);
      });
    });
  });
});
