/** The loop nest of a unit. */

import type { Graph } from "../core/graph.js";
import type { Reducer } from "../core/lowering.js";
import { contiguousStrides } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { CodeBuilder } from "./code-builder.js";
import { withoutIdleZeros } from "./idle-zeros.js";
import type { KnownValues } from "./known-values.js";
import { collapse, type NestAccess, type NestResult } from "./nest.js";
import type { NestStatement } from "./program.js";
import type { Row } from "./row.js";
import { combined, groupsOf } from "./row-code.js";
import { axesOfSpace, rowOffsets, rowSize, spaceStrides } from "./row-space.js";
import { scalarType, type Value } from "./scalar-code.js";
import { uniformElement } from "./uniform.js";
import type { Member, Unit, Units } from "./units.js";

/** What a unit is part of. */
export interface UnitContext {
  readonly graph: Graph;
  readonly units: Units;
  /** The number of the array of a root. */
  arrayOf(root: number): number;
  /** Where in that array it begins. */
  offsetOf(root: number): number;
  /** Whether a root has to be in memory. */
  isStored(root: number): boolean;
  readonly constants: KnownValues;
}

/** Constants of at most so many elements are part of the code. */
export const LARGEST_IMMEDIATE = 32;

/** Numbers that code is better off to know. */
export const COMMON_NUMBERS: ReadonlySet<number> = new Set([0, 1, -1, 2, -2, 0.5]);

/** The statement for a unit; undefined where nobody reads what it computes. */
export function unitNest(unit: Unit, context: UnitContext): NestStatement | undefined {
  return new UnitNest(unit, context).statement();
}

class UnitNest {
  readonly #unit: Unit;
  readonly #context: UnitContext;
  readonly #code = new CodeBuilder();
  readonly #rows = new Map<number, Row>();
  readonly #arrays: number[] = [];
  readonly #operands: NestAccess[] = [];
  readonly #operandNumbers = new Map<string, number>();
  readonly #results: NestResult[] = [];
  /** The dimensions of the space in the order of the nest: reduced ones last. */
  readonly #order: readonly number[];

  constructor(unit: Unit, context: UnitContext) {
    this.#unit = unit;
    this.#context = context;
    const reduced = unit.reduced ?? [];
    const dims = unit.space.map((_, dim) => dim);
    this.#order = [...dims.filter((dim) => !reduced.includes(dim)), ...reduced];
  }

