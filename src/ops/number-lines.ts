/** Evenly spaced numbers. */

import { describe, type TensorLike, toTensors } from "../core/convert.js";
import { allocate, checkDType, convertNumber, type DType, isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { checkOptions } from "../core/options.js";
import { checkInteger } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { add, multiply } from "./arithmetic.js";
import { broadcastTogether } from "./declare.js";
import { reshapeTo } from "./reshape.js";

/** Options of `range`. */
export interface RangeOptions {
  /** Default: int32 when all numbers are integers, else float32. */
  readonly dtype?: DType;
}

/**
 * The numbers start, start + delta, … before limit, as a vector. start is 0 and delta 1 by default.
 *
 * @example
 * tf.range(5); // int32 [0, 1, 2, 3, 4]
 * tf.range(5, -2, -3); // int32 [5, 2, -1]
 * tf.range(0, 1, 0.25); // float32 [0, 0.25, 0.5, 0.75]
 *
 * @throws ArgumentError when a number is not finite or delta is 0; DTypeError when int32 is asked for and a number is no
 * 32-bit integer, or the dtype is bool.
 */
export function range(limit: number, options?: RangeOptions): Tensor;
export function range(start: number, limit: number, options?: RangeOptions): Tensor;
export function range(start: number, limit: number, delta: number, options?: RangeOptions): Tensor;
export function range(...parameters: readonly (number | RangeOptions | undefined)[]): Tensor {
  const given = parameters.filter((parameter) => parameter !== undefined);
  const last = given.at(-1);
  const hasOptions = given.length > 1 && typeof last === "object";
  const options = hasOptions ? last : {};
  checkOptions(options, ["dtype"], "range");
  const numbers = (hasOptions ? given.slice(0, -1) : given).map(finiteNumber);
  if (numbers.length === 0 || numbers.length > 3) {
    throw new ArgumentError(
      `range: expected limit, or start, limit and delta, got ${numbers.length} numbers`,
    );
  }
  const [start, limit, delta] = numbers.length === 1 ? [0, numbers[0]!, 1] : [...numbers, 1];
  const { dtype = numbers.every(Number.isInteger) ? "int32" : "float32" } = options;
  checkDType(dtype, "range");
  return countUp(start!, limit!, delta!, dtype);
}

function finiteNumber(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new ArgumentError(
    `range: start, limit and delta must be finite numbers, got ${describe(value)}`,
  );
}

function countUp(start: number, limit: number, delta: number, dtype: DType): Tensor {
  if (delta === 0) throw new ArgumentError("range: delta must not be 0");
  if (dtype === "bool") throw new DTypeError("range: dtype must be numeric, got bool");
  for (const number of [start, limit, delta]) {
    if (dtype === "int32" && convertNumber(number, "int32") !== number) {
      throw new DTypeError(`range: ${number} is given, which is no 32-bit integer`);
    }
  }
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  const values = allocate(dtype, count, "range");
  for (let index = 0; index < count; index++) values[index] = start + index * delta;
  return tensorOf(values, dtype, [count]);
}

/**
 * `num` numbers from `start` to `stop`, both included, evenly spaced along a new first axis; `start` alone when `num` is 1.
 *
 * `start` and `stop` are numbers (float32) or floating tensors, which broadcast; the result is differentiable with respect
 * to them.
 *
 * @example
 * tf.linspace(-1, 2, 7); // [-1, -0.5, 0, 0.5, 1, 1.5, 2]
 *
 * @throws ArgumentError when `num` is no positive integer; DTypeError when the dtypes are not floating or differ.
 */
export function linspace(start: TensorLike, stop: TensorLike, num: number): Tensor {
  checkInteger(num, "linspace", "num");
  if (num < 1) throw new ArgumentError(`linspace: num must be positive, got ${num}`);
  const ends = toTensors([start, stop], "linspace", ["start", "stop"]);
  const { dtype } = ends[0]!;
  if (!isFloating(dtype)) {
    throw new DTypeError(`linspace: start is ${describe(ends[0])}; expected float32, float64`);
  }
  const [first, last] = broadcastTogether(ends, "linspace") as [Tensor, Tensor];
  // Weights that are exactly 0 and 1 at the ends make the ends exact.
  const rising = allocate("float64", num, "linspace");
  for (let index = 1; index < num; index++) rising[index] = index / (num - 1);
  const weights = (of: (share: number) => number): Tensor => {
    const values = allocate(dtype, num, "linspace");
    values.set(rising.map(of));
    return tensorOf(values, dtype, [num, ...first.shape.map(() => 1)]);
  };
  const row = (x: Tensor): Tensor => reshapeTo(x, [1, ...x.shape]);
  return add(
    multiply(
      row(first),
      weights((share) => 1 - share),
    ),
    multiply(
      row(last),
      weights((share) => share),
    ),
  );
}
