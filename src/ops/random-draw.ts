/** The operations that draw: each a pure function of key, block number and operands. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { checkDType, type DType, isFloating } from "../core/dtype.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import type { RandomStream } from "../core/lowering.js";
import { type BatchingRule, defineOp, type Op } from "../core/op.js";
import { checkShape, type Shape, sizeOf } from "../core/shape.js";
import { type Tensor, tensorType } from "../core/tensor.js";
import { checkDomain } from "./declare.js";
import { takeStream } from "./random-stream.js";

/** Attributes of a draw from a fixed distribution. */
export interface DrawAttributes {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly stream: RandomStream;
  /** Axes in front, along which every entry is drawn for itself. None by default. */
  readonly rows?: readonly number[];
}

/** Attributes of `randomIntegers`. */
export interface DrawIntegersAttributes {
  readonly shape: Shape;
  /** The least value. */
  readonly minval: number;
  /** The integer above the greatest value. */
  readonly maxval: number;
  readonly stream: RandomStream;
  /** Axes in front, along which every entry is drawn for itself. None by default. */
  readonly rows?: readonly number[];
}

/** Attributes of `randomPermutation`. */
export interface PermutationAttributes {
  readonly length: number;
  readonly stream: RandomStream;
  /** Axes in front, along which every entry is drawn for itself. None by default. */
  readonly rows?: readonly number[];
}

/** Attributes of `randomCategories`. */
export interface CategoriesAttributes {
  readonly samples: number;
  readonly stream: RandomStream;
  /** Axes in front, along which every entry is drawn for itself. None by default. */
  readonly rows?: readonly number[];
}

const SAMPLE_STREAM: RandomStream = { key: [20, 24], block: 7 };

/**
 * How every draw is batched: with one more axis in front.
 * @__NO_SIDE_EFFECTS__
 */
function moreRows<A extends { readonly rows?: readonly number[] }>(): BatchingRule<A> {
  return {
    kind: "attributes",
    attributes: (attributes, size) => ({ ...attributes, rows: [size, ...(attributes.rows ?? [])] }),
  };
}

/** @__NO_SIDE_EFFECTS__ */
function drawOp(
  name: string,
  summary: string,
  distribution: "uniform" | "normal" | "truncatedNormal",
): Op<DrawAttributes> {
  return defineOp<DrawAttributes>({
    name,
    summary,
    inputs: [],
    outputTypes: (_, { shape, dtype, rows = [] }) => [tensorType(dtype, [...rows, ...shape])],
    derivative: { kind: "none" },
    batching: /* @__PURE__ */ moreRows(),
    lowering: {
      kind: "random",
      draw: ({ stream, rows }) => ({ distribution, stream, parts: sizeOf(rows ?? []) }),
    },
    samples: (["float32", "float64"] as const).map((dtype) => ({
      operands: [],
      attributes: { shape: [2, 3], dtype, stream: SAMPLE_STREAM },
    })),
  });
}

export const uniformOp = /* @__PURE__ */ drawOp(
  "randomUniform",
  "Numbers uniform in [0, 1).",
  "uniform",
);

export const normalOp = /* @__PURE__ */ drawOp(
  "randomNormal",
  "Numbers of the standard normal distribution.",
  "normal",
);

export const truncatedNormalOp = /* @__PURE__ */ drawOp(
  "randomTruncatedNormal",
  "Numbers of the standard normal distribution within [−2, 2].",
  "truncatedNormal",
);

export const integersOp = /* @__PURE__ */ defineOp<DrawIntegersAttributes>({
  name: "randomIntegers",
  summary: "Integers, all equally likely from minval to maxval − 1.",
  inputs: [],
  outputTypes: (_, { shape, rows = [] }) => [tensorType("int32", [...rows, ...shape])],
  derivative: { kind: "none" },
  batching: /* @__PURE__ */ moreRows(),
  lowering: {
    kind: "random",
    draw: ({ minval, maxval, stream, rows }) => ({
      distribution: "integers",
      minval,
      maxval,
      stream,
      parts: sizeOf(rows ?? []),
    }),
  },
  samples: [
    {
      operands: [],
      attributes: { shape: [2, 3], minval: -4, maxval: 9, stream: SAMPLE_STREAM },
    },
  ],
});

