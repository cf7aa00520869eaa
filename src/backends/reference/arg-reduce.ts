/** The position of the first largest or smallest element along one axis. */

import { allocate } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type ArgReduce = Extract<Lowering<unknown>, { kind: "argReduce" }>;

export function evaluateArgReduce(
  name: string,
  lowering: ArgReduce,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const values = hostValues(operand);
  const axis = lowering.axis(attributes);
  const length = operand.shape[axis]!;
  const inner = operand.shape.slice(axis + 1).reduce((product, one) => product * one, 1);
  const sign = lowering.reducer === "max" ? 1 : -1;
  const out = allocate("int32", type.size, name);
  for (let result = 0; result < type.size; result++) {
    const start = Math.floor(result / inner) * length * inner + (result % inner);
    let best = values[start]!;
    for (let index = 1; index < length && !Number.isNaN(best); index++) {
      const value = values[start + index * inner]!;
      // A NaN wins, as in the maximum itself, and the first of several stays.
      if (value * sign > best * sign || Number.isNaN(value)) {
        best = value;
        out[result] = index;
      }
    }
  }
  return denseTensor(out, type);
}
