/** The options that running sums and products share. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import type { Scan } from "../core/lowering.js";
import type { Op } from "../core/op.js";
import { checkOptions } from "../core/options.js";
import { normalizeAxis } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";

/** Options of running sums and products. */
export interface ScanOptions {
  /** The axis along which elements are combined; −1 is the last. Default 0. */
  readonly axis?: number;
  /** Whether an element's own value is left out of its result. Default false. */
  readonly exclusive?: boolean;
  /** Whether to run from the end. Default false. */
  readonly reverse?: boolean;
}

/** Runs a scan with the options that a user gave. */
export function runScan(op: Op<Scan>, x: TensorLike, options: ScanOptions | undefined): Tensor {
  const operand = toTensor(x, op.name, "x");
  checkOptions(options, ["axis", "exclusive", "reverse"], op.name);
  const { axis = 0, exclusive = false, reverse = false } = options ?? {};
  for (const [key, value] of Object.entries({ exclusive, reverse })) {
    if (typeof value !== "boolean") {
      throw new ArgumentError(`${op.name}: ${key} must be true or false, got ${String(value)}`);
    }
  }
  return run(op, [operand], {
    axis: normalizeAxis(axis, operand.rank, op.name),
    exclusive,
    reverse,
  });
}
