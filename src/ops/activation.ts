/** Activations of neural networks that TensorFlow exports as `tf.nn.*` only. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import { sigmoid as logistic } from "../core/numerics/logistic.js";
import { defineOp, type Op } from "../core/op.js";
import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import { abs, add, multiply, square } from "./arithmetic.js";
import { greater, less } from "./comparison.js";
import {
  binary,
  checkDomain,
  type Operation,
  operation,
  type UnaryFunction,
  unary,
} from "./declare.js";
import { exp } from "./exponential.js";
import { minimum } from "./extremum.js";
import { logicalAnd } from "./logical.js";
import { logisticDensity } from "./logistic-density.js";
import { reciprocal } from "./reciprocal.js";
import { where } from "./select.js";
import { sigmoid } from "./sigmoid.js";
import { erfc } from "./special.js";

/**
 * A function that is the identity where its output lies in an open interval, and constant elsewhere. The gradient is
 * selected rather than multiplied by 0 or 1, so that an infinite one ends where the function is constant. Reading the
 * output rather than the operand spares a tape from keeping the operand.
 * @__NO_SIDE_EFFECTS__
 */
function gate(
  name: string,
  summary: string,
  scalar: (x: number) => number,
  isOpen: (y: Tensor) => Tensor,
  points: readonly number[],
): Operation<UnaryFunction> {
  const op: Op<undefined> = defineOp({
    name,
    summary,
    inputs: ["x"],
    outputTypes: ([x]) => {
      checkDomain(x!, "numeric", name, "x");
      return [x!.type];
    },
    derivative: {
      kind: "explicit",
      pullback: ([cotangent], { outputs: [y] }) => [where(isOpen(y!), cotangent!, 0)],
      pushforward: ([tangent], { outputs: [y] }) => [where(isOpen(y!), tangent!, 0)],
    },
    lowering: { kind: "elementwise", scalar: (x) => scalar(x!) },
    samples: [{ operands: [{ shape: [points.length], values: points }], attributes: undefined }],
  });
  return operation(op, (x) => run(op, [toTensor(x, name, "x")], undefined));
}

/**
 * max(x, 0), elementwise; its derivative at 0 is 0.
 *
 * @throws DTypeError for bool.
 */
export const relu = /* @__PURE__ */ gate(
  "relu",
  "max(x, 0).",
  (x) => Math.max(x, 0),
  (y) => greater(y, 0),
  [-2.5, -0.5, 0.5, 1.5],
);

/**
 * min(max(x, 0), 6), elementwise; its derivatives at 0 and 6 are 0.
 *
 * @throws DTypeError for bool.
 */
export const relu6 = /* @__PURE__ */ gate(
  "relu6",
  "min(max(x, 0), 6).",
  (x) => Math.min(Math.max(x, 0), 6),
  (y) => logicalAnd(greater(y, 0), less(y, 6)),
  [-0.5, 0.5, 5.5, 7],
);

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** The slope where x is not positive. Default 0.2. */
  readonly alpha?: number;
}

const leakyReluWithSlope = /* @__PURE__ */ binary("leakyRelu", {
  summary: "a where a is positive, a·b elsewhere.",
  domain: "floating",
  scalar: (x, slope) => (x > 0 ? x : slope * x),
  partials: [(x, slope) => where(greater(x, 0), 1, slope), (x) => minimum(x, 0)],
  singular: true,
  samples: [
    [-2.5, -0.5, 0.5, 1.5],
    [0.2, 0.1, 0.2, 0.3],
  ],
});

/**
 * x where x is positive, alpha · x elsewhere; the derivative at 0 is alpha.
 *
 * @throws DTypeError for int32 and bool; ArgumentError when alpha is not a number or an option is unknown.
 *
 * @example
 * tf.nn.leakyRelu([-2, 3], { alpha: 0.1 }).toArray(); // [-0.2, 3]
 */
