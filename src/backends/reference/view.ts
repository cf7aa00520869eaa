/** Views: the operand's buffer under another layout, with a row-major copy first where there is no such layout. */

import { InternalError } from "../../core/errors.js";
import type { Lowering } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { contiguousStrides } from "../../core/shape.js";
import { StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";
import { stridedOperand } from "./operand.js";

type View = Extract<Lowering<unknown>, { kind: "view" }>;

export function evaluateView(
  name: string,
  lowering: View,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  if (typeof operand.storage === "number" && type.size === 1) {
    return new Tensor(type, operand.storage);
  }
  let { buffer, ...source } = stridedOperand(operand);
  let layout = lowering.layout(source, attributes, type.shape);
  if (layout === undefined) {
    buffer = hostValues(operand, name);
    source = { shape: operand.shape, strides: contiguousStrides(operand.shape), offset: 0 };
    layout = lowering.layout(source, attributes, type.shape);
  }
  if (layout === undefined) throw new InternalError(`${name}: no layout of row-major elements`);
  if (type.size === 1) return new Tensor(type, buffer[layout.offset]!);
  return new Tensor(type, new StridedStorage(buffer, layout.strides, layout.offset));
}
