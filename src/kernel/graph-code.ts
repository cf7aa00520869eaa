/** Graphs of elementwise operations as one scalar program, for arrays of any one length. */

import type { Graph } from "../core/graph.js";
import { CodeBuilder } from "./code-builder.js";
import { appendOp } from "./op-code.js";
import { type ScalarCode, scalarType, type Value } from "./scalar-code.js";
import { uniformElement } from "./uniform.js";

export interface GraphCode {
  /** Its operands are the inputs that are read. */
  readonly code: ScalarCode;
  readonly value: Value;
  /** The positions of the inputs that are read. */
  readonly inputs: readonly number[];
  /** How many operations it is made of. */
  readonly operations: number;
}

/** The program of a graph with one output; undefined where one of its operations is not elementwise. */
export function graphCode(graph: Graph): GraphCode | undefined {
  const { types, nodes, constants, captures, outputs } = graph;
  const code = new CodeBuilder();
  const values = new Map<number, Value>();
  const read = new Set(nodes.flatMap(({ operands }) => operands));
  const inputs = [...graph.inputs.keys()].filter((place) => read.has(graph.inputs[place]!));
  inputs.forEach((input, operand) => {
    const value = graph.inputs[input]!;
    values.set(value, code.operand(scalarType(types[value]!.dtype), operand));
  });
  if (captures.length > 0) return undefined;
  for (const [value, constant] of constants) {
    const element = uniformElement(constant);
    if (element === undefined) return undefined;
    values.set(value, code.constant(scalarType(constant.dtype), element));
  }
  let operations = 0;
  for (const { op, operands, firstOutput } of nodes) {
    const own = operands.map((operand) => values.get(operand));
    if (own.includes(undefined)) return undefined;
    const { kind } = op.lowering;
    const type = scalarType(types[firstOutput]!.dtype);
    if (kind === "elementwise") {
      values.set(firstOutput, appendOp(code, op, own as Value[], type));
      operations++;
    } else if (kind === "view" && types[operands[0]!]!.size === 1) {
      // A number, broadcast to all elements.
      values.set(firstOutput, own[0]!);
    } else return undefined;
  }
  const value = values.get(outputs[0]!);
  return value === undefined ? undefined : { code: code.code, value, inputs, operations };
}
