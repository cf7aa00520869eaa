/** The parts of a tensor along an axis, as views of its buffer. */

import type { Lowering } from "../../core/lowering.js";
import { StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";
import { stridedOperand } from "./operand.js";

type Split = Extract<Lowering<unknown>, { kind: "split" }>;

export function evaluateSplit(
  lowering: Split,
  operand: Tensor,
  attributes: unknown,
  types: readonly TensorType[],
): readonly Tensor[] {
  const { buffer, strides, offset } = stridedOperand(operand);
  const axis = lowering.axis(attributes);
  const sizes = lowering.sizes(attributes);
  let start = offset;
  return types.map((type, part) => {
    const begin = start;
    start += sizes[part]! * strides[axis]!;
    if (type.size === 1) return new Tensor(type, buffer[begin]!);
    const kept =
      type.shape.length === strides.length ? strides : strides.filter((_, one) => one !== axis);
    return new Tensor(type, new StridedStorage(buffer, kept, begin));
  });
}
