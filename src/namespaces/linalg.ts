/** `tf.linalg`: products of matrices, and parts of them. */

export {};
