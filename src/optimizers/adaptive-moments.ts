/** The step that Adam and its relatives share: running means of the gradients and of their squares. */

import type { Tensor } from "../core/tensor.js";
import type { Variable } from "../core/variable.js";
import { add, multiply, square, subtract } from "../ops/arithmetic.js";
import { cast } from "../ops/cast.js";
import { divide } from "../ops/division.js";
import { pow, sqrt } from "../ops/power.js";
import { checkRange, Optimizer } from "./optimizer.js";
import { Slot } from "./slot.js";

/** Options of `Adam`. */
export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: number;
  /** Decay of the mean of the gradients, from 0 up to, but not including, 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, from 0 up to, but not including, 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor from 0. Default 1e-7. */
  readonly epsilon?: number;
}

/** The greatest number below 1. */
const BELOW_ONE = 1 - 2 ** -53;

/** An optimizer whose step is the mean of the gradients over the root of the mean of their squares. */
export abstract class AdaptiveMoments extends Optimizer {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #means = new Slot();
  readonly #squares = new Slot();

  protected constructor(name: string, options: AdamOptions) {
    super(name, options.learningRate ?? 0.001);
    this.#beta1 = checkRange(options.beta1 ?? 0.9, 0, BELOW_ONE, name, "beta1");
    this.#beta2 = checkRange(options.beta2 ?? 0.999, 0, BELOW_ONE, name, "beta2");
    this.#epsilon = checkRange(options.epsilon ?? 1e-7, 0, Infinity, name, "epsilon");
  }

  protected override updated(value: Tensor, gradient: Tensor, variable: Variable): Tensor {
    const step = this.step();
    // Undoes that the running means began at zero.
    const remaining = (beta: number): Tensor => subtract(1, pow(beta, step));
    const correction = divide(sqrt(remaining(this.#beta2)), remaining(this.#beta1));
    const rate = cast(multiply(this.rate(), correction), value.dtype);
    const mean = approach(this.#means, variable, gradient, 1 - this.#beta1);
    const meanSquare = approach(this.#squares, variable, square(gradient), 1 - this.#beta2);
    const divisor = add(sqrt(meanSquare), this.#epsilon);
    return subtract(value, divide(multiply(mean, rate), divisor));
  }
}

/** Moves a running mean by some share of the way to a new value. */
function approach(slot: Slot, variable: Variable, target: Tensor, share: number): Tensor {
  const mean = slot.of(variable);
  return slot.set(variable, add(mean, multiply(subtract(target, mean), share)));
}
