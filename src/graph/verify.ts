/** The check that a graph is well formed: every value is there before it is used, and has the type that its operation gives. */

import { isFloating } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { type Graph, graphsIn } from "../core/graph.js";
import type { Op } from "../core/op.js";
import { sameShape } from "../core/shape.js";
import {
  abstractTensor,
  formatType,
  sameType,
  type Tensor,
  type TensorType,
} from "../core/tensor.js";

/**
 * @throws InternalError that names the node and what is wrong with it: an operand that no earlier node gives, an output that
 * is numbered twice, or a type other than the operation gives. Graphs in attributes are checked too.
 */
export function verifyGraph(graph: Graph): void {
  const known = new Map<number, Tensor>();
  const define = (value: number, what: string): void => {
    const type = graph.types[value];
    if (type === undefined) throw wrong(graph, `${what} is %${value}, which has no type`);
    if (known.has(value)) throw wrong(graph, `%${value} is defined again by ${what}`);
    known.set(value, abstractTensor(type, "a graph is being checked"));
  };
  graph.inputs.forEach((value, position) => void define(value, `input ${position}`));
  for (const [value] of graph.captures) define(value, "a capture");
  for (const [value] of graph.constants) define(value, "a constant");
  for (const { op, operands, attributes, firstOutput, outputs } of graph.nodes) {
    const inputs = operands.map((operand) => {
      const input = known.get(operand);
      if (input === undefined)
        throw wrong(graph, `${op.name} takes %${operand} before it is there`);
      return input;
    });
    checkOperands(graph, op, inputs);
    const types = typesOf(graph, op, inputs, attributes);
    if (types.length !== outputs) {
      throw wrong(graph, `${op.name} has ${outputs} outputs where it gives ${types.length}`);
    }
    types.forEach((type, index) => {
      const value = firstOutput + index;
      define(value, op.name);
      if (!sameType(type, graph.types[value]!)) {
        throw wrong(
          graph,
          `%${value} is ${formatType(graph.types[value]!)}, but ${op.name} gives ${formatType(type)}`,
        );
      }
    });
    for (const inner of graphsIn(attributes)) verifyGraph(inner);
  }
  for (const output of graph.outputs) {
    if (!known.has(output)) throw wrong(graph, `it returns %${output}, which is not there`);
  }
}

/** The types that an operation gives; what it refuses makes the graph malformed. */
function typesOf(
  graph: Graph,
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
): readonly TensorType[] {
  try {
    return op.outputTypes(inputs, attributes);
  } catch (cause) {
    throw wrong(graph, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** What operations leave to the functions that run them: the number of operands, and that elementwise ones are alike. */
function checkOperands(graph: Graph, op: Op, inputs: readonly Tensor[]): void {
  if (!op.variadic && inputs.length !== op.inputs.length) {
    throw wrong(graph, `${op.name} takes ${op.inputs.length} operands, not ${inputs.length}`);
  }
  if (op.lowering.kind !== "elementwise") return;
  const last = inputs.at(-1)!;
  for (const input of inputs) {
    const isAlike =
      sameShape(input.shape, last.shape) &&
      (input.dtype === last.dtype || !isFloating(input.dtype) || !isFloating(last.dtype));
    if (!isAlike) {
      throw wrong(
        graph,
        `${op.name} takes operands that are alike, not ${formatType(input.type)} and ${formatType(last.type)}`,
      );
    }
  }
}

function wrong(graph: Graph, what: string, cause?: unknown): InternalError {
  return new InternalError(`graph ${graph.name} is malformed: ${what}`, { cause });
}
