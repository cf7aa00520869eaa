/** RMSprop: steps scaled by the root of the mean square of recent gradients. */

import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import type { Variable } from "../core/variable.js";
import { add, multiply, square, subtract } from "../ops/arithmetic.js";
import { cast } from "../ops/cast.js";
import { divide } from "../ops/division.js";
import { sqrt } from "../ops/power.js";
import { checkRange, Optimizer } from "./optimizer.js";
import { Slot } from "./slot.js";

/** Options of `RMSprop`. */
export interface RMSpropOptions {
  /** Default 0.001. */
  readonly learningRate?: number;
  /** Decay of the running means, from 0 to 1. Default 0.9. */
  readonly rho?: number;
  /** How much of the last step is repeated, from 0 (the default) to 1. */
  readonly momentum?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
  /** Whether gradients are scaled by their variance rather than their mean square. Default false. */
  readonly centered?: boolean;
}

/**
 * RMSprop: v ← rho · v + (1 − rho) · g², and w ← w − learningRate · g / √(v + epsilon).
 *
 * With `centered`, a running mean a of the gradients makes the divisor √(v − a² + epsilon). With `momentum`,
 * s ← momentum · s + learningRate · g / √…, and w ← w − s.
 *
 * Formulas and defaults are those of Keras's `RMSprop`.
 *
 * @throws ArgumentError for an unknown option or a value out of its range.
 *
 * @example
 * const optimizer = new tf.optimizers.RMSprop({ learningRate: 0.01, momentum: 0.5 });
 */
export class RMSprop extends Optimizer {
  readonly #rho: number;
  readonly #momentum: number;
  readonly #epsilon: number;
  readonly #centered: boolean;
  readonly #squares = new Slot();
  readonly #means = new Slot();
  readonly #steps = new Slot();

  constructor(options: RMSpropOptions = {}) {
    checkOptions(options, ["learningRate", "rho", "momentum", "epsilon", "centered"], "RMSprop");
    super("RMSprop", options.learningRate ?? 0.001);
    this.#rho = checkRange(options.rho ?? 0.9, 0, 1, "RMSprop", "rho");
    this.#momentum = checkRange(options.momentum ?? 0, 0, 1, "RMSprop", "momentum");
    this.#epsilon = checkRange(options.epsilon ?? 1e-7, 0, Infinity, "RMSprop", "epsilon");
    this.#centered = options.centered ?? false;
  }

  protected override updated(value: Tensor, gradient: Tensor, variable: Variable): Tensor {
    const meanSquare = this.#average(this.#squares, variable, square(gradient));
    const variance = this.#centered
      ? subtract(meanSquare, square(this.#average(this.#means, variable, gradient)))
      : meanSquare;
    const divisor = sqrt(add(variance, this.#epsilon));
    const step = divide(multiply(gradient, cast(this.rate(), gradient.dtype)), divisor);
    if (this.#momentum === 0) return subtract(value, step);
    const repeated = multiply(this.#steps.of(variable), this.#momentum);
    return subtract(value, this.#steps.set(variable, add(repeated, step)));
  }

  #average(slot: Slot, variable: Variable, latest: Tensor): Tensor {
    const kept = multiply(slot.of(variable), this.#rho);
    return slot.set(variable, add(kept, multiply(latest, 1 - this.#rho)));
  }
}
