/** Conversion of every element to another dtype. */

import { allocate, convertNumber } from "../../core/dtype.js";
import { hostValues } from "../../core/reading.js";
import { Tensor, type TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

export function evaluateCast(name: string, operand: Tensor, type: TensorType): Tensor {
  const { dtype } = type;
  if (typeof operand.storage === "number") {
    return new Tensor(type, convertNumber(operand.storage, dtype));
  }
  const values = hostValues(operand);
  const out = allocate(dtype, type.size, name);
  if (dtype === "float32" || dtype === "float64") out.set(values);
  else
    for (let index = 0; index < out.length; index++)
      out[index] = convertNumber(values[index]!, dtype);
  return denseTensor(out, type);
}
