/** `tf.nn`: activations, losses, convolutions and pooling. */
export * from "../ops/activation.js";
export * from "../ops/dropout.js";
export * from "../ops/sigmoid.js";
export * from "../ops/softplus.js";
export * from "../ops/tanh.js";
