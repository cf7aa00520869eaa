/** Fusion: operations that can be done in one loop over a space, between which nothing else lies, become one unit. */

import type { Graph, GraphNode } from "../core/graph.js";
import type { Reducer } from "../core/lowering.js";
import { contiguousStrides } from "../core/shape.js";
import type { Layout } from "../core/storage.js";
import { Tensor } from "../core/tensor.js";
import { preferredSpaces, valuesOf } from "./preferences.js";
import type { RowRule } from "./row.js";
import { rowRule } from "./row-rule.js";
import { axesOfSpace, LARGEST_UNROLLED, type Space, sameSpace, spaceOf } from "./row-space.js";
import { uniformElement } from "./uniform.js";

/** Longer units would take long to be compiled by the engine, and hold more values than it has registers. */
const MOST_INSTRUCTIONS = { loop: 700, rows: 3000 } as const;

/** An operation of a unit. */
export interface Member {
  readonly node: GraphNode;
  readonly rule: RowRule;
  /** For a reduction that combines the positions of the space: the reducer, and the axes of the operand. */
  readonly reduction?: { readonly reducer: Reducer; readonly axes: readonly number[] };
}

/** Operations that are done in one loop. */
export interface Unit {
  readonly kind: "unit";
  readonly depth: number;
  readonly space: Space;
  readonly members: Member[];
  /** The dimensions of the space that its reductions combine. */
  reduced: readonly number[] | undefined;
  cost: number;
}

/** An operation by itself. */
export interface Single {
  readonly kind: "single";
  readonly depth: number;
  readonly node: GraphNode;
}

/** How elements of a value are found outside of the unit that computes it. */
export interface Source {
  /** The value that is in memory. */
  readonly root: number;
  readonly layout: Layout;
}

/** The units of a graph in an order in which each comes behind what it reads. */
export class Units {
  readonly #graph: Graph;
  readonly #fuses: boolean;
  readonly #all: (Unit | Single)[] = [];
  readonly #open = new Map<string, Unit>();
  /** By value that has a row at every position of a unit's space. */
  readonly #unitOf = new Map<number, Unit>();
  readonly #computed = new Set<number>();
  readonly #sources: (Source | undefined)[] = [];
  /** By root: how many units lie on the longest way to it. */
  readonly #depths: number[] = [];
  readonly #preferred: ReadonlyMap<number, Space>;

