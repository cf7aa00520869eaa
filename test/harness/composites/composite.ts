/** How calls of public functions are written for the checks. */

import type { DType } from "../../../src/core/dtype.js";
import type { SampleOperand } from "../../../src/core/op.js";
import type { Tensor } from "../../../src/core/tensor.js";

/** A small call of a public function that is made of operations, and operands for it. */
export interface Composite {
  /** The function that the call is about. */
  readonly covers: (...parameters: never) => unknown;
  readonly operands: readonly SampleOperand[];
  readonly call: (...operands: Tensor[]) => Tensor | readonly Tensor[];
  /** Works element by element, so that it is tried at special points too. */
  readonly pointwise?: boolean;
  /** Is not tried with NaN and infinities: it refuses them, or sums products with whatever they meet. */
  readonly finiteOnly?: boolean;
  /** Reads values, so that it cannot be traced. */
  readonly readsValues?: boolean;
  /** Draws other numbers in float32 than in float64. */
  readonly drawsByDType?: boolean;
}

/** An operand of a shape, with values in an interval. */
export function between(from: number, to: number, ...shape: number[]): SampleOperand {
  return { shape, from, to };
}

/** A floating vector of given values. */
export function vector(...values: number[]): SampleOperand {
  return { shape: [values.length], values };
}

/** Given values of a shape and dtype. */
export function given(
  values: readonly number[],
  shape: readonly number[],
  dtype: DType,
): SampleOperand {
  return { values, shape, dtype };
}

/** Values without ties, a step of at least 0.1 apart and in no order, of a shape. */
export function distinct(...shape: number[]): SampleOperand {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, (_, at) => ((at * 7 + 3) % 31) * 0.1 - 1.5);
  return { shape, values };
}
