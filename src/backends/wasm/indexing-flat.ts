/** Positions with one index per axis turned into row-major positions, in generated code. */

import type { IndexTarget } from "../../core/lowering.js";
import { type Shape, sizeOf } from "../../core/shape.js";
import type { ModuleBuilder } from "./assembler.js";
import { countDown, repeat } from "./convolution-loops.js";
import { FunctionBuilder, type FunctionReference } from "./function-builder.js";
import { type Fail, failWith, indexLimit } from "./indexing-check.js";
import { inParts, moveBy } from "./indexing-parts.js";

/** Positions [copies, rows, count], each of as many indices as there are lengths. */
export interface FlatIndicesKernel {
  /** The lengths of the axes that are pointed at. */
  readonly lengths: readonly number[];
  readonly copies: number;
  /** Each of the rows has the axes for itself: they lie one after the other. */
  readonly rows: number;
  readonly count: number;
}

/** The kernel for indices of a shape whose last axis holds one index for each axis of the target. */
export function flatIndicesKernel(
  { shape, axis, span, rowAxis }: IndexTarget,
  indices: Shape,
): FlatIndicesKernel {
  const lengths = shape.slice(axis, axis + span);
  if (rowAxis === undefined) {
    return { lengths, copies: 1, rows: 1, count: sizeOf(indices.slice(0, -1)) };
  }
  return {
    lengths,
    copies: sizeOf(indices.slice(0, rowAxis)),
    rows: indices[rowAxis]!,
    count: sizeOf(indices.slice(rowAxis + 1, -1)),
  };
}

/**
 * Adds a function (indices: i32, result: i32) -> () of the addresses of dense int32 arrays. An index out of range makes it call
 * `fail`, after it has written what is in front of it.
 */
export function addFlatIndices(
  module: ModuleBuilder,
  kernel: FlatIndicesKernel,
  fail: Fail,
): FunctionReference {
  const { lengths, copies, rows, count } = kernel;
  const body = new FunctionBuilder(["i32", "i32"], []);
  if (copies * rows * count === 0) return module.addFunction(body);
  const part = addPart(module, lengths, fail);
  const first = body.local("i32");
  const step = sizeOf(lengths);
  // Where rows do not matter a copy is one long row.
  const plain = rows === 1;
  const grid = plain
    ? { rows: 1, columns: copies * count, elements: 1 }
    : { rows, columns: count, elements: 1 };
  const emitCopy = (): void => {
    body.constant("i32", 0).set(first);
    inParts(
      body,
      grid,
      (blocks, positions) => {
        body.get(0).get(1).get(first);
        body.constant("i32", blocks).constant("i32", positions).call(part);
        moveBy(body, 0, 4 * lengths.length * blocks * positions);
        moveBy(body, 1, 4 * blocks * positions);
      },
      (blocks) => moveBy(body, first, blocks * step),
    );
  };
  if (plain) emitCopy();
  else repeat(body, copies, emitCopy);
  return module.addFunction(body);
}

/**
 * Adds the function (indices: i32, result: i32, first: i32, rows: i32, count: i32) -> () for at least one position in each of at
 * least one row, of which the first begins at the position `first`.
 */
function addPart(module: ModuleBuilder, lengths: readonly number[], fail: Fail): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32", "i32", "i32", "i32"], []);
  const [indices, result, first, rows, count] = [0, 1, 2, 3, 4] as const;
  const left = body.local("i32");
  const index = body.local("i32");
  const flat = body.local("i32");
  countDown(body, rows, () => {
    body.get(count).set(left);
    countDown(body, left, () => {
      body.constant("i32", 0).set(flat);
      lengths.forEach((length, component) => {
        body
          .get(indices)
          .memory("i32.load", 4 * component)
          .tee(index);
        body.constant("i32", indexLimit(length)).op("i32.ge_u");
        body.if(() => failWith(body, fail));
        body.get(index);
        if (component > 0)
          body
            .get(flat)
            .constant("i32", length | 0)
            .op("i32.mul")
            .op("i32.add");
        body.set(flat);
      });
      body.get(result).get(flat).get(first).op("i32.add").memory("i32.store");
      moveBy(body, indices, 4 * lengths.length);
      moveBy(body, result, 4);
    });
    moveBy(body, first, sizeOf(lengths));
  });
  return module.addFunction(body);
}
