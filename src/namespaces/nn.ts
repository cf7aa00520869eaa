/** `tf.nn`: activations, losses, convolutions and pooling. */
export * from "../ops/activation.js";
export * from "../ops/convolution.js";
export * from "../ops/dropout.js";
export * from "../ops/loss.js";
export * from "../ops/moments.js";
export * from "../ops/pooling.js";
export * from "../ops/sigmoid.js";
export * from "../ops/softmax.js";
export * from "../ops/softplus.js";
export * from "../ops/tanh.js";
export type { ExplicitPadding, Padding, PlaneOption } from "../ops/windows.js";
