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

/** A loop nest. */
export interface NestStatement {
  readonly kind: "nest";
  readonly nest: Nest;
  /** What the arrays of the nest are in the program. */
  readonly arrays: readonly number[];
}

/**
 * Nests that go through the rows of a product as soon as some of these are finished. Of every array that the product or one of the nests
 * writes they read, and write, at each position of their outermost dimension parts of a single row, so that some rows after others, all
 * nests for each, give what one nest after the other gives.
 */
export interface Epilogue {
  /** How many rows the product has. */
  readonly rows: number;
  readonly nests: readonly NestStatement[];
  /** By array of the product or a nest: one that a later nest writes, and in whose place it lies until then. */
  readonly places: ReadonlyMap<number, number>;
}

export type Statement =
  | NestStatement
  /** An operation by a kernel of its own; all operands but those of a matmul are dense. */
  | {
      readonly kind: "operation";
      readonly node: GraphNode;
      readonly operands: readonly Place[];
      readonly results: readonly number[];
      readonly epilogue?: Epilogue;
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
    case "operation":
      return [
        ...statement.operands.map(({ array }) => array),
        ...nestsOf(statement).flatMap(arraysRead).filter(hasMemory(statement)),
      ];
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
    case "operation":
      return [...statement.results, ...nestsOf(statement).flatMap(arraysWritten)].filter(
        hasMemory(statement),
      );
    default:
      return statement.results;
  }
}

type Operation = Extract<Statement, { kind: "operation" }>;

function nestsOf({ epilogue }: Operation): readonly NestStatement[] {
  return epilogue?.nests ?? [];
}

/** Whether an array of an operation has memory of its own. */
function hasMemory({ epilogue }: Operation): (array: number) => boolean {
  return (array) => epilogue?.places.has(array) !== true;
}
