/** Graphs as text: a line for every operation, with the graphs inside control flow indented below it. */

import { type Graph, type GraphNode, isGraph } from "../core/graph.js";
import { item } from "../core/reading.js";
import { formatType, Tensor } from "../core/tensor.js";

/**
 * A graph as text.
 *
 * @example
 * tf.graph.print(tf.graph.trace((x) => tf.exp(x).mul(2), [tf.zeros([3])]));
 * // graph f(%0: float32[3]) {
 * //   %1: float32[3] = exp(%0)
 * //   …
 */
export function printGraph(graph: Graph): string {
  return linesOf(graph).join("\n");
}

function linesOf(graph: Graph): string[] {
  const typed = (value: number): string => `%${value}: ${formatType(graph.types[value]!)}`;
  const parameters = graph.inputs.map(typed).join(", ");
  const captures = graph.captures.map(([value, capture]) =>
    capture instanceof Tensor
      ? `  ${typed(value)} from outside`
      : `  ${typed(value)} = Variable "${capture.name}"`,
  );
  const constants = graph.constants.map(([value, constant]) => {
    const shown = constant.size === 1 ? String(item(constant)) : "constant";
    return `  ${typed(value)} = ${shown}`;
  });
  const nodes = graph.nodes.flatMap((node) => nodeLines(node, typed));
  const results = graph.outputs.map((value) => `%${value}`).join(", ");
  return [
    `graph ${graph.name}(${parameters}) {`,
    ...captures,
    ...constants,
    ...nodes,
    `  return ${results}`,
    "}",
  ];
}

function nodeLines(node: GraphNode, typed: (value: number) => string): string[] {
  const outputs = Array.from({ length: node.outputs }, (_, index) =>
    typed(node.firstOutput + index),
  ).join(", ");
  const operands = node.operands.map((value) => `%${value}`).join(", ");
  const inner: Graph[] = [];
  const attributes = attributeText(node.attributes, inner);
  const line = `  ${outputs} = ${node.op.name}(${operands})${attributes}`;
  return [line, ...inner.flatMap((graph) => linesOf(graph).map((text) => `    ${text}`))];
}

/** Attributes as JSON without quotes around names; graphs among them are named, and collected for the lines below. */
function attributeText(attributes: unknown, inner: Graph[]): string {
  if (attributes === undefined) return "";
  const text = JSON.stringify(attributes, (_, value: unknown) => {
    if (isGraph(value)) {
      inner.push(value);
      return `graph ${value.name}`;
    }
    return typeof value === "function" ? "function" : value;
  });
  return ` ${text.replaceAll(/"(\w+)":/g, "$1: ").replaceAll(",", ", ")}`;
}
