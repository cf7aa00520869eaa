/** The cotangents that have arrived at a tensor so far, added up so that the cost stays linear. */

import type { Cotangent } from "../core/cotangent.js";
import { RegionCotangent, RowsCotangent } from "../core/cotangent.js";
import { run } from "../core/dispatch.js";
import { Tensor, type TensorType } from "../core/tensor.js";
import { accumulate } from "../ops/accumulate.js";
import { add } from "../ops/arithmetic.js";

/** Several cotangents wait until together they are this many times as large as the tensor, and are then added in one go. */
const WAITING_SIZES = 4;
/** Dense cotangents of so few elements are added at once, as a list costs more than the sum. */
const SMALL = 256;

/** Cotangents of one tensor that are not added yet. */
class Waiting {
  readonly cotangents: Cotangent[] = [];
  elements = 0;
}

/** One cotangent, or several. */
export type Pending = Cotangent | Waiting;

/** Takes in one more cotangent of a tensor of the given type. */
export function addCotangent(
  pending: Pending | undefined,
  cotangent: Cotangent,
  type: TensorType,
): Pending {
  if (pending === undefined) return cotangent;
  if (type.size <= SMALL && pending instanceof Tensor && cotangent instanceof Tensor) {
    return run(add.op, [pending, cotangent], undefined);
  }
  let waiting: Waiting;
  if (pending instanceof Waiting) waiting = pending;
  else {
    waiting = new Waiting();
    waiting.cotangents.push(pending);
    waiting.elements = elementsOf(pending);
  }
  waiting.cotangents.push(cotangent);
  waiting.elements += elementsOf(cotangent);
  if (waiting.elements <= WAITING_SIZES * type.size) return waiting;
  return accumulate(type, waiting.cotangents);
}

/** The sum of what has arrived, as a dense tensor. */
export function sumPending(pending: Pending, type: TensorType): Tensor {
  if (pending instanceof Tensor) return pending;
  return accumulate(type, pending instanceof Waiting ? pending.cotangents : [pending]);
}

function elementsOf(cotangent: Cotangent): number {
  if (cotangent instanceof RegionCotangent) return cotangent.block.size;
  if (cotangent instanceof RowsCotangent) return cotangent.rows.size;
  return cotangent.size;
}
