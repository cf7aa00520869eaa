/** `tf.math`: elementwise mathematics and reductions, as TensorFlow exports them. */

export * from "../ops/arg-reduction.js";
export * from "../ops/arithmetic.js";
export * from "../ops/comparison.js";
export * from "../ops/division.js";
export * from "../ops/exponential.js";
export * from "../ops/extremum.js";
export * from "../ops/hyperbolic.js";
export * from "../ops/logarithm.js";
export * from "../ops/logical.js";
export * from "../ops/math-reduction.js";
export * from "../ops/math-rounding.js";
export * from "../ops/no-nan.js";
export * from "../ops/power.js";
export * from "../ops/predicates.js";
export * from "../ops/reciprocal.js";
export * from "../ops/reduction.js";
export * from "../ops/rounding.js";
export * from "../ops/scan.js";
export * from "../ops/sigmoid.js";
export * from "../ops/softmax.js";
export * from "../ops/softplus.js";
export * from "../ops/special.js";
export * from "../ops/tanh.js";
export * from "../ops/trigonometric.js";
