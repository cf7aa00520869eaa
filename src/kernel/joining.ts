/** Tensors joined to one: each is copied to its part of the result. */

import type { GraphNode } from "../core/graph.js";
import { copyNests, wholeOf } from "./copy-nest.js";
import type { Placement } from "./placement.js";
import type { Statement } from "./program.js";

/**
 * The operands one after another along an axis.
 *
 * @param isThere whether an operand is computed in its place
 */
export function joinStatements(
  placement: Placement,
  { operands, firstOutput }: GraphNode,
  axis: number,
  isThere: (operand: number) => boolean,
): readonly Statement[] {
  const whole = wholeOf(placement.arrayOf(firstOutput), placement.typeOf(firstOutput).shape);
  const { strides } = whole.layout;
  let { offset } = whole.layout;
  const parts = operands.map((operand) => {
    const from = placement.placeOf(operand);
    const { shape } = from.type;
    const hasAxis = shape.length === strides.length;
    const own = hasAxis ? strides : strides.filter((_, one) => one !== axis);
    const to = { array: whole.array, layout: { shape, strides: own, offset } };
    offset += (hasAxis ? shape[axis]! : 1) * strides[axis]!;
    return { from, to, operand };
  });
  return copyNests(parts.filter(({ operand }) => !isThere(operand)));
}
