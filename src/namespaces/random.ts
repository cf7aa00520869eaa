/** `tf.random`: seeded random numbers, the same everywhere. */

export * from "../ops/random.js";