export const permutationOp = /* @__PURE__ */ defineOp<PermutationAttributes>({
  name: "randomPermutation",
  summary: "The integers from 0 to length − 1 in an order of which all are equally likely.",
  inputs: [],
  outputTypes: (_, { length, rows = [] }) => [tensorType("int32", [...rows, length])],
  derivative: { kind: "none" },
  batching: /* @__PURE__ */ moreRows(),
  lowering: {
    kind: "random",
    draw: ({ stream, rows }) => ({
      distribution: "permutation",
      stream,
      parts: sizeOf(rows ?? []),
    }),
  },
  samples: [{ operands: [], attributes: { length: 5, stream: SAMPLE_STREAM } }],
});

export const categoriesOp = /* @__PURE__ */ defineOp<CategoriesAttributes>({
  name: "randomCategories",
  summary: "Classes drawn with the probabilities softmax(logits), row by row.",
  inputs: ["logits"],
  outputTypes: ([logits], { samples, rows = [] }) => {
    checkDomain(logits!, "floating", "random.categorical", "logits");
    const [count, classes] = logits!.shape.slice(rows.length);
    if (logits!.rank !== rows.length + 2 || classes === 0) {
      throw new ShapeError(
        `random.categorical: logits is ${describe(logits)}; expected shape [rows, classes] with at least one class`,
      );
    }
    return [tensorType("int32", [...rows, count!, samples])];
  },
  derivative: { kind: "none" },
  batching: /* @__PURE__ */ moreRows(),
  lowering: {
    kind: "random",
    draw: ({ stream, rows }) => ({ distribution: "categories", stream, parts: sizeOf(rows ?? []) }),
  },
  samples: [
    {
      operands: [{ shape: [2, 4], values: [0, 1, -3, 2, 5, -5, 0, 1] }],
      attributes: { samples: 3, stream: SAMPLE_STREAM },
    },
  ],
});

/**
 * Numbers of a distribution without parameters; a float32 takes one word of a block, a float64 the whole block.
 *
 * @throws DTypeError when the dtype is not floating; ShapeError, ArgumentError for a bad shape or seed.
 */
export function drawTensor(
  op: Op<DrawAttributes>,
  shape: Shape,
  dtype: DType,
  seed: number | undefined,
  operation: string,
): Tensor {
  checkDType(dtype, operation);
  if (!isFloating(dtype)) {
    throw new DTypeError(`${operation}: dtype must be float32 or float64, got ${dtype}`);
  }
  const lengths = checkShape(shape, operation);
  const size = sizeOf(lengths);
  const stream = takeStream(seed, dtype === "float64" ? size : Math.ceil(size / 2), operation);
  return run(op, [], { shape: lengths, dtype, stream });
}

/**
 * A parameter of a distribution, of the draw's dtype and of a shape that broadcasts to the draw's.
 *
 * @throws DTypeError, ShapeError when it is something else.
 */
export function drawParameter(
  value: TensorLike,
  unit: Tensor,
  operation: string,
  name: string,
): Tensor {
  const tensor = toTensor(value, operation, name, unit.dtype);
  if (tensor.dtype !== unit.dtype) {
    throw new DTypeError(
      `${operation}: ${name} is ${describe(tensor)}, but the result is ${unit.dtype}; cast it first`,
    );
  }
  const added = unit.rank - tensor.rank;
  const fits = tensor.shape.every(
    (length, axis) => length === 1 || length === unit.shape[axis + added],
  );
  if (added < 0 || !fits) {
    throw new ShapeError(
      `${operation}: ${name} is ${describe(tensor)}, which does not broadcast to the result's ${describe(unit)}`,
    );
  }
  return tensor;
}
