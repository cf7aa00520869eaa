/** `tf.linalg`: products of matrices, and parts of them. */

export * from "../ops/contraction.js";
export * from "../ops/diagonal.js";
export * from "../ops/einsum.js";
export * from "../ops/eye.js";
export * from "../ops/matvec.js";
export * from "../ops/norm.js";
