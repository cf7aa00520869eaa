/** Algebraic rules: operations that do nothing are left out, and chains of views become one view. Results stay the same to the bit. */

import { hostValues } from "../core/reading.js";
import { sameShape } from "../core/shape.js";
import { isAbstract, type Tensor } from "../core/tensor.js";
import { multiply, negative, subtract } from "../ops/arithmetic.js";
import { type BroadcastAttributes, broadcastToOp } from "../ops/broadcast.js";
import { divide } from "../ops/division.js";
import { identity, stopGradient } from "../ops/identity.js";
import { type TransposeAttributes, transposeOp } from "../ops/permute.js";
import { type ReshapeAttributes, reshapeOp } from "../ops/reshape.js";
import { type Made, type RewriteRule, type Rewriting, rewritePass } from "./rewrite.js";

/** Whether a tensor is known to be one number everywhere, seen through broadcasts. */
function isEverywhere(tensor: Tensor, value: number, madeBy: Rewriting["madeBy"]): boolean {
  const made = madeBy(tensor);
  if (made?.op === broadcastToOp) return isEverywhere(made.operands[0]!, value, madeBy);
  if (isAbstract(tensor) || tensor.size === 0) return false;
  const { storage } = tensor;
  if (typeof storage === "number") return Object.is(storage, value);
  return tensor.size <= 64 && hostValues(tensor).every((one) => Object.is(one, value));
}

/** The operand of an operation of a kind that made a tensor. */
function through(made: Made | undefined, op: unknown): Tensor | undefined {
  return made !== undefined && made.op === op ? made.operands[0] : undefined;
}

function isIdentity(perm: readonly number[]): boolean {
  return perm.every((axis, place) => axis === place);
}

const rule: RewriteRule = ({ op, attributes }, operands, { madeBy, make }) => {
  const [first, second] = operands;
  switch (op) {
    case identity.op:
    case stopGradient.op:
      return [first!];
    case negative.op: {
      const inner = through(madeBy(first!), negative.op);
      return inner && [inner];
    }
    case multiply.op:
      if (isEverywhere(second!, 1, madeBy)) return [first!];
      return isEverywhere(first!, 1, madeBy) ? [second!] : undefined;
    case divide.op:
      return isEverywhere(second!, 1, madeBy) ? [first!] : undefined;
    case subtract.op:
      return isEverywhere(second!, 0, madeBy) ? [first!] : undefined;
    case reshapeOp: {
      const { shape } = attributes as ReshapeAttributes;
      if (sameShape(first!.shape, shape)) return [first!];
      const inner = through(madeBy(first!), reshapeOp);
      if (inner === undefined) return undefined;
      return [sameShape(inner.shape, shape) ? inner : make(reshapeOp, [inner], { shape })];
    }
    case broadcastToOp: {
      const { shape } = attributes as BroadcastAttributes;
      if (sameShape(first!.shape, shape)) return [first!];
      const inner = through(madeBy(first!), broadcastToOp);
      return inner && [make(broadcastToOp, [inner], { shape })];
    }
    case transposeOp: {
      const { perm } = attributes as TransposeAttributes;
      if (isIdentity(perm)) return [first!];
      const made = madeBy(first!);
      const inner = through(made, transposeOp);
      if (inner === undefined) return undefined;
      const earlier = (made!.attributes as TransposeAttributes).perm;
      const both = perm.map((axis) => earlier[axis]!);
      return [isIdentity(both) ? inner : make(transposeOp, [inner], { perm: both })];
    }
    default:
      return undefined;
  }
};

export const simplify = /* @__PURE__ */ rewritePass(
  "simplify",
  "Leaves out operations that change nothing, and joins chains of views.",
  () => rule,
);
