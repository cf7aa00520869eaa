/** Lowering: a graph as a program of loop nests and kernels. */

import { condOp } from "../control/cond.js";
import { loopOp } from "../control/loop.js";
import type { LoopAttributes, LoopRead } from "../control/loop-types.js";
import { allocate } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import type { Graph, GraphNode } from "../core/graph.js";
import { hostValues } from "../core/reading.js";
import { contiguousStrides } from "../core/shape.js";
import { denseStorage, isContiguous, type Layout } from "../core/storage.js";
import { Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { optimize } from "../passes/pipeline.js";
import { accumulateStatements } from "./accumulating.js";
import { copyNest, wholeOf } from "./copy-nest.js";
import { inlined } from "./inline.js";
import { joinStatements, type Placement } from "./joining.js";
import type { Place, Program, ProgramArray, Statement } from "./program.js";
import { splitReduction } from "./split-reduction.js";
import { uniformElement } from "./uniform.js";
import { unitNest } from "./unit-nest.js";
import { type Single, type Unit, Units } from "./units.js";

/** What is asked of a program beside the values of its outputs. */
export interface LowerOptions {
  /** Whether outputs are dense, and none is an input but where `mayBeInput` says so. */
  readonly ownOutputs?: boolean;
  mayBeInput?(output: number, input: number): boolean;
  /** By input: how its elements lie behind the address that is given for it; dense where nothing is said. */
  readonly inputLayouts?: readonly (Layout | undefined)[];
}

/** The program of a graph that closes over nothing. */
export function lower(graph: Graph, options: LowerOptions = {}): Program {
  return new Lowering(inlined(graph), options).program();
}

/** The program of a graph inside another, which has not been optimized yet. */
function lowerBody(graph: Graph, options: LowerOptions): Program {
  return lower(optimize(graph), options);
}

/** How the elements of a place lie behind the first of them. */
function layoutBehind({ layout }: Place): Layout {
  return { ...layout, offset: 0 };
}

/** A constant that holds what all elements of another are. */
function scalarConstant({ dtype }: TensorType, element: number): [TensorType, Tensor] {
  const type = tensorType(dtype, []);
  return [type, new Tensor(type, element)];
}

class Lowering {
  readonly #graph: Graph;
  readonly #options: LowerOptions;
  readonly #units: Units;
  readonly #arrays: ProgramArray[] = [];
  readonly #arrayOf = new Map<number, number>();
  readonly #constants = new Map<number, Tensor>();
  /** Values that have to be in memory, and how many readers they have there. */
  readonly #stored = new Map<number, number>();
  /** Values that are computed as parts of a join, which then copies nothing. */
  readonly #parts = new Map<number, { readonly joined: number; readonly offset: number }>();
  readonly #statements: Statement[] = [];
  readonly #values = new WeakMap<Tensor, ArrayLike<number>>();
  readonly #ordinary = new WeakMap<Tensor, boolean>();

  constructor(graph: Graph, options: LowerOptions) {
    this.#graph = graph;
    this.#options = options;
    const layouts = new Map<number, Layout>();
    graph.inputs.forEach((value, place) => {
      const layout = options.inputLayouts?.[place];
      if (layout !== undefined) layouts.set(value, layout);
    });
    this.#units = new Units(graph, layouts);
    for (const [value, constant] of graph.constants) this.#constants.set(value, constant);
    // Graphs inside others close over nothing but values that are known.
    for (const [value, capture] of graph.captures) {
      if (!(capture instanceof Tensor)) throw new InternalError("a variable inside of a program");
      this.#constants.set(value, capture);
    }
    for (const node of graph.nodes) this.#noteTypeOnly(node);
  }

  program(): Program {
    const graph = this.#graph;
    const inputs = graph.inputs.map((value) => this.#array(value));
    const ordered = this.#units.ordered();
    for (const unit of ordered) this.#noteReads(unit);
    for (const output of graph.outputs) this.#noteRead(output);
    for (const unit of ordered) if (unit.kind === "single") this.#noteParts(unit.node);
    for (const unit of ordered) {
      if (unit.kind === "unit") this.#lowerUnit(unit);
      else this.#lowerSingle(unit.node);
    }
    const outputs = graph.outputs.map((value, index) => this.#output(value, index));
    return {
      name: graph.name,
      arrays: this.#arrays,
      inputs,
      statements: this.#statements,
      outputs,
    };
  }

  /** Integers that follow from types are constants. */
  #noteTypeOnly({ op, operands, firstOutput }: GraphNode): void {
    const { lowering } = op;
    if (lowering.kind !== "typeOnly") return;
    const type = this.#graph.types[firstOutput]!;
    const buffer = allocate(type.dtype, type.size, op.name);
    buffer.set(lowering.values(this.#graph.types[operands[0]!]!));
    this.#constants.set(firstOutput, new Tensor(type, denseStorage(buffer, type.shape)));
  }

  #noteReads(unit: Unit | Single): void {
    if (unit.kind === "single") {
      for (const operand of unit.node.operands) this.#noteRead(operand);
      return;
    }
    for (const { node, rule } of unit.members) {
      if (rule.isView) continue;
      node.operands.forEach((operand, place) => {
        if (!this.#units.isRowOf(operand, unit, rule.axes[place]!)) {
          this.#noteRead(operand);
        }
      });
    }
  }

  #noteRead(value: number): void {
    const { root } = this.#units.sourceOf(value);
    this.#stored.set(root, (this.#stored.get(root) ?? 0) + 1);
  }

  /** Operands of a join along the outermost axis that nobody else reads are computed in their places. */
  #noteParts({ op, attributes, operands, firstOutput }: GraphNode): void {
    const { lowering } = op;
    if (lowering.kind !== "concat" || !this.#stored.has(firstOutput)) return;
    const { types } = this.#graph;
    const outer = types[firstOutput]!.shape.slice(0, lowering.axis(attributes));
    if (outer.some((length) => length !== 1)) return;
    let offset = 0;
    for (const operand of operands) {
      const { root, layout } = this.#units.sourceOf(operand);
      const { size, shape } = types[operand]!;
      const isWhole = size === types[root]!.size && isContiguous(shape, layout.strides);
      if (isWhole && this.#units.isComputed(root) && this.#stored.get(root) === 1) {
        this.#parts.set(root, { joined: firstOutput, offset });
      }
      offset += size;
    }
  }

  #array(value: number): number {
    let array = this.#arrayOf.get(value);
    if (array === undefined) {
      const constant = this.#constants.get(value);
      const type = this.#graph.types[value]!;
      const element = constant === undefined ? undefined : uniformElement(constant);
      array =
        element === undefined
          ? this.#newArray(type, constant)
          : this.#newArray(...scalarConstant(type, element));
      this.#arrayOf.set(value, array);
    }
    return array;
  }

  #newArray(type: TensorType, constant?: Tensor): number {
    return this.#arrays.push(constant === undefined ? { type } : { type, constant }) - 1;
  }

  #place(value: number): Place {
    const { root, layout } = this.#units.sourceOf(value);
    return { array: this.#array(root), type: this.#graph.types[value]!, layout };
  }

  get #placement(): Placement {
    return {
      typeOf: (value) => this.#graph.types[value]!,
      arrayOf: (value) => this.#array(value),
      placeOf: (value) => this.#place(value),
      denseOf: (value) => this.#dense(value),
      newArray: (type) => this.#newArray(type),
    };
  }

  /** A place whose elements lie side by side. */
  #dense(value: number): Place {
    const place = this.#place(value);
    return isContiguous(place.type.shape, place.layout.strides) ? place : this.#copied(place);
  }

  /** A place all of whose elements lie behind the first. */
  #forward(value: number): Place {
    const place = this.#place(value);
    return place.layout.strides.some((stride) => stride < 0) ? this.#copied(place) : place;
  }

  #copied(place: Place): Place {
    const { shape } = place.type;
    const array = this.#newArray(place.type);
    if (place.type.size > 0) this.#statements.push(copyNest(place, wholeOf(array, shape)));
    return {
      array,
      type: place.type,
      layout: { shape, strides: contiguousStrides(shape), offset: 0 },
    };
  }

  #output(value: number, index: number): Place {
    const { ownOutputs = false, mayBeInput } = this.#options;
    if (!ownOutputs) return this.#place(value);
    const { root, layout } = this.#units.sourceOf(value);
    const input = this.#graph.inputs.indexOf(root);
    const isWhole = root === value && isContiguous(layout.shape, layout.strides);
    const isOwn = input < 0 || (isWhole && mayBeInput?.(index, input) === true);
    return isOwn ? this.#dense(value) : this.#copied(this.#place(value));
  }

  #lowerUnit(unit: Unit): void {
    const statement = unitNest(unit, {
      graph: this.#graph,
      units: this.#units,
      arrayOf: (root) => this.#array(this.#parts.get(root)?.joined ?? root),
      offsetOf: (root) => this.#parts.get(root)?.offset ?? 0,
      isStored: (root) => this.#stored.has(root),
      constantOf: (root) => this.#constants.get(root),
      isOrdinary: (constant) => this.#isOrdinary(constant),
      elementOf: (constant, position) => this.#valuesOf(constant)[position]!,
    });
    if (statement === undefined) return;
    this.#statements.push(...splitReduction(statement, (type) => this.#newArray(type)));
  }

  #isOrdinary(constant: Tensor): boolean {
    let known = this.#ordinary.get(constant);
    if (known === undefined) {
      const values = this.#valuesOf(constant);
      known = true;
      for (let place = 0; place < values.length && known; place++) {
        known = Number.isFinite(values[place]!) && values[place] !== 0;
      }
      this.#ordinary.set(constant, known);
    }
    return known;
  }

  #valuesOf(constant: Tensor): ArrayLike<number> {
    let values = this.#values.get(constant);
    if (values === undefined) {
      values = hostValues(constant, "compile");
      this.#values.set(constant, values);
    }
    return values;
  }

  #lowerSingle(node: GraphNode): void {
    const { lowering } = node.op;
    const results = Array.from({ length: node.outputs }, (_, place) => node.firstOutput + place);
    if (!results.some((value) => this.#stored.has(value)) || lowering.kind === "typeOnly") return;
    if (lowering.kind === "view") this.#copyView(node);
    else if (lowering.kind === "concat") this.#concatenate(node, lowering.axis(node.attributes));
    else if (lowering.kind === "accumulate") {
      const pieces = lowering.pieces(node.attributes);
      this.#statements.push(...accumulateStatements(this.#placement, node, pieces));
    } else if (node.op === loopOp) this.#loop(node);
    else if (node.op === condOp) this.#branch(node);
    else this.#operation(node, results);
  }

  #operation(node: GraphNode, results: readonly number[]): void {
    const { types } = this.#graph;
    const { lowering } = node.op;
    const isMatmul = lowering.kind === "matmul";
    const operands = node.operands.map((operand) =>
      isMatmul ? this.#place(operand) : this.#dense(operand),
    );
    if (results.every((value) => types[value]!.size === 0)) {
      for (const value of results) this.#array(value);
      if (lowering.kind !== "program") return;
    }
    this.#statements.push({
      kind: "operation",
      node,
      operands,
      results: results.map((value) => this.#array(value)),
    });
  }

  /** A view of elements that lie in such a way that only a copy has it. */
  #copyView({ operands, firstOutput }: GraphNode): void {
    const place = this.#place(operands[0]!);
    const target = wholeOf(this.#array(firstOutput), place.type.shape);
    if (place.type.size > 0) this.#statements.push(copyNest(place, target));
  }

  #concatenate(node: GraphNode, axis: number): void {
    const isThere = (operand: number): boolean =>
      this.#parts.get(this.#units.sourceOf(operand).root)?.joined === node.firstOutput;
    this.#statements.push(...joinStatements(this.#placement, node, axis, isThere));
  }

  #branch(node: GraphNode): void {
    const { whenTrue, whenFalse } = node.attributes as { whenTrue: Graph; whenFalse: Graph };
    const [condition, ...operands] = node.operands.map((operand) => this.#forward(operand));
    const inputLayouts = operands.map(layoutBehind);
    this.#statements.push({
      kind: "branch",
      condition: condition!,
      operands,
      whenTrue: lowerBody(whenTrue, { ownOutputs: true, inputLayouts }),
      whenFalse: lowerBody(whenFalse, { ownOutputs: true, inputLayouts }),
      results: Array.from({ length: node.outputs }, (_, place) =>
        this.#array(node.firstOutput + place),
      ),
    });
  }

  #loop(node: GraphNode): void {
    const attributes = node.attributes as LoopAttributes;
    // Captures may lie in any way; parts of the others are pointed at.
    const operands = node.operands.map((operand, place) =>
      place < attributes.captures ? this.#forward(operand) : this.#dense(operand),
    );
    const layoutsOf = (reads: readonly LoopRead[]): (Layout | undefined)[] =>
      reads.map((read) =>
        read.kind === "capture" ? layoutBehind(operands[read.index]!) : undefined,
      );
    const bodies = attributes.passes.map(({ body, reads }, pass) =>
      lowerBody(body, {
        ownOutputs: true,
        inputLayouts: layoutsOf(reads),
        mayBeInput: (output, input) => {
          const read = reads[input]!;
          return read.kind === "carry" && read.pass === pass && read.index === output;
        },
      }),
    );
    const { trip } = attributes;
    this.#statements.push({
      kind: "loop",
      attributes,
      operands,
      bodies,
      ...(trip.kind === "while"
        ? {
            test: lowerBody(trip.test, { ownOutputs: true, inputLayouts: layoutsOf(trip.reads) }),
          }
        : {}),
      results: Array.from({ length: node.outputs }, (_, place) =>
        this.#array(node.firstOutput + place),
      ),
    });
  }
}
