/** The scalar body of a fused operation: what is computed for one element of every operand. */

import type { DType } from "../core/dtype.js";
import type { ScalarFunction } from "../core/lowering.js";
import type { TensorType } from "../core/tensor.js";

/** One scalar operation of a body. */
export interface FusedStep {
  /** For printing. */
  readonly name: string;
  readonly scalar: ScalarFunction;
  /** Values by number: first the operands, then the results of the steps. */
  readonly args: readonly number[];
  /** To which the result is rounded. */
  readonly dtype: DType;
}

/** A body, what of it goes out, and the type that all of that has, up to its dtype. */
export interface FusedBody {
  readonly operands: number;
  readonly steps: readonly FusedStep[];
  /** The numbers of the values that go out. */
  readonly results: readonly number[];
  readonly types: readonly TensorType[];
  /** For printing: one line a step. */
  toJSON(): readonly string[];
}
