/** Nests that write a value for every position and combine others across rows: two nests, of which the first goes along rows. */

import { collapse, type Nest, type NestAccess, type NestResult, reordered } from "./nest.js";
import type { NestStatement } from "./program.js";
import { type Instruction, liveInstructions, type Value } from "./scalar-code.js";

/** A nest, and which of the arrays of the one it comes from its own are. */
interface Part {
  readonly nest: Nest;
  readonly arrays: readonly number[];
}

/** By nest, what has been made of it: units that are alike have one nest, and should have as few behind this. */
const known = /* @__PURE__ */ new WeakMap<Nest, readonly Part[]>();

/**
 * The statements in the place of one. A loop that combines along columns goes from row to row for each few columns, which is slow for what
 * is written everywhere, and keeps that from being computed with the rows of a product.
 */
export function splitMixed(statement: NestStatement): readonly NestStatement[] {
  const { nest, arrays } = statement;
  let parts = known.get(nest);
  if (parts === undefined) {
    parts = partsOf(nest);
    known.set(nest, parts);
  }
  if (parts.length === 1) return [statement];
  return parts.map((part) => {
    return { kind: "nest", nest: part.nest, arrays: part.arrays.map((one) => arrays[one]!) };
  });
}

function partsOf(nest: Nest): readonly Part[] {
  const { dims, reduced, results } = nest;
  const everywhere = results.filter(({ reducer }) => reducer === undefined);
  const combined = results.filter(({ reducer }) => reducer !== undefined);
  const kept = dims.length - reduced;
  const isAcross = everywhere.every((result) => shortestStep(result) < kept);
  if (everywhere.length === 0 || combined.length === 0 || !isAcross) return [{ nest, arrays: [] }];
  const [first] = everywhere as [NestResult];
  const order = dims.map((_, dim) => dim);
  order.sort((a, b) => first.strides[b]! - first.strides[a]!);
  return [
    withoutIdle(reordered({ ...nest, reduced: 0, results: everywhere }, order)),
    withoutIdle({ ...rereading(nest, everywhere), results: combined }),
  ];
}

/** The dimension along which elements are nearest to each other. */
function shortestStep({ strides }: NestAccess): number {
  let shortest = 0;
  strides.forEach((stride, dim) => {
    const least = strides[shortest]!;
    if (stride > 0 && (least <= 0 || stride < least)) shortest = dim;
  });
  return shortest;
}

/** The nest with values that have been written read from where they are. */
function rereading(nest: Nest, written: readonly NestResult[]): Nest {
  const operands: NestAccess[] = [...nest.operands];
  const code: Instruction[] = [...nest.code];
  for (const { value, reducer: _, ...access } of written) {
    const { type } = nest.code[value]!;
    code[value] = { op: "operand", type, inputs: [], immediate: operands.push(access) - 1 };
  }
  return { ...nest, operands, code };
}

/** The nest with those instructions, operands and arrays alone that its results need. */
function withoutIdle(nest: Nest): Part {
  const live = liveInstructions(
    nest.code,
    nest.results.map(({ value }) => value),
  );
  const operands: NestAccess[] = [];
  const used: number[] = [];
  const own = <A extends NestAccess>(access: A): A => {
    const place = used.indexOf(access.array);
    return { ...access, array: place < 0 ? used.push(access.array) - 1 : place };
  };
  const code: Instruction[] = [];
  const values: Value[] = [];
  nest.code.forEach((instruction, value) => {
    if (!live[value]) return;
    const inputs = instruction.inputs.map((input) => values[input]!);
    const { op, immediate } = instruction;
    const operand = op === "operand" ? own(nest.operands[Number(immediate)]!) : undefined;
    const number = operand === undefined ? {} : { immediate: operands.push(operand) - 1 };
    values[value] = code.push({ ...instruction, inputs, ...number }) - 1;
  });
  const results = nest.results.map((result) => ({ ...own(result), value: values[result.value]! }));
  return { nest: collapse({ ...nest, operands, code, results }), arrays: used };
}
