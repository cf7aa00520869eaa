/** `tf.optimizers`: what changes variables along their gradients. */

export * from "../optimizers/adam.js";
export * from "../optimizers/adam-w.js";
export { type GradientAndVariable, Optimizer } from "../optimizers/optimizer.js";
export * from "../optimizers/rms-prop.js";
export * from "../optimizers/sgd.js";
