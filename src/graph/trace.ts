/** Tracing: a function run on types alone, whose operations become a graph. */

import { type Trace, withTrace } from "../core/dispatch.js";
import { TraceError } from "../core/errors.js";
import type { Capture, Graph, GraphNode } from "../core/graph.js";
import type { Op } from "../core/op.js";
import {
  abstractTensor,
  isAbstract,
  type Tensor,
  type TensorType,
  takeId,
  type VariableIdentity,
} from "../core/tensor.js";

/** A function that runs more operations while it is traced is taken to have no end. */
const MOST_OPERATIONS = 1_000_000;

/** How a function is traced. */
export interface TraceOptions {
  /** Whether the values of a tensor from outside, where they are known, are part of the graph. By default they are captured. */
  readonly isConstant?: (tensor: Tensor) => boolean;
  /** Whether the function may assign variables. By default it may not. */
  readonly assigns?: boolean;
}

/** What to do instead of reading a value. */
const REMEDY =
  "Compute with the tensor itself: tf.where and tf.cond choose by its value, tf.whileLoop repeats while it lasts, " +
  "tf.gather takes it as an index; what the traced function returns has values";

/** Takes operations as nodes of a graph. */
export class GraphTrace implements Trace {
  readonly types: TensorType[] = [];
  readonly captures: (readonly [number, Capture])[] = [];
  readonly constants: (readonly [number, Tensor])[] = [];
  readonly nodes: GraphNode[] = [];
  readonly #values = new Map<Tensor, number>();
  readonly #variables = new Map<VariableIdentity, Tensor>();
  /** Tensors with greater numbers were made by the traced function. */
  readonly #begin = takeId();
  readonly #reason: string;
  readonly #options: TraceOptions;
  /** What variables hold after the assignments so far. */
  readonly assigned = new Map<VariableIdentity, Tensor>();

  /** @param doing says in errors what is going on, as in "tf.scan traces its function" */
  constructor(doing: string, options: TraceOptions = {}) {
    this.#reason = `its values are not known while ${doing}. ${REMEDY}`;
    this.#options = options;
  }

  /** A new value of the graph, and the tensor that stands for it. */
  addValue(type: TensorType): Tensor {
    const tensor = abstractTensor(type, this.#reason);
    this.#values.set(tensor, this.types.length);
    this.types.push(type);
    return tensor;
  }

  /** @param types those of the outputs, where they are known */
  run(
    op: Op,
    inputs: readonly Tensor[],
    attributes: unknown,
    types: readonly TensorType[] = op.outputTypes(inputs, attributes),
  ): readonly Tensor[] {
    if (this.nodes.length >= MOST_OPERATIONS) {
      throw new TraceError(
        `${op.name}: the traced function has run more than ${MOST_OPERATIONS} operations, the most there may be; ` +
          "tf.whileLoop and tf.scan keep a loop as one operation",
      );
    }
    const operands = inputs.map((input) => this.valueOf(input));
    const firstOutput = this.types.length;
    this.nodes.push({ op, attributes, operands, firstOutput, outputs: types.length });
    return types.map((type) => this.addValue(type));
  }

  assignVariable(variable: VariableIdentity, value: Tensor, operation: string): void {
    if (!this.#options.assigns) {
      throw new TraceError(
        `${operation}: a variable cannot be assigned inside a function that is being traced here; ` +
          "give the new value back from the function, and assign it outside",
      );
    }
    this.assigned.set(variable, value);
  }

  readVariable(variable: VariableIdentity): Tensor {
    const held = this.assigned.get(variable);
    if (held !== undefined) return this.#alias(held);
    let tensor = this.#variables.get(variable);
    if (tensor === undefined) {
      const value = this.types.length;
      tensor = this.addValue(variable.type);
      this.#variables.set(variable, tensor);
      this.captures.push([value, variable]);
    }
    return tensor;
  }

  /** Another tensor for the same value, which tapes know apart. */
  #alias(tensor: Tensor): Tensor {
    const alias = abstractTensor(tensor.type, this.#reason);
    this.#values.set(alias, this.valueOf(tensor));
    return alias;
  }

  /** The graph so far: of its first values as inputs, without operations that no result depends on. */
  graph(name: string, inputs: number, results: readonly Tensor[]): Graph {
    const { captures, constants, types, assigned } = this;
    const outputs = [...results, ...assigned.values()].map((result) => this.valueOf(result));
    return {
      name,
      types,
      inputs: [...Array(inputs).keys()],
      captures,
      constants,
      nodes: usedNodes(this.nodes, outputs),
      outputs,
      assigned: [...assigned.keys()],
    };
  }

  /** The number of a tensor in the graph; a tensor that is new to it is a constant or comes from outside. */
  valueOf(tensor: Tensor): number {
    const known = this.#values.get(tensor);
    if (known !== undefined) return known;
    const value = this.types.length;
    this.types.push(tensor.type);
    this.#values.set(tensor, value);
    const isOwn = tensor.id > this.#begin || this.#options.isConstant?.(tensor);
    if (isOwn && !isAbstract(tensor)) this.constants.push([value, tensor]);
    else this.captures.push([value, tensor]);
    return value;
  }
}

/** A function to trace: from tensors to tensors. */
export type TensorFunction = (...inputs: Tensor[]) => readonly Tensor[];

/**
 * Runs `f` once on tensors of the given types, whose values are unknown, and gives what it did as a graph. Operations that no
 * output depends on are left out.
 *
 * @param doing says in errors what is going on, as in "tf.scan traces its function"
 * @param isConstant whether the values of a tensor from outside, where they are known, are part of the graph
 */
export function traceGraph(
  name: string,
  types: readonly TensorType[],
  f: TensorFunction,
  doing: string,
  options: TraceOptions = {},
): Graph {
  const trace = new GraphTrace(doing, options);
  const inputs = types.map((type) => trace.addValue(type));
  const results = withTrace(trace, () => f(...inputs));
  return trace.graph(name, inputs.length, results);
}

/** The nodes that outputs depend on. */
function usedNodes(nodes: readonly GraphNode[], outputs: readonly number[]): readonly GraphNode[] {
  const used = new Set(outputs);
  const kept: GraphNode[] = [];
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!;
    let isUsed = false;
    for (let output = 0; output < node.outputs && !isUsed; output++) {
      isUsed = used.has(node.firstOutput + output);
    }
    if (!isUsed) continue;
    for (const operand of node.operands) used.add(operand);
    kept.push(node);
  }
  return kept.reverse();
}
