/** Values that optimizers compute with, unseen by tapes. */

import { unheard } from "../core/dispatch.js";
import type { Tensor } from "../core/tensor.js";
import type { Variable } from "../core/variable.js";
import { stopGradient } from "../ops/identity.js";

/** The same values as a tensor that no tape knows, so that nothing computed from it is recorded. */
export function unrecorded(value: Tensor | Variable): Tensor {
  return unheard(() => stopGradient(value));
}