  statement(): NestStatement | undefined {
    for (const member of this.#unit.members) this.#emit(member);
    if (this.#results.length === 0) return undefined;
    const { space } = this.#unit;
    const reduced = this.#unit.reduced ?? [];
    const hasReducer = this.#results.some(({ reducer }) => reducer !== undefined);
    const nest = collapse({
      dims: this.#order.map((dim) => space[dim]!),
      reduced: hasReducer ? reduced.length : 0,
      operands: this.#operands,
      code: withoutIdleZeros(this.#code.code, this.#results),
      results: this.#results,
    });
    return { kind: "nest", nest, arrays: this.#arrays };
  }

  #emit({ node, rule, reduction }: Member): void {
    const rows = node.operands.map((operand, place) => this.#rowOf(operand, rule.axes[place]!));
    if (reduction !== undefined) {
      this.#reduce(node.firstOutput, node.operands[0]!, rule.axes[0]!, rows[0]!, reduction);
      return;
    }
    rule.emit(this.#code, rows).forEach((row, place) => {
      const value = node.firstOutput + place;
      this.#rows.set(value, row);
      if (!rule.isView && this.#context.isStored(value)) this.#store(value, row);
    });
  }

  #rowOf(value: number, axes: number): Row {
    const { graph, units } = this.#context;
    const { shape } = graph.types[value]!;
    const known = this.#rows.get(value);
    if (known !== undefined && axes === axesOfSpace(shape, this.#unit.space)) return known;
    const { root, layout } = units.sourceOf(value);
    const offsets = rowOffsets(shape, layout.strides, axes).map((offset) => offset + layout.offset);
    const strides =
      axes === 0 && this.#unit.space.length > 0
        ? this.#unit.space.map(() => 0)
        : spaceStrides(shape, layout.strides, axes);
    const ofNest = this.#order.map((dim) => strides[dim]!);
    const isFixed = ofNest.every((stride) => stride === 0);
    return offsets.map((offset) => this.#load(root, offset, ofNest, isFixed));
  }

  #load(root: number, offset: number, strides: readonly number[], isFixed: boolean): Value {
    const { graph, constants } = this.#context;
    const { dtype } = graph.types[root]!;
    const type = scalarType(dtype);
    const constant = constants.get(root);
    const immediate =
      constant === undefined ? undefined : this.#immediate(constant, offset, isFixed);
    if (immediate !== undefined) return this.#code.constant(type, immediate);
    const array = this.#array(root);
    const key = `${array} ${offset} ${strides.join()}`;
    let number = this.#operandNumbers.get(key);
    if (number === undefined) {
      number = this.#operands.push({ array, dtype, offset, strides }) - 1;
      this.#operandNumbers.set(key, number);
    }
    const value = this.#code.operand(type, number);
    if (constant !== undefined && constants.isOrdinary(constant)) {
      this.#code.assumeOrdinary(value);
    }
    return value;
  }

  /** The value of an element of a constant that is to be part of the code. */
  #immediate(constant: Tensor, offset: number, isFixed: boolean): number | undefined {
    const isSingle = uniformElement(constant) !== undefined;
    if (!isFixed || (!isSingle && constant.size > LARGEST_IMMEDIATE)) return undefined;
    const value = this.#context.constants.elementOf(constant, isSingle ? 0 : offset);
    // Loops that differ in such a number alone are one function, which reads it.
    const isShared = this.#unit.space.length > 0 && isSingle;
    return isShared && !COMMON_NUMBERS.has(value) ? undefined : value;
  }

  #store(value: number, row: Row): void {
    const { dtype, shape } = this.#context.graph.types[value]!;
    const axes = axesOfSpace(shape, this.#unit.space)!;
    const strides = spaceStrides(shape, contiguousStrides(shape), axes);
    const array = this.#array(value);
    const ofNest = this.#order.map((dim) => strides[dim]!);
    const begin = this.#context.offsetOf(value);
    row.forEach((element, place) => {
      const offset = begin + place;
      this.#results.push({ array, dtype, offset, strides: ofNest, value: element });
    });
  }

  /** Combines along axes within rows first, and then along dimensions of the space. */
  #reduce(
    value: number,
    operand: number,
    axesOfOperand: number,
    row: Row,
    { reducer, axes }: { readonly reducer: Reducer; readonly axes: readonly number[] },
  ): void {
    if (!this.#context.isStored(value)) return;
    const { graph } = this.#context;
    const { dtype, shape } = graph.types[operand]!;
    const type = scalarType(dtype);
    const isWide = type === "f32" && (reducer === "sum" || reducer === "product");
    const groups = groupsOf(shape, axesOfOperand, axes);
    const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const keptStrides = contiguousStrides(kept).map((stride, axis) =>
      axes.includes(axis) ? 0 : stride,
    );
    const strides = spaceStrides(shape, keptStrides, axesOfOperand);
    const array = this.#array(value);
    const ofNest = this.#order.map((dim) => strides[dim]!);
    const length = rowSize(kept, axesOfOperand);
    groups.forEach((group, offset) => {
      const isSingle = group.length === 1;
      const within = isWide && !isSingle ? "f64" : type;
      const values = group.map((place) => this.#code.convert(within, row[place]!));
      const element = isSingle ? row[group[0]!]! : combined(this.#code, values, reducer, within);
      if (offset < length) {
        // Without a dimension to go through there is nothing left to combine.
        const isDone = this.#unit.reduced?.length === 0;
        const end = isDone ? this.#code.convert(type, element) : element;
        const at = this.#context.offsetOf(value) + offset;
        const result = { array, dtype, offset: at, strides: ofNest, value: end };
        this.#results.push(isDone ? result : { ...result, reducer });
      }
    });
  }

  /** The number of a root's array in the nest. */
  #array(root: number): number {
    const array = this.#context.arrayOf(root);
    const known = this.#arrays.indexOf(array);
    return known >= 0 ? known : this.#arrays.push(array) - 1;
  }
}
