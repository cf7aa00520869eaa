/** Integers that follow from the type of the operand alone, such as its shape. */

import { allocate } from "../../core/dtype.js";
import type { Lowering } from "../../core/lowering.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type TypeOnly = Extract<Lowering<unknown>, { kind: "typeOnly" }>;

export function evaluateTypeOnly(
  name: string,
  lowering: TypeOnly,
  operand: Tensor,
  type: TensorType,
): Tensor {
  const out = allocate(type.dtype, type.size, name);
  out.set(lowering.values(operand.type));
  return denseTensor(out, type);
}
