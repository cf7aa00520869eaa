/** Fusion: elementwise operations on tensors of one shape, between which nothing else lies, become one loop. */

import { runOp } from "../core/dispatch.js";
import { convertNumber, type DType } from "../core/dtype.js";
import { type Graph, type GraphNode, inputTypesOf } from "../core/graph.js";
import type { ScalarFunction } from "../core/lowering.js";
import type { Tensor, TensorType } from "../core/tensor.js";
import { readCapture } from "../graph/interpret.js";
import { traceGraph } from "../graph/trace.js";
import { broadcastToOp } from "../ops/broadcast.js";
import type { FusedBody, FusedStep } from "./fused-body.js";
import { fusedOp } from "./fused-op.js";

/** Longer bodies would take long to be compiled by the engine, and hold more values than it has registers. */
const LONGEST = 48;

/** Operations that are run together, or one by itself. */
interface Unit {
  readonly nodes: GraphNode[];
  readonly isFused: boolean;
}

/** Whether a unit becomes a fused operation: one operation by itself stays what it is. */
function isBody(unit: Unit): boolean {
  return unit.isFused && unit.nodes.length > 1;
}

const CONVERSIONS: Readonly<Record<DType, ScalarFunction>> = {
  float32: (value) => convertNumber(value!, "float32"),
  float64: (value) => value!,
  int32: (value) => convertNumber(value!, "int32"),
  bool: (value) => convertNumber(value!, "bool"),
};

/** The scalar function of an elementwise operation or a cast; undefined for all others. */
function scalarOf(node: GraphNode, types: readonly TensorType[]): ScalarFunction | undefined {
  const { lowering } = node.op;
  if (lowering.kind === "cast") return CONVERSIONS[types[node.firstOutput]!.dtype];
  if (lowering.kind !== "elementwise") return undefined;
  const last = types[node.operands.at(-1)!]!;
  return last.dtype === "int32" ? (lowering.integer ?? lowering.scalar) : lowering.scalar;
}

/** Finds what can be fused in a graph. */
class Fusion {
  readonly #graph: Graph;
  /** By value: how many operations that cannot be fused lie on the longest way to it. */
  readonly #depths: number[] = [];
  /** By value that repeats a single element: the value of that element. */
  readonly #elements = new Map<number, number>();
  readonly #units: Unit[] = [];
  readonly #unitOf = new Map<number, Unit>();

  constructor(graph: Graph) {
    this.#graph = graph;
    const open = new Map<string, Unit>();
    for (const node of graph.nodes) this.#place(node, open);
  }

  #place(node: GraphNode, open: Map<string, Unit>): void {
    const { types } = this.#graph;
    const type = types[node.firstOutput]!;
    const depth = Math.max(
      0,
      ...node.operands.map((operand) => this.#depths[this.source(operand)] ?? 0),
    );
    const isFused = scalarOf(node, types) !== undefined && type.size > 0;
    const isRepeated = node.op === broadcastToOp && types[node.operands[0]!]!.size === 1;
    if (isRepeated) this.#elements.set(node.firstOutput, this.source(node.operands[0]!));
    for (let output = 0; output < node.outputs; output++) {
      this.#depths[node.firstOutput + output] = isFused || isRepeated ? depth : depth + 1;
    }
    // Nothing that cannot be fused lies between operations of one depth, so that they wait for nothing when they are run together.
    const key = `${depth} ${type.shape.join()}`;
    let unit = isFused ? open.get(key) : undefined;
    if (unit === undefined || unit.nodes.length >= LONGEST) {
      unit = { nodes: [], isFused };
      this.#units.push(unit);
      if (isFused) open.set(key, unit);
    }
    unit.nodes.push(node);
    for (let output = 0; output < node.outputs; output++) {
      this.#unitOf.set(node.firstOutput + output, unit);
    }
  }

  /** The value that a fused body reads for a value: where that repeats one element, the element. */
  source(value: number): number {
    return this.#elements.get(value) ?? value;
  }

