/** Products whose rows only the first nest of their epilogue reads, so that they can lie where that writes. */

import { contiguousStrides } from "../core/shape.js";
import type { NestAccess } from "./nest.js";
import { arraysRead, type NestStatement, type Program, type Statement } from "./program.js";

/** The statements of a program, products with places for their rows that are no arrays of their own where there are any. */
export function productsInPlace(program: Program): readonly Statement[] {
  const { arrays, statements, outputs } = program;
  /** By array: how many statements and outputs read it. */
  const readers = new Map<number, number>();
  const note = (array: number): void => void readers.set(array, (readers.get(array) ?? 0) + 1);
  for (const statement of statements) new Set(arraysRead(statement)).forEach(note);
  for (const { array } of outputs) note(array);
  return statements.map((statement) => {
    if (statement.kind !== "operation" || statement.epilogue === undefined) return statement;
    const { epilogue, results } = statement;
    const [product] = results as readonly [number];
    const [first, ...others] = epilogue.nests as readonly [NestStatement, ...NestStatement[]];
    const isRead = others.some((nest) => arraysRead(nest).includes(product));
    if (isRead || readers.get(product) !== 1) return statement;
    const inPlace = placeIn(first, product, (array) => arrays[array]!.type.dtype);
    return inPlace === undefined ? statement : { ...statement, epilogue: { ...epilogue, inPlace } };
  });
}

/** A result of a nest that takes the place of every element of an array when that has been read for the only time. */
function placeIn(
  { nest, arrays }: NestStatement,
  product: number,
  dtypeOf: (array: number) => string,
): number | undefined {
  const { dims, operands, results } = nest;
  const strides = contiguousStrides(dims);
  const isWhole = (access: NestAccess): boolean =>
    access.offset === 0 && access.strides.every((stride, dim) => stride === strides[dim]);
  const own = operands.filter(({ array }) => arrays[array] === product);
  if (own.length !== 1 || !own.every(isWhole)) return undefined;
  const found = results.find(
    (result) =>
      result.reducer === undefined &&
      isWhole(result) &&
      dtypeOf(arrays[result.array]!) === dtypeOf(product) &&
      results.filter(({ array }) => array === result.array).length === 1,
  );
  return found === undefined ? undefined : arrays[found.array];
}
