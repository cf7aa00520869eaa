/** A graph: a traced function as a list of operations on numbered values, in the order in which they were run. */

import type { Op } from "./op.js";
import type { Tensor, TensorType, VariableIdentity } from "./tensor.js";

/** One operation of a graph. */
export interface GraphNode {
  readonly op: Op;
  readonly attributes: unknown;
  /** The numbers of the values that it takes. */
  readonly operands: readonly number[];
  /** The number of its first output; the others follow. */
  readonly firstOutput: number;
  readonly outputs: number;
}

/** What a traced function closes over: a tensor from outside, or a variable that is read when the graph is run. */
export type Capture = Tensor | VariableIdentity;

/** A traced function, whose values are numbered. */
export interface Graph {
  /** For messages and printing. */
  readonly name: string;
  /** The type of every value. */
  readonly types: readonly TensorType[];
  /** The numbers of the values that the function takes. */
  readonly inputs: readonly number[];
  /** Values from outside, each with its number. */
  readonly captures: readonly (readonly [value: number, capture: Capture])[];
  /** Tensors that the function made itself and whose values are known. */
  readonly constants: readonly (readonly [value: number, constant: Tensor])[];
  readonly nodes: readonly GraphNode[];
  /** The numbers of the values that the function returns. */
  readonly outputs: readonly number[];
  /** Variables that the function assigns; their new values are the last of the outputs. */
  readonly assigned: readonly VariableIdentity[];
}

/** Whether a value is a graph. */
export function isGraph(value: unknown): value is Graph {
  return typeof value === "object" && value !== null && "nodes" in value && "captures" in value;
}

/** The graphs that attributes hold, however deep. */
export function graphsIn(attributes: unknown): Graph[] {
  if (isGraph(attributes)) return [attributes];
  const isPlain =
    Array.isArray(attributes) ||
    (typeof attributes === "object" &&
      attributes !== null &&
      Object.getPrototypeOf(attributes) === Object.prototype);
  if (!isPlain) return [];
  return Object.values(attributes).flatMap(graphsIn);
}

/** The types of the values that a graph returns. */
export function outputTypesOf({ types, outputs }: Graph): readonly TensorType[] {
  return outputs.map((value) => types[value]!);
}

/** The types of the values that a graph takes. */
export function inputTypesOf({ types, inputs }: Graph): readonly TensorType[] {
  return inputs.map((value) => types[value]!);
}

/** A graph that closes over nothing, and what it closed over before, which it takes behind its inputs. */
export interface ClosedGraph {
  readonly graph: Graph;
  readonly captured: readonly Capture[];
}

/** The graph with what it closes over as further inputs. */
export function closeGraph(graph: Graph): ClosedGraph {
  const { inputs, captures } = graph;
  return {
    graph: { ...graph, inputs: [...inputs, ...captures.map(([value]) => value)], captures: [] },
    captured: captures.map(([, capture]) => capture),
  };
}
