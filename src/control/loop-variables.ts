/** What loops carry from one iteration to the next: checks of its structure and types, and reads of it. */

import { describe } from "../core/convert.js";
import { runOp } from "../core/dispatch.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { flattenNest } from "../core/nest.js";
import { formatType, sameType, type Tensor } from "../core/tensor.js";
import { readLeaves } from "../graph/trace-function.js";
import { splitOp } from "../ops/split.js";
import type { LoopRead } from "./loop-types.js";
import { structureOf } from "./trace-nest.js";

/** Reads of what a pass carries. */
export function carryReads(pass: number, count: number): LoopRead[] {
  return Array.from({ length: count }, (_, index) => ({ kind: "carry", pass, index }));
}

/** Reads of captures. */
export function captureReads(first: number, count: number): LoopRead[] {
  return Array.from({ length: count }, (_, index) => ({ kind: "capture", index: first + index }));
}

/**
 * The leaves of what a body gave for the next iteration. A single variable may come without a list around it.
 *
 * @throws ArgumentError when the structure is not that of the loop variables.
 */
export function nextVariables(
  returned: unknown,
  variables: readonly unknown[],
  operation: string,
): readonly Tensor[] {
  const isBare = variables.length === 1 && !Array.isArray(returned);
  const list: unknown = isBare ? [returned] : returned;
  if (!Array.isArray(list)) {
    throw new ArgumentError(
      `${operation}: body must give the ${variables.length} loop variables in a list, got ${describe(returned)}`,
    );
  }
  const leaves = readLeaves(flattenNest(list, operation, "what body returns"));
  const structure = structureOf(list);
  if (structure !== structureOf(variables)) {
    throw new ArgumentError(
      `${operation}: the loop variables are ${structureOf(variables)}, but body gives ${structure}`,
    );
  }
  return leaves;
}

/** @throws ShapeError or DTypeError when a tensor has another type after an iteration. */
export function checkCarried(
  before: readonly Tensor[],
  after: readonly Tensor[],
  operation: string,
  what: string,
): void {
  before.forEach(({ type }, index) => {
    const other = after[index]!.type;
    if (sameType(type, other)) return;
    const message =
      `${operation}: ${what} ${index} is ${formatType(type)} before an iteration and ${formatType(other)} after it; ` +
      "shape and dtype must stay";
    throw type.dtype === other.dtype ? new ShapeError(message) : new DTypeError(message);
  });
}

/** Reads of entries. */
export function elemReads(count: number): LoopRead[] {
  return Array.from({ length: count }, (_, index) => ({ kind: "elem", index }));
}

/** The entries along the first axis. */
export function entriesOf(elem: Tensor): readonly Tensor[] {
  const count = elem.shape[0]!;
  const sizes = new Array<number>(count).fill(1);
  return runOp(splitOp, [elem], { axis: 0, sizes, keepAxis: false });
}
