/** What it takes to compute rows: the elements of a row, and the rules by which operations compute them. */

import type { GraphNode } from "../core/graph.js";
import type { TensorType } from "../core/tensor.js";
import type { CodeBuilder } from "./code-builder.js";
import type { Space } from "./row-space.js";
import type { Value } from "./scalar-code.js";

/** The elements of a row. */
export type Row = readonly Value[];

/** How an operation computes rows. */
export interface RowRule {
  /** By operand: how many of its axes make up the space; 0 for one whose row is the same everywhere. */
  readonly axes: readonly number[];
  /** Whether it only names elements of its operand in another order. */
  readonly isView: boolean;
  /** About how many instructions it takes. */
  readonly cost: number;
  /** The rows of the outputs. */
  emit(code: CodeBuilder, operands: readonly Row[]): readonly Row[];
}

/** What a rule is made from. */
export interface RowContext {
  readonly node: GraphNode;
  readonly operands: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly space: Space;
  /** By operand and by output: how many axes make up the space. */
  readonly operandAxes: readonly number[];
  readonly outputAxes: readonly number[];
}
