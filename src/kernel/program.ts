/** Programs: what a graph is compiled to for every machine, a list of statements on arrays. */

import type { LoopAttributes } from "../control/loop-types.js";
import type { GraphNode } from "../core/graph.js";
import type { Layout } from "../core/storage.js";
import type { Tensor, TensorType } from "../core/tensor.js";
import type { Nest } from "./nest.js";

/** A dense, row-major array of a program, by its number. */
export interface ProgramArray {
  readonly type: TensorType;
  /** Values that are the same at every run. */
  readonly constant?: Tensor;
}

/** A tensor as part of an array. */
export interface Place {
  readonly array: number;
  readonly type: TensorType;
  readonly layout: Layout;
}

export type Statement =
  | {
      readonly kind: "nest";
      readonly nest: Nest;
      /** What the arrays of the nest are in the program. */
      readonly arrays: readonly number[];
    }
  /** An operation by a kernel of its own; all operands but those of a matmul are dense. */
  | {
      readonly kind: "operation";
      readonly node: GraphNode;
      readonly operands: readonly Place[];
      readonly results: readonly number[];
    }
  /** Adds rows at indices to what an array holds. */
  | {
      readonly kind: "addRows";
      readonly rows: Place;
      readonly indices: Place;
      readonly axis: number;
      readonly span: number;
      readonly result: number;
    }
  | {
      readonly kind: "branch";
      readonly condition: Place;
      readonly operands: readonly Place[];
      readonly whenTrue: Program;
      readonly whenFalse: Program;
      readonly results: readonly number[];
    }
  | {
      readonly kind: "loop";
      readonly attributes: LoopAttributes;
      readonly operands: readonly Place[];
      /** The bodies of the passes. */
      readonly bodies: readonly Program[];
      /** The test of a loop of unknown length. */
      readonly test?: Program;
      readonly results: readonly number[];
    };

/** The statements of a graph in order. */
export interface Program {
  readonly name: string;
  readonly arrays: readonly ProgramArray[];
  /** The arrays that are given. */
  readonly inputs: readonly number[];
  readonly statements: readonly Statement[];
  readonly outputs: readonly Place[];
}

/** The arrays that a statement reads. */
export function arraysRead(statement: Statement): readonly number[] {
  switch (statement.kind) {
    case "nest":
      return statement.arrays;
    case "addRows":
      return [statement.rows.array, statement.indices.array, statement.result];
    case "branch":
      return [statement.condition, ...statement.operands].map(({ array }) => array);
    default:
      return statement.operands.map(({ array }) => array);
  }
}

/** The arrays that a statement writes. */
export function arraysWritten(statement: Statement): readonly number[] {
  switch (statement.kind) {
    case "nest":
      return statement.nest.results.map(({ array }) => statement.arrays[array]!);
    case "addRows":
      return [statement.result];
    default:
      return statement.results;
  }
}