  /**
   * @param layouts how values that are given lie, where they are not dense
   * @param fuses whether a unit may have several operations
   */
  constructor(graph: Graph, layouts: ReadonlyMap<number, Layout>, fuses: boolean) {
    this.#graph = graph;
    this.#fuses = fuses;
    for (const [value, layout] of layouts) this.#sources[value] = { root: value, layout };
    for (const [value, constant] of [...graph.constants, ...graph.captures]) {
      if (!(constant instanceof Tensor) || uniformElement(constant) === undefined) continue;
      const { shape } = constant;
      this.#sources[value] = {
        root: value,
        layout: { shape, strides: shape.map(() => 0), offset: 0 },
      };
    }
    this.#preferred = preferredSpaces(graph);
    for (const node of graph.nodes) this.#place(node);
  }

  ordered(): readonly (Unit | Single)[] {
    return [...this.#all].sort((a, b) => a.depth - b.depth);
  }

  /** Whether a unit has a value as rows with so many axes made up by its space. */
  isRowOf(value: number, unit: Unit, axes: number): boolean {
    if (this.#unitOf.get(value) !== unit) return false;
    return axes === axesOfSpace(this.#graph.types[value]!.shape, unit.space);
  }

  /** Whether a value is computed by a unit. */
  isComputed(value: number): boolean {
    return this.#computed.has(value);
  }

  sourceOf(value: number): Source {
    const { shape } = this.#graph.types[value]!;
    this.#sources[value] ??= {
      root: value,
      layout: { shape, strides: contiguousStrides(shape), offset: 0 },
    };
    return this.#sources[value];
  }

  #place(node: GraphNode): void {
    const { kind } = node.op.lowering;
    if ((kind === "view" || kind === "split") && this.#placeView(node)) return;
    const { types } = this.#graph;
    const output = types[node.firstOutput]!;
    let found: { readonly rule: RowRule; readonly space: Space } | undefined;
    for (const space of output.size === 0 ? [] : this.#spacesFor(node)) {
      const rule = rowRule(node, types, space);
      if (rule !== undefined) found = { rule, space };
      if (found !== undefined) break;
    }
    const isReduction = kind === "reduce" && types[node.operands[0]!]!.size > 0;
    if (output.size === 0) this.#placeSingle(node);
    else if (found !== undefined) this.#join(node, found.rule, found.space);
    else if (isReduction) this.#placeReduction(node);
    else this.#placeSingle(node);
  }

  /** Spaces that come into question, the best one first. */
  #spacesFor(node: GraphNode): readonly Space[] {
    const { types } = this.#graph;
    const values = valuesOf(node);
    if (values.every((value) => types[value]!.size <= LARGEST_UNROLLED)) return [[]];
    const asking = values.find((value) => this.#preferred.has(value));
    const first = asking === undefined ? undefined : this.#preferred.get(asking);
    const { kind } = node.op.lowering;
    const isFlat = kind === "elementwise" || kind === "cast" || kind === "accumulate";
    const flat = isFlat ? [spaceOf(types[node.firstOutput]!.shape)] : [];
    return first === undefined ? flat : [first, ...flat];
  }

  /** Whether a view could be told by where the elements of its operand are. */
  #placeView(node: GraphNode): boolean {
    const { types } = this.#graph;
    const [operand] = node.operands as [number];
    const source = this.sourceOf(operand);
    const { lowering } = node.op;
    const layouts: Layout[] = [];
    if (lowering.kind === "view") {
      const layout = lowering.layout(
        source.layout,
        node.attributes,
        types[node.firstOutput]!.shape,
      );
      if (layout === undefined) return false;
      layouts.push(layout);
    } else if (lowering.kind === "split") {
      const axis = lowering.axis(node.attributes);
      let { offset } = source.layout;
      lowering.sizes(node.attributes).forEach((length, place) => {
        const { shape } = types[node.firstOutput + place]!;
        const { strides } = source.layout;
        const kept =
          shape.length === strides.length ? strides : strides.filter((_, one) => one !== axis);
        layouts.push({ shape, strides: kept, offset });
        offset += length * strides[axis]!;
      });
    }
    layouts.forEach((layout, place) => {
      this.#sources[node.firstOutput + place] = { root: source.root, layout };
    });
    const unit = this.#unitOf.get(operand);
    const rule = unit === undefined ? undefined : rowRule(node, types, unit.space);
    if (unit !== undefined && rule?.isView === true) {
      unit.members.push({ node, rule });
      layouts.forEach((_, place) => void this.#unitOf.set(node.firstOutput + place, unit));
    }
    return true;
  }

  /** Where a unit that reads these values from memory, or as rows of its own space, lies at the least. */
  #depthFor(operands: readonly number[], isRow: (place: number, unit: Unit) => boolean): number {
    return operands.reduce((depth, operand, place) => {
      const unit = this.#unitOf.get(operand);
      const own =
        unit !== undefined && isRow(place, unit) ? unit.depth : this.#depthOf(operand) + 1;
      return Math.max(depth, own);
    }, 0);
  }

  #depthOf(value: number): number {
    return this.#depths[this.sourceOf(value).root] ?? -1;
  }

  #join(node: GraphNode, rule: RowRule, space: Space): void {
    const { types } = this.#graph;
    const depth = this.#depthFor(
      node.operands,
      (place, unit) =>
        sameSpace(unit.space, space) &&
        rule.axes[place] === axesOfSpace(types[node.operands[place]!]!.shape, space),
    );
    const unit = this.#unitAt(space, depth, rule.cost, undefined);
    // Views that come here have no layout in memory, so their elements are written like others.
    unit.members.push({ node, rule: { ...rule, isView: false } });
    for (let place = 0; place < node.outputs; place++) {
      const value = node.firstOutput + place;
      this.#unitOf.set(value, unit);
      this.#computed.add(value);
      this.#depths[value] = depth;
    }
  }

  /** A reduction along axes of the space of its operand's unit, or of a space that is its operand's shape. */
  #placeReduction(node: GraphNode): void {
    const { types } = this.#graph;
    const { lowering } = node.op;
    if (lowering.kind !== "reduce") return;
    const [operand] = node.operands as [number];
    const { shape } = types[operand]!;
    const axes = lowering.axes(node.attributes);
    const wanted = this.#preferred.get(operand);
    const fits = wanted !== undefined && axesOfSpace(shape, wanted) !== undefined;
    const space = fits ? wanted : spaceOf(shape);
    const ofSpace = axesOfSpace(shape, space)!;
    const reduced = shape
      .flatMap((length, axis) => (axis < ofSpace && length !== 1 ? [axis] : []))
      .flatMap((axis, dim) => (axes.includes(axis) ? [dim] : []));
    const depth = this.#depthFor([operand], (_, unit) => sameSpace(unit.space, space));
    const unit = this.#unitAt(space, depth, 2, reduced);
    const rule: RowRule = { axes: [ofSpace], isView: false, cost: 2, emit: () => [] };
    unit.members.push({ node, rule, reduction: { reducer: lowering.reducer, axes } });
    this.#computed.add(node.firstOutput);
    this.#depths[node.firstOutput] = depth;
  }

  #unitAt(space: Space, depth: number, cost: number, reduced: readonly number[] | undefined): Unit {
    const key = `${depth} ${space.join()}`;
    const open = this.#open.get(key);
    const most = space.length > 1 ? MOST_INSTRUCTIONS.loop : MOST_INSTRUCTIONS.rows;
    const isCompatible =
      open !== undefined &&
      this.#fuses &&
      (open.cost + cost <= most || open.members.length === 0) &&
      (reduced === undefined || open.reduced === undefined || sameSpace(reduced, open.reduced));
    if (isCompatible) {
      open.cost += cost;
      open.reduced ??= reduced;
      return open;
    }
    const unit: Unit = { kind: "unit", depth, space, members: [], reduced, cost };
    this.#open.set(key, unit);
    this.#all.push(unit);
    return unit;
  }

  #placeSingle(node: GraphNode): void {
    const depth = this.#depthFor(node.operands, () => false);
    this.#all.push({ kind: "single", depth, node });
    for (let place = 0; place < node.outputs; place++)
      this.#depths[node.firstOutput + place] = depth;
  }
}
