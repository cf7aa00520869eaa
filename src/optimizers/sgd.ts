/** Gradient descent, with momentum on request. */

import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import type { Variable } from "../core/variable.js";
import { add, multiply, subtract } from "../ops/arithmetic.js";
import { cast } from "../ops/cast.js";
import { checkRange, Optimizer } from "./optimizer.js";
import { Slot } from "./slot.js";

/** Options of `SGD`. */
export interface SGDOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** How much of the last step is repeated, from 0 (the default) to 1. */
  readonly momentum?: number;
  /** Whether the momentum looks ahead, after Nesterov. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent: w ← w − learningRate · g. With momentum: m ← momentum · m − learningRate · g, and w ← w + m, or with
 * `nesterov` w ← w + momentum · m − learningRate · g.
 *
 * Formulas and defaults are those of Keras's `SGD`.
 *
 * @throws ArgumentError for an unknown option or a value out of its range.
 *
 * @example
 * const w = new tf.Variable(5);
 * const optimizer = new tf.optimizers.SGD({ learningRate: 0.1, momentum: 0.9 });
 * for (let step = 0; step < 100; step++) optimizer.minimize(() => tf.square(w));
 */
export class SGD extends Optimizer {
  readonly #momentum: number;
  readonly #nesterov: boolean;
  readonly #steps = new Slot();

  constructor(options: SGDOptions = {}) {
    checkOptions(options, ["learningRate", "momentum", "nesterov"], "SGD");
    super("SGD", options.learningRate ?? 0.01);
    this.#momentum = checkRange(options.momentum ?? 0, 0, 1, "SGD", "momentum");
    this.#nesterov = options.nesterov ?? false;
  }

  protected override updated(value: Tensor, gradient: Tensor, variable: Variable): Tensor {
    const descent = multiply(gradient, cast(this.rate(), gradient.dtype));
    if (this.#momentum === 0) return subtract(value, descent);
    const repeated = multiply(this.#steps.of(variable), this.#momentum);
    const step = this.#steps.set(variable, subtract(repeated, descent));
    if (!this.#nesterov) return add(value, step);
    return add(value, subtract(multiply(step, this.#momentum), descent));
  }
}
