/** What an optimizer remembers of every variable. */

import { filledTensor } from "../core/literals.js";
import type { Tensor } from "../core/tensor.js";
import type { Variable } from "../core/variable.js";

/** One tensor per variable, of the variable's dtype and shape, zeros at first. */
export class Slot {
  readonly #values = new WeakMap<Variable, Tensor>();

  of(variable: Variable): Tensor {
    return this.#values.get(variable) ?? filledTensor(variable.type, 0);
  }

  /** Replaces what is remembered of a variable, and gives it back. */
  set(variable: Variable, value: Tensor): Tensor {
    this.#values.set(variable, value);
    return value;
  }
}
