/** `tf.debugging`: checks that fail where a program goes wrong rather than later. */

export * from "../ops/check-numerics.js";