  /** The values that a unit reads from outside. */
  operandsOf(unit: Unit): readonly number[] {
    const read = unit.nodes.flatMap(({ operands }) =>
      isBody(unit) ? operands.map((operand) => this.source(operand)) : operands,
    );
    return [...new Set(read)].filter((value) => this.#unitOf.get(value) !== unit);
  }

  /** The units in an order in which each comes behind what it reads. */
  ordered(): readonly Unit[] {
    const waiting = new Map<Unit, number>();
    const readers = new Map<Unit, Unit[]>();
    for (const unit of this.#units) {
      const before = new Set(
        this.operandsOf(unit).flatMap((value) => this.#unitOf.get(value) ?? []),
      );
      waiting.set(unit, before.size);
      for (const one of before) readers.set(one, [...(readers.get(one) ?? []), unit]);
    }
    const order = this.#units.filter((unit) => waiting.get(unit) === 0);
    for (let next = 0; next < order.length; next++) {
      for (const reader of readers.get(order[next]!) ?? []) {
        const left = waiting.get(reader)! - 1;
        waiting.set(reader, left);
        if (left === 0) order.push(reader);
      }
    }
    return order;
  }
}

/** The body of a fused unit, and the values that go out of it. */
function bodyOf(
  graph: Graph,
  fusion: Fusion,
  unit: Unit,
  operands: readonly number[],
  isRead: (value: number) => boolean,
): { readonly body: FusedBody; readonly outputs: readonly number[] } {
  const numbers = new Map(operands.map((value, index) => [value, index]));
  const steps = unit.nodes.map((node): FusedStep => {
    const args = node.operands.map((operand) => numbers.get(fusion.source(operand))!);
    numbers.set(node.firstOutput, numbers.size);
    return {
      name: node.op.name,
      scalar: scalarOf(node, graph.types)!,
      args,
      dtype: graph.types[node.firstOutput]!.dtype,
    };
  });
  const outputs = unit.nodes.map(({ firstOutput }) => firstOutput).filter(isRead);
  const results = outputs.map((value) => numbers.get(value)!);
  const types = outputs.map((value) => graph.types[value]!);
  const toJSON = (): string[] =>
    steps.map(
      ({ name, args }, index) =>
        `v${operands.length + index} = ${name}(${args.map((arg) => `v${arg}`).join(" ")})`,
    );
  return { body: { operands: operands.length, steps, results, types, toJSON }, outputs };
}

/** The graph with elementwise operations fused; it closes over nothing. */
export function fuse(graph: Graph): Graph {
  const fusion = new Fusion(graph);
  const order = fusion.ordered();
  const read = new Set([...graph.outputs, ...order.flatMap((unit) => fusion.operandsOf(unit))]);
  const isRead = (value: number): boolean => read.has(value);
  return traceGraph(
    graph.name,
    inputTypesOf(graph),
    (...inputs) => {
      const values = new Map<number, Tensor>();
      graph.inputs.forEach((value, index) => void values.set(value, inputs[index]!));
      for (const [value, capture] of graph.captures) values.set(value, readCapture(capture));
      for (const [value, constant] of graph.constants) values.set(value, constant);
      for (const unit of order) {
        const first = unit.nodes[0]!;
        if (!isBody(unit)) {
          const operands = first.operands.map((value) => values.get(value)!);
          runOp(first.op, operands, first.attributes).forEach((output, index) => {
            values.set(first.firstOutput + index, output);
          });
          continue;
        }
        const operands = fusion.operandsOf(unit);
        const { body, outputs } = bodyOf(graph, fusion, unit, operands, isRead);
        const tensors = operands.map((value) => values.get(value)!);
        runOp(fusedOp, tensors, { body }).forEach((output, index) => {
          values.set(outputs[index]!, output);
        });
      }
      return graph.outputs.map((value) => values.get(value)!);
    },
    "a graph is fused",
    { isConstant: () => true },
  );
}
