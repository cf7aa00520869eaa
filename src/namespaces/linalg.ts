/** `tf.linalg`: products of matrices, and parts of them. */

export * from "../ops/diagonal.js";
export * from "../ops/eye.js";
