/** New tensors of old values: on the path of derivatives, and off it. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { operation } from "./declare.js";

const identityOp = /* @__PURE__ */ defineOp<undefined>({
  name: "identity",
  summary: "A new tensor with the values of x.",
  inputs: ["x"],
  outputTypes: ([x]) => [x!.type],
  derivative: { kind: "linear", transpose: (cotangent) => cotangent },
  lowering: { kind: "view", layout: (operand) => operand },
  samples: [{ operands: [{ shape: [2, 3], from: -3, to: 3 }], attributes: undefined }],
});

/**
 * A new tensor with the values of `x`, which a tape can watch apart from `x`. Any shape and dtype; nothing is copied.
 *
 * @example
 * const copy = tf.identity(x);
 * copy === x; // false
 */
export const identity = /* @__PURE__ */ operation(
  identityOp,
  (x: TensorLike): Tensor => run(identityOp, [toTensor(x, "identity", "x")], undefined),
);

const stopGradientOp = /* @__PURE__ */ defineOp<undefined>({
  name: "stopGradient",
  summary: "The values of x, taken for a constant by derivatives.",
  inputs: ["x"],
  outputTypes: ([x]) => [x!.type],
  derivative: { kind: "none" },
  lowering: { kind: "view", layout: (operand) => operand },
  samples: [{ operands: [{ shape: [2, 3], from: -3, to: 3 }], attributes: undefined }],
});

/**
 * The values of `x`, taken for a constant by every tape: no gradient passes. Any shape and dtype; nothing is copied.
 *
 * @example
 * // d/dx of x · stopGradient(x) is x, not 2x
 * const y = tf.multiply(x, tf.stopGradient(x));
 */
export const stopGradient = /* @__PURE__ */ operation(
  stopGradientOp,
  (x: TensorLike): Tensor => run(stopGradientOp, [toTensor(x, "stopGradient", "x")], undefined),
);
