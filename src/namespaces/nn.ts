/** `tf.nn`: activations, losses, convolutions and pooling. */

export {};
