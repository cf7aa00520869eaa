/** What an optimizer remembers of every variable. */

import { filledTensor } from "../core/literals.js";
import type { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { unrecorded } from "./unrecorded.js";

/** One value per variable, of the variable's dtype and shape, zeros at first. Variables hold them, so that compiled steps go on with them. */
export class Slot {
  readonly #values = new WeakMap<Variable, Variable>();

  of(variable: Variable): Tensor {
    return unrecorded(this.#held(variable));
  }

  /** Replaces what is remembered of a variable, and gives it back. */
  set(variable: Variable, value: Tensor): Tensor {
    this.#held(variable).assign(value);
    return value;
  }

  #held(variable: Variable): Variable {
    let held = this.#values.get(variable);
    if (held === undefined) {
      held = new Variable(filledTensor(variable.type, 0), {
        name: `slot of ${variable.name}`,
        trainable: false,
      });
      this.#values.set(variable, held);
    }
    return held;
  }
}