export const leakyRelu = /* @__PURE__ */ operation(
  leakyReluWithSlope,
  (x: TensorLike, options: LeakyReluOptions = {}): Tensor => {
    checkOptions(options, ["alpha"], "leakyRelu");
    const { alpha = 0.2 } = options;
    if (typeof alpha !== "number") {
      throw new ArgumentError(`leakyRelu: alpha must be a number, got ${describe(alpha)}`);
    }
    const operand = toTensor(x, "leakyRelu", "x");
    checkDomain(operand, "floating", "leakyRelu", "x");
    return leakyReluWithSlope(operand, alpha);
  },
);

/**
 * x where x is positive, eˣ − 1 elsewhere; elementwise (Clevert, Unterthiner and Hochreiter, arXiv:1511.07289).
 *
 * @throws DTypeError for int32 and bool.
 */
export const elu = /* @__PURE__ */ unary("elu", {
  summary: "x where x is positive, eˣ − 1 elsewhere.",
  scalar: (x) => (x < 0 ? Math.expm1(x) : x),
  partial: (x) => where(less(x, 0), exp(x), 1),
  samples: [-2.5, -0.5, 0.5, 1.5],
});

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

/**
 * scale · x where x is positive, scale · alpha · (eˣ − 1) elsewhere, with the constants that keep mean 0 and variance 1
 * through layers; elementwise (Klambauer and others, arXiv:1706.02515).
 *
 * @throws DTypeError for int32 and bool.
 */
export const selu = /* @__PURE__ */ unary("selu", {
  summary: "scale·x where x is positive, scale·alpha·(eˣ − 1) elsewhere.",
  scalar: (x) => (x < 0 ? SELU_SCALE_ALPHA * Math.expm1(x) : SELU_SCALE * x),
  partial: (x) => where(less(x, 0), multiply(SELU_SCALE_ALPHA, exp(x)), SELU_SCALE),
  samples: [-2.5, -0.5, 0.5, 1.5],
});

/**
 * x · sigmoid(x), elementwise; also known as swish (Elfwing, Uchibe and Doya, arXiv:1702.03118).
 *
 * @throws DTypeError for int32 and bool.
 */
export const silu = /* @__PURE__ */ unary("silu", {
  summary: "x · sigmoid(x).",
  scalar: (x) => x * logistic(x),
  partial: (x) => add(sigmoid(x), multiply(x, logisticDensity(x))),
  singular: true,
  samples: { from: -3, to: 3 },
});

/**
 * x / (1 + |x|), elementwise.
 *
 * @throws DTypeError for int32 and bool.
 */
export const softsign = /* @__PURE__ */ unary("softsign", {
  summary: "x / (1 + |x|).",
  scalar: (x) => x / (1 + Math.abs(x)),
  partial: (x) => square(reciprocal(add(abs(x), 1))),
  singular: true,
  samples: [-2.5, -0.5, 0.5, 1.5],
});

/** 2·√(2/π). */
const TWICE_ROOT_TWO_OVER_PI = 1.5957691216057308;

/** Options of `gelu`. */
export interface GeluOptions {
  /** Whether the normal distribution function is approximated by a hyperbolic tangent. Default false. */
  readonly approximate?: boolean;
}

/**
 * x · Φ(x) with Φ the standard normal distribution function, elementwise (Hendrycks and Gimpel, arXiv:1606.08415).
 *
 * With `approximate`, Φ(x) is ½·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
 *
 * @throws DTypeError for int32 and bool; ArgumentError when an option is unknown.
 */
export function gelu(x: TensorLike, options: GeluOptions = {}): Tensor {
  checkOptions(options, ["approximate"], "gelu");
  const operand = toTensor(x, "gelu", "x");
  checkDomain(operand, "floating", "gelu", "x");
  if (options.approximate === true) {
    // ½·(1 + tanh(u)) is sigmoid(2u), which keeps its digits on the left.
    const cubic = multiply(operand, add(multiply(0.044715, square(operand)), 1));
    return multiply(operand, sigmoid(multiply(TWICE_ROOT_TWO_OVER_PI, cubic)));
  }
  // ½·(1 + erf(u)) is ½·erfc(−u), which keeps its digits on the left.
  return multiply(multiply(0.5, operand), erfc(multiply(-Math.SQRT1_2, operand)));
}
