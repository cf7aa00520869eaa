/** Losses and the helpers of layers that TensorFlow exports as `tf.nn.*` only. */

import { describe, type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { DTypeError, ShapeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { defineOp } from "../core/op.js";
import { checkOptions } from "../core/options.js";
import { formatShape, normalizeAxis, sameShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { add, multiply, negative, square, subtract } from "./arithmetic.js";
import { reduceSumOp } from "./broadcast.js";
import { stackOp } from "./concatenate.js";
import { checkDomain, operation } from "./declare.js";
import { flatIndices } from "./flat-indices.js";
import { gatherOp } from "./gather.js";
import { reduceSum } from "./reduction.js";
import { reshapeTo } from "./reshape.js";
import { sigmoid } from "./sigmoid.js";
import { logSoftmax, type SoftmaxOptions } from "./softmax.js";
import { zeroProduct } from "./zero-product.js";

/**
 * −Σ labels · log(softmax(logits)) along an axis, by default the last. Classes whose label is 0 contribute 0, also when their
 * logit is −∞.
 *
 * @param labels probabilities of the classes, of the shape and dtype of the logits; gradients flow to them too
 * @param logits floating, rank ≥ 1
 * @returns the shape of the logits without the axis
 * @throws ShapeError when the shapes differ; DTypeError when the dtypes differ or are not floating; IndexError when the axis is
 * out of range; ArgumentError for an unknown option.
 */
export function softmaxCrossEntropyWithLogits(
  labels: TensorLike,
  logits: TensorLike,
  options?: SoftmaxOptions,
): Tensor {
  const name = "softmaxCrossEntropyWithLogits";
  const [targets, scores] = sameShaped(labels, logits, name);
  checkOptions(options, ["axis"], name);
  const axis = normalizeAxis(options?.axis ?? -1, scores.rank, name);
  const products = run(zeroProduct.op, [logSoftmax(scores, { axis }), targets], undefined);
  return negative(run(reduceSumOp, [products], { axes: [axis], keepdims: false }));
}

/**
 * −log(softmax(logits)) at the class that each label names.
 *
 * @param labels int32, the number of the right class for each row: the shape of the logits without its last axis
 * @param logits floating, [..., classes]
 * @returns the shape of the labels
 * @throws IndexError when a label is negative or not below the number of classes; ShapeError when the shapes do not match;
 * DTypeError when the labels are not int32 or the logits not floating.
 * @example
 * const loss = tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits([3, 0], logits));
 */
export function sparseSoftmaxCrossEntropyWithLogits(
  labels: TensorLike,
  logits: TensorLike,
): Tensor {
  const name = "sparseSoftmaxCrossEntropyWithLogits";
  const classes = toTensor(labels, name, "labels", "int32");
  const scores = toTensor(logits, name, "logits");
  if (classes.dtype !== "int32") {
    throw new DTypeError(`${name}: labels is ${describe(classes)}; expected int32`);
  }
  checkDomain(scores, "floating", name, "logits");
  if (scores.rank === 0 || !sameShape(classes.shape, scores.shape.slice(0, -1))) {
    throw new ShapeError(
      `${name}: labels must have the shape of the logits without the last axis, ` +
        `got labels ${formatShape(classes.shape)} and logits ${formatShape(scores.shape)}`,
    );
  }
  const rows = classes.size;
  const count = scores.shape[scores.rank - 1]!;
  const numbers = tensorOf(
    Int32Array.from({ length: rows }, (_, row) => row),
    "int32",
    [rows],
  );
  const pairs = run(stackOp, [numbers, reshapeTo(classes, [rows])], { axis: 1 });
  const target = { operation: name, shape: [rows, count], axis: 0, span: 2 };
  const positions = flatIndices(pairs, target);
  const table = reshapeTo(logSoftmax(scores), [rows, count]);
  const chosen = run(gatherOp, [table, positions], { axis: 0, span: 2 });
  return negative(reshapeTo(chosen, classes.shape));
}

const sigmoidCrossEntropyOp = /* @__PURE__ */ defineOp<undefined>({
  name: "sigmoidCrossEntropyWithLogits",
  summary: "−z · log(sigmoid(x)) − (1 − z) · log(1 − sigmoid(x)) with labels z and logits x.",
  inputs: ["labels", "logits"],
  outputTypes: ([, logits]) => [logits!.type],
  derivative: {
    kind: "partials",
    partials: [
      ([, logits]) => negative(logits!),
      // sigmoid(x) − z would lose the digits of what is left of a right and certain answer.
      ([labels, logits]) =>
        subtract(
          multiply(subtract(1, labels!), sigmoid(logits!)),
          multiply(labels!, sigmoid(negative(logits!))),
        ),
    ],
    singular: true,
  },
  lowering: {
    kind: "elementwise",
    scalar: (label, logit) =>
      Math.max(logit!, 0) - logit! * label! + Math.log1p(Math.exp(-Math.abs(logit!))),
  },
  samples: [
    {
      operands: [
        { shape: [2, 3], from: 0, to: 1 },
        { shape: [2, 3], from: -3, to: 3 },
      ],
      attributes: undefined,
    },
  ],
});

/**
 * The cross-entropy of labels z and sigmoid(logits x), element by element: max(x, 0) − x·z + log(1 + e^−|x|). It and its
 * derivatives are finite and accurate for all finite logits, 0 included.
 *
 * @param labels probabilities, of the shape and dtype of the logits; gradients flow to them too
 * @param logits floating, any shape
 * @returns the shape of the logits
 * @throws ShapeError when the shapes differ; DTypeError when the dtypes differ or are not floating.
 */
export const sigmoidCrossEntropyWithLogits = /* @__PURE__ */ operation(
  sigmoidCrossEntropyOp,
  (labels: TensorLike, logits: TensorLike): Tensor =>
    run(
      sigmoidCrossEntropyOp,
      sameShaped(labels, logits, "sigmoidCrossEntropyWithLogits"),
      undefined,
    ),
);

/**
 * x + bias, with one bias for each channel, which is the last axis of x.
 *
 * @param x numeric, [..., channels]
 * @param bias [channels], of the dtype of x
 * @throws ShapeError when the bias is not a vector as long as the last axis of x; DTypeError when the dtypes differ or are bool.
 */
export function biasAdd(x: TensorLike, bias: TensorLike): Tensor {
  const [values, biases] = toTensors([x, bias], "biasAdd", ["x", "bias"]) as [Tensor, Tensor];
  const channels = values.shape[values.rank - 1];
  if (values.rank < 2 || biases.rank !== 1 || biases.shape[0] !== channels) {
    throw new ShapeError(
      `biasAdd: x must be [..., channels] with at least 2 axes and bias [channels], ` +
        `got x ${formatShape(values.shape)} and bias ${formatShape(biases.shape)}`,
    );
  }
  return add(values, biases);
}

/**
 * Half the sum of squares, Σ x² / 2.
 *
 * @param x floating, any shape
 * @returns a scalar
 * @throws DTypeError when the dtype is not floating.
 */
export function l2Loss(x: TensorLike): Tensor {
  const values = toTensor(x, "l2Loss", "x");
  checkDomain(values, "floating", "l2Loss", "x");
  return multiply(0.5, reduceSum(square(values)));
}

function sameShaped(labels: TensorLike, logits: TensorLike, name: string): [Tensor, Tensor] {
  const [targets, scores] = toTensors([labels, logits], name, ["labels", "logits"]) as [
    Tensor,
    Tensor,
  ];
  checkDomain(scores, "floating", name, "logits");
  if (!sameShape(targets.shape, scores.shape)) {
    throw new ShapeError(
      `${name}: labels and logits must have one shape, ` +
        `got labels ${formatShape(targets.shape)} and logits ${formatShape(scores.shape)}`,
    );
  }
  return [targets, scores];
}
