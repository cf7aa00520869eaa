/** What all optimizers share: their learning rate, the count of their steps, and how gradients reach variables. */

import { GradientTape } from "../autodiff/tape.js";
import { describe } from "../core/convert.js";
import { dispose } from "../core/dispose.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { hostValues } from "../core/reading.js";
import { sameShape } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { add } from "../ops/arithmetic.js";
import { unrecorded } from "./unrecorded.js";

/** A gradient and the variable that it is the gradient of; null where there is none. */
export type GradientAndVariable = readonly [gradient: Tensor | null, variable: Variable];

/**
 * Changes variables along their gradients. What it remembers of a variable from step to step has the variable's dtype, and
 * goes when the variable goes.
 */
export abstract class Optimizer {
  /** The name of the optimizer in messages. */
  protected readonly name: string;
  /** Variables, so that compiled functions see the present values; float64 whatever is optimized. */
  readonly #learningRate: Variable;
  readonly #iterations = new Variable(0, { dtype: "float64", trainable: false });
  #warned = false;

  protected constructor(name: string, learningRate: number) {
    this.name = name;
    const rate = checkRange(learningRate, 0, Infinity, name, "learningRate");
    this.#learningRate = new Variable(rate, { dtype: "float64", trainable: false });
  }

  /** The factor of every step; may be changed between steps. */
  get learningRate(): number {
    return hostValues(this.#learningRate.peek())[0]!;
  }

  set learningRate(value: number) {
    this.#learningRate.assign(checkRange(value, 0, Infinity, this.name, "learningRate"));
  }

  /** How many steps have been made. */
  get iterations(): number {
    return hostValues(this.#iterations.peek())[0]!;
  }

  /** The learning rate as a float64 scalar that no tape knows. */
  protected rate(): Tensor {
    return unrecorded(this.#learningRate);
  }

  /** The number of the step that is being made, from 1 on, as a float64 scalar that no tape knows. */
  protected step(): Tensor {
    return add(unrecorded(this.#iterations), 1);
  }

  /**
   * Makes one step: assigns every variable its new value. Where a gradient is null, the variable is left as it is, and the
   * optimizer warns about it once, as Keras does. Tapes that are recording do not record the step.
   *
   * @throws ArgumentError when nothing but null is given, or something that is no pair of a gradient and a variable; ShapeError,
   * DTypeError when a gradient does not fit its variable. No variable is changed then.
   *
   * @example
   * const gradients = tape.gradient(loss, [w, b]);
   * optimizer.applyGradients([[gradients[0], w], [gradients[1], b]]);
   */
  applyGradients(gradientsAndVariables: readonly GradientAndVariable[]): void {
    const operation = `${this.name}.applyGradients`;
    if (!Array.isArray(gradientsAndVariables)) {
      throw new ArgumentError(
        `${operation}: expected an array of pairs [gradient, variable], got ${describe(gradientsAndVariables)}`,
      );
    }
    const missing: string[] = [];
    const updates: (readonly [Tensor, Variable])[] = [];
    gradientsAndVariables.forEach((pair: unknown, position) => {
      const [gradient, variable] = checkPair(pair, operation, position);
      if (gradient === null) missing.push(`"${variable.name}"`);
      else updates.push([gradient, variable]);
    });
    if (updates.length === 0) {
      throw new ArgumentError(
        `${operation}: there is no gradient for any of ${gradientsAndVariables.length} variables`,
      );
    }
    if (missing.length > 0) this.#warnOnce(operation, missing);
    for (const [gradient, variable] of updates) {
      variable.assign(this.updated(unrecorded(variable), unrecorded(gradient), variable));
    }
    this.#iterations.assignAdd(1);
  }

  /**
   * Makes one step towards a smaller loss.
   *
   * @param loss computes the loss from variables; the sum of its elements is made smaller
   * @param variables what to change; by default every trainable variable that `loss` reads
   * @returns the loss before the step
   *
   * @throws UnconnectedGradientError when the loss does not depend on one of the variables: name those that it depends on;
   * ArgumentError when there are no variables; whatever `loss` throws. No variable is changed then.
   *
   * @example
   * const w = new tf.Variable(5);
   * const optimizer = new tf.optimizers.SGD({ learningRate: 0.1 });
   * optimizer.minimize(() => tf.square(w)); // 25, and w is 4
   */
  minimize(loss: () => Tensor, variables?: readonly Variable[]): Tensor {
    const operation = `${this.name}.minimize`;
    if (typeof loss !== "function") {
      throw new ArgumentError(`${operation}: loss must be a function, got ${describe(loss)}`);
    }
    const tape = new GradientTape({ watchAccessedVariables: variables === undefined });
    try {
      if (variables !== undefined) tape.watch(variables);
      const value = loss();
      const changed = variables ?? tape.watchedVariables();
      if (changed.length === 0) {
        throw new ArgumentError(
          `${operation}: ${variables === undefined ? "the loss reads no trainable variable" : "the list of variables is empty"}`,
        );
      }
      const gradients = tape.gradient(value, changed);
      this.applyGradients(gradients.map((gradient, index) => [gradient, changed[index]!]));
      return value;
    } finally {
      tape[dispose]();
    }
  }

  /** The value of a variable after the step that is being made. */
  protected abstract updated(value: Tensor, gradient: Tensor, variable: Variable): Tensor;

  #warnOnce(operation: string, missing: readonly string[]): void {
    if (this.#warned) return;
    this.#warned = true;
    console.warn(
      `gradtape: ${operation}: there is no gradient for ${missing.join(", ")}; left as they are. ` +
        "This is said once.",
    );
  }
}

function checkPair(pair: unknown, operation: string, position: number): GradientAndVariable {
  const [gradient, variable]: readonly unknown[] = Array.isArray(pair) ? pair : [];
  if (!(variable instanceof Variable) || !(gradient instanceof Tensor || gradient === null)) {
    throw new ArgumentError(
      `${operation}: entry ${position} must be a pair of a gradient (a tensor or null) and a variable, ` +
        `got ${Array.isArray(pair) ? `[${pair.map(describe).join(", ")}]` : describe(pair)}`,
    );
  }
  if (gradient === null) return [gradient, variable];
  if (gradient.dtype !== variable.dtype) {
    throw new DTypeError(
      `${operation}: the gradient is ${describe(gradient)}, its ${describe(variable)}; dtypes must be equal`,
    );
  }
  if (!sameShape(gradient.shape, variable.shape)) {
    throw new ShapeError(
      `${operation}: the gradient is ${describe(gradient)}, its ${describe(variable)}; shapes must be equal`,
    );
  }
  return [gradient, variable];
}

/**
 * The value, if it is a number from `least` to `greatest`.
 *
 * @throws ArgumentError when it is not.
 */
export function checkRange(
  value: unknown,
  least: number,
  greatest: number,
  operation: string,
  argument: string,
): number {
  if (typeof value !== "number" || !(value >= least && value <= greatest)) {
    throw new ArgumentError(
      `${operation}: ${argument} must be a number from ${least} to ${greatest}, got ${String(value)}`,
    );
  }
  return value;
}
