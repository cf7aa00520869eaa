/** Adam: steps that are scaled by what gradients were usually like. */

import { checkOptions } from "../core/options.js";
import { type AdamOptions, AdaptiveMoments } from "./adaptive-moments.js";

export type { AdamOptions };

/**
 * Adam: steps by the running mean m of the gradients over the root of that of their squares, v:
 * w ← w − α · m / (√v + epsilon) with α = learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) in step t.
 *
 * Formulas and defaults are those of Keras's `Adam` (D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, 2014, in
 * the form that ends section 2).
 *
 * @throws ArgumentError for an unknown option or a value out of its range.
 *
 * @example
 * const optimizer = new tf.optimizers.Adam({ learningRate: 0.01 });
 * const loss = optimizer.minimize(() => tf.reduceMean(tf.square(tf.subtract(model(x), y))));
 */
export class Adam extends AdaptiveMoments {
  constructor(options: AdamOptions = {}) {
    checkOptions(options, ["learningRate", "beta1", "beta2", "epsilon"], "Adam");
    super("Adam", options);
  }
}
