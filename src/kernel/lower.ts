/** Lowering: a graph as a program of loop nests and kernels. */

import { condOp } from "../control/cond.js";
import { loopOp } from "../control/loop.js";
import type { Graph, GraphNode } from "../core/graph.js";
import { contiguousStrides } from "../core/shape.js";
import { isContiguous, type Layout } from "../core/storage.js";
import { Tensor, type TensorType, tensorType } from "../core/tensor.js";
import { optimize } from "../passes/pipeline.js";
import { accumulateStatements } from "./accumulating.js";
import { AlikeUnits } from "./alike-units.js";
import { copyNest, wholeOf } from "./copy-nest.js";
import { withEpilogues } from "./epilogue.js";
import { inlined } from "./inline.js";
import { joinStatements } from "./joining.js";
import { KnownValues } from "./known-values.js";
import { branchStatement, type LowerOptions, loopStatement } from "./lower-control.js";
import { splitMixed } from "./mixed-nest.js";
import type { Placement } from "./placement.js";
import type { Place, Program, ProgramArray, Statement } from "./program.js";
import { splitReduction } from "./split-reduction.js";
import { uniformElement } from "./uniform.js";
import { type Single, type Unit, Units } from "./units.js";

/** The program of a graph that closes over nothing. */
export function lower(graph: Graph, options: LowerOptions = {}): Program {
  return new Lowering(inlined(graph), options).program();
}

/** A constant that holds what all elements of another are. */
function scalarConstant({ dtype }: TensorType, element: number): [TensorType, Tensor] {
  const type = tensorType(dtype, []);
  return [type, new Tensor(type, element)];
}

/** Kinds that may throw, so that they run also where they give no elements. */
const OBSERVED: ReadonlySet<string> = new Set(["program", "gather", "flatIndices"]);

/** A function of WebAssembly takes at most 1,000 parameters, one for each array. */
const MOST_ARRAYS = 900;

class Lowering {
  readonly #graph: Graph;
  readonly #options: LowerOptions;
  readonly #units: Units;
  readonly #arrays: ProgramArray[] = [];
  readonly #arrayOf = new Map<number, number>();
  readonly #constants: KnownValues;
  /** Values that have to be in memory, and how many readers they have there. */
  readonly #stored = new Map<number, number>();
  /** Values that are computed as parts of a join, which then copies nothing. */
  readonly #parts = new Map<number, { readonly joined: number; readonly offset: number }>();
  readonly #statements: Statement[] = [];
  readonly #alike = new AlikeUnits();

  constructor(graph: Graph, options: LowerOptions) {
    this.#graph = graph;
    this.#options = options;
    const layouts = new Map<number, Layout>();
    graph.inputs.forEach((value, place) => {
      const layout = options.inputLayouts?.[place];
      if (layout !== undefined) layouts.set(value, layout);
    });
    this.#units = new Units(graph, layouts, options.fuses ?? true);
    this.#constants = new KnownValues(graph);
  }

  /** Makes the program of a graph inside this one, which has not been optimized yet. */
  readonly #lowerBody = (graph: Graph, options: LowerOptions): Program => {
    const { fuses = true, epilogues = fuses } = this.#options;
    return lower(optimize(graph), { ...options, fuses, epilogues });
  };

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
    const program = {
      name: graph.name,
      arrays: this.#arrays,
      inputs,
      statements: this.#statements,
      outputs,
    };
    const { fuses = true, epilogues = fuses } = this.#options;
    return epilogues ? withEpilogues(program) : program;
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
      forwardOf: (value) => this.#forward(value),
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
    const statement = this.#alike.nestOf(unit, {
      graph: this.#graph,
      units: this.#units,
      arrayOf: (root) => this.#array(this.#parts.get(root)?.joined ?? root),
      offsetOf: (root) => this.#parts.get(root)?.offset ?? 0,
      isStored: (root) => this.#stored.has(root),
      constants: this.#constants,
    });
    if (statement === undefined) return;
    if (statement.arrays.length > MOST_ARRAYS && unit.members.length > 1) {
      this.#lowerHalves(unit);
      return;
    }
    for (const nest of splitMixed(statement)) {
      this.#statements.push(...splitReduction(nest, (type) => this.#newArray(type)));
    }
  }

  /** A unit in two, of which the second reads from memory what the first computes. */
  #lowerHalves(unit: Unit): void {
    const middle = Math.floor(unit.members.length / 2);
    const halves = [unit.members.slice(0, middle), unit.members.slice(middle)] as const;
    const first = new Set(
      halves[0].flatMap(({ node: { firstOutput, outputs } }) =>
        Array.from({ length: outputs }, (_, place) => firstOutput + place),
      ),
    );
    for (const { node } of halves[1]) {
      for (const operand of node.operands) {
        const { root } = this.#units.sourceOf(operand);
        if (first.has(root)) this.#noteRead(root);
      }
    }
    for (const members of halves) this.#lowerUnit({ ...unit, members });
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
    } else if (node.op === loopOp) {
      this.#statements.push(loopStatement(this.#placement, node, this.#lowerBody));
    } else if (node.op === condOp) {
      this.#statements.push(branchStatement(this.#placement, node, this.#lowerBody));
    } else this.#operation(node, results);
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
      if (!OBSERVED.has(lowering.kind)) return;
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
}
