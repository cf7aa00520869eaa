/** Single operations that do much for each element, as programs of their own for every type of their operands. */

import type { Graph, GraphNode } from "../../core/graph.js";
import type { Op } from "../../core/op.js";
import { contiguousStrides } from "../../core/shape.js";
import { StridedStorage } from "../../core/storage.js";
import { formatType, Tensor, type TensorType, tensorType } from "../../core/tensor.js";
import { lower } from "../../kernel/lower.js";
import { transposeOp } from "../../ops/permute.js";
import { CompiledProgram } from "./compiled-program.js";

/** Programs that are kept; the one that was not used for longest goes first. */
const MOST_PROGRAMS = 128;

/** So many multiplications take the reference about as long as a program takes to be made. */
const WORTH_A_PROGRAM = 1_000_000;

const programs = new Map<string, CompiledProgram>();
/** By key of what has no program yet: the multiplications that it has taken so far. */
const work = new Map<string, number>();
const numbers = new WeakMap<Op, number>();
let counted = 0;

function numberOf(op: Op): number {
  let number = numbers.get(op);
  if (number === undefined) {
    number = ++counted;
    numbers.set(op, number);
  }
  return number;
}

/** An operand as it lies in memory, and the order of its axes there if that is another. */
interface Lying {
  readonly tensor: Tensor;
  readonly axes?: readonly number[];
}

/** The result of an operation by its kernel; undefined as long as it has not been worth one. */
export function evaluateByProgram(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor | undefined {
  const lying = inputs.map(lyingOf);
  const key = [
    numberOf(op),
    JSON.stringify(attributes),
    ...lying.map(({ tensor, axes = [] }) => `${formatType(tensor.type)} ${axes.join()}`),
  ].join(" ");
  let program = programs.get(key);
  if (program === undefined && !isWorthIt(key, op, inputs, type)) return undefined;
  programs.delete(key);
  program ??= new CompiledProgram(lower(graphOf(op, lying, inputs, attributes, type)));
  programs.set(key, program);
  if (programs.size > MOST_PROGRAMS) {
    const [oldest, unused] = programs.entries().next().value!;
    programs.delete(oldest);
    unused.release();
  }
  return program.run(lying.map(({ tensor }) => tensor))[0]!;
}

function isWorthIt(key: string, op: Op, inputs: readonly Tensor[], type: TensorType): boolean {
  const { kind } = op.lowering;
  const [first, second] = inputs;
  const perElement = multiplications(kind, first!, second, type);
  const done = (work.get(key) ?? 0) + type.size * perElement;
  if (done >= WORTH_A_PROGRAM) {
    work.delete(key);
    return true;
  }
  if (work.size > 8 * MOST_PROGRAMS) work.clear();
  work.set(key, done);
  return false;
}

/** About how many multiplications an element of the result takes. */
function multiplications(
  kind: string,
  first: Tensor,
  second: Tensor | undefined,
  { size }: TensorType,
): number {
  if (kind === "matmul") return first.shape.at(-1)!;
  if (kind !== "convolution" || second === undefined) return 4;
  // Of images, filter and result the smallest has as many elements as an element of the largest has terms, up to its channels.
  return Math.max(1, Math.min(first.size, second.size, size) / second.shape.at(-1)!);
}

/** A transposed operand goes into memory as it is, and its kernel reads it in the other order. */
function lyingOf(tensor: Tensor): Lying {
  const { storage, shape, dtype } = tensor;
  if (!(storage instanceof StridedStorage) || storage.flatStep(shape) !== undefined) {
    return { tensor };
  }
  const { strides, buffer, offset } = storage;
  const order = [...shape.keys()].sort((a, b) => strides[b]! - strides[a]!);
  const lying = order.map((axis) => shape[axis]!);
  const dense = contiguousStrides(lying);
  const isDense = order.every((axis, place) => strides[axis] === dense[place]);
  if (!isDense) return { tensor };
  const inOrder = new Tensor(tensorType(dtype, lying), new StridedStorage(buffer, dense, offset));
  return { tensor: inOrder, axes: shape.map((_, axis) => order.indexOf(axis)) };
}

function graphOf(
  op: Op,
  lying: readonly Lying[],
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Graph {
  const types = lying.map(({ tensor }) => tensor.type);
  const nodes: GraphNode[] = [];
  const operands = lying.map(({ axes }, place) => {
    if (axes === undefined) return place;
    const firstOutput = types.push(inputs[place]!.type) - 1;
    const node = { op: transposeOp as Op, attributes: { perm: axes }, operands: [place] };
    nodes.push({ ...node, firstOutput, outputs: 1 });
    return firstOutput;
  });
  const result = types.push(type) - 1;
  nodes.push({ op, attributes, operands, firstOutput: result, outputs: 1 });
  return {
    name: op.name,
    types,
    inputs: [...lying.keys()],
    captures: [],
    constants: [],
    nodes,
    outputs: [result],
    assigned: [],
  };
}
