/** `tf.math`: elementwise mathematics and reductions, as TensorFlow exports them. */

export * from "../ops/arithmetic.js";
export * from "../ops/multiply-no-nan.js";
