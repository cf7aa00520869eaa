/** AdamW: Adam with weights that decay apart from the gradient. */

import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import type { Variable } from "../core/variable.js";
import { multiply, subtract } from "../ops/arithmetic.js";
import { cast } from "../ops/cast.js";
import { type AdamOptions, AdaptiveMoments } from "./adaptive-moments.js";
import { checkRange } from "./optimizer.js";

/** Options of `AdamW`. */
export interface AdamWOptions extends AdamOptions {
  /** The share of itself, times the learning rate, that a weight loses in each step. Default 0.004. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay: w ← w − learningRate · weightDecay · w, and then Adam's step.
 *
 * Formulas and defaults are those of Keras's `AdamW` (I. Loshchilov, F. Hutter, Decoupled weight decay regularization, 2019).
 *
 * @throws ArgumentError for an unknown option or a value out of its range.
 *
 * @example
 * const optimizer = new tf.optimizers.AdamW({ learningRate: 0.001, weightDecay: 0.01 });
 */
export class AdamW extends AdaptiveMoments {
  readonly #weightDecay: number;

  constructor(options: AdamWOptions = {}) {
    checkOptions(options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"], "AdamW");
    super("AdamW", options);
    const { weightDecay = 0.004 } = options;
    this.#weightDecay = checkRange(weightDecay, 0, Infinity, "AdamW", "weightDecay");
  }

  protected override updated(value: Tensor, gradient: Tensor, variable: Variable): Tensor {
    const decay = multiply(value, cast(multiply(this.rate(), this.#weightDecay), value.dtype));
    return super.updated(subtract(value, decay), gradient, variable);
  }
}
