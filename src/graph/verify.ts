/** The check that a graph is well formed: every value is there before it is used, and has the type that its operation gives. */

import { InternalError } from "../core/errors.js";
import { type Graph, graphsIn } from "../core/graph.js";
import { abstractTensor, formatType, sameType, type Tensor } from "../core/tensor.js";

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
    const types = op.outputTypes(inputs, attributes);
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

function wrong(graph: Graph, what: string): InternalError {
  return new InternalError(`graph ${graph.name} is malformed: ${what}`);
}
