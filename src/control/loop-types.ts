/** What a loop is made of: its passes, what their bodies read, and how many iterations there are. */

import { isFloating } from "../core/dtype.js";
import { type Graph, outputTypesOf } from "../core/graph.js";
import { type TensorType, tensorType } from "../core/tensor.js";

/** What the body of a pass reads in one iteration. */
export type LoopRead =
  /** A tensor that is the same in all iterations. */
  | { readonly kind: "capture"; readonly index: number }
  /** The entry along the first axis of a tensor that belongs to the iteration. */
  | { readonly kind: "elem"; readonly index: number }
  /** What a pass carried into the iteration: this pass, or an earlier one. */
  | { readonly kind: "carry"; readonly pass: number; readonly index: number }
  /** What an earlier pass gave out in the iteration. */
  | { readonly kind: "emit"; readonly pass: number; readonly index: number };

/** One pass over all iterations. */
export interface LoopPass {
  /** Whether it goes from the last iteration to the first. */
  readonly reverse: boolean;
  /** Closes over nothing; takes what is read, and gives what is carried on and then what is given out. */
  readonly body: Graph;
  readonly reads: readonly LoopRead[];
  /** How many tensors it carries from iteration to iteration. */
  readonly carries: number;
}

/** How many iterations there are: a number, or as long as a test of what the first pass carries is true. */
export type LoopTrip =
  | { readonly kind: "count"; readonly count: number }
  | {
      readonly kind: "while";
      /** Closes over nothing; gives a bool scalar. */
      readonly test: Graph;
      /** Captures, and carries of the first pass. */
      readonly reads: readonly LoopRead[];
      readonly maximumIterations: number | undefined;
    };

/**
 * A loop of one or several passes over the same iterations. A program is one pass; its derivatives of any order are loops of more: the
 * pullback of a pass is a pass in the other direction, which reads what the earlier ones carried and gave out.
 *
 * Operands are captures, elems, and what each pass carries into its first iteration. Outputs are what each pass carries out of its
 * last, and then, where the number of iterations is known, what some passes gave out, along a new first axis.
 */
export interface LoopAttributes {
  /** The public function, for messages. */
  readonly operation: string;
  readonly captures: number;
  readonly elems: number;
  readonly trip: LoopTrip;
  readonly passes: readonly LoopPass[];
  readonly stacked: readonly { readonly pass: number; readonly index: number }[];
}

/** The types of what a pass carries. */
export function carryTypes({ body, carries }: LoopPass): readonly TensorType[] {
  return outputTypesOf(body).slice(0, carries);
}

/** The types of what a pass gives out. */
export function emitTypes({ body, carries }: LoopPass): readonly TensorType[] {
  return outputTypesOf(body).slice(carries);
}

/** The operands of a loop by what they are for. */
export interface LoopOperands<Value> {
  readonly captures: readonly Value[];
  readonly elems: readonly Value[];
  /** By pass. */
  readonly carries: readonly (readonly Value[])[];
}

/** Sorts what belongs to the operands of a loop. */
export function splitOperands<Value>(
  values: readonly Value[],
  { captures, elems, passes }: LoopAttributes,
): LoopOperands<Value> {
  let next = captures + elems;
  return {
    captures: values.slice(0, captures),
    elems: values.slice(captures, next),
    carries: passes.map((pass) => {
      const begin = next;
      next += pass.carries;
      return values.slice(begin, next);
    }),
  };
}

/** What belongs to the outputs of a loop, sorted: by pass what is carried, and what is stacked. */
export function splitOutputs<Value>(
  values: readonly Value[],
  { passes }: LoopAttributes,
): { readonly carries: readonly (readonly Value[])[]; readonly stacked: readonly Value[] } {
  let next = 0;
  const carries = passes.map((pass) => {
    const begin = next;
    next += pass.carries;
    return values.slice(begin, next);
  });
  return { carries, stacked: values.slice(next) };
}

/** The place of a read among all that are alike, as a key of maps. */
export function readKey(read: LoopRead): string {
  return "pass" in read ? `${read.kind} ${read.pass} ${read.index}` : `${read.kind} ${read.index}`;
}

/** For each of some types how many floating ones are before it; undefined where it is not floating itself. */
export function floatingRanks(types: readonly TensorType[]): readonly (number | undefined)[] {
  let count = 0;
  return types.map(({ dtype }) => (isFloating(dtype) ? count++ : undefined));
}

/** Those of the types that are floating. */
export function floatingTypes(types: readonly TensorType[]): readonly TensorType[] {
  return types.filter(({ dtype }) => isFloating(dtype));
}

/** The type of what a read gives, from the types of the operands. */
export function readType(
  read: LoopRead,
  operands: LoopOperands<TensorType>,
  passes: readonly LoopPass[],
): TensorType {
  switch (read.kind) {
    case "capture":
      return operands.captures[read.index]!;
    case "elem": {
      const { dtype, shape } = operands.elems[read.index]!;
      return tensorType(dtype, shape.slice(1));
    }
    case "carry":
      return carryTypes(passes[read.pass]!)[read.index]!;
    case "emit":
      return emitTypes(passes[read.pass]!)[read.index]!;
  }
}
