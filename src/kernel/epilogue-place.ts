/** Arrays of products with epilogues that only one of the nests reads, so that they can lie where that writes. */

import { contiguousStrides, sizeOf } from "../core/shape.js";
import type { NestAccess } from "./nest.js";
import {
  arraysRead,
  arraysWritten,
  type NestStatement,
  type Program,
  type Statement,
} from "./program.js";

/** The statements of a program, the arrays of products with epilogues in places of others where that is possible. */
export function withPlaces(program: Program): readonly Statement[] {
  const { statements, outputs } = program;
  const hasEpilogue = (one: Statement): boolean =>
    one.kind === "operation" && one.epilogue !== undefined;
  if (!statements.some(hasEpilogue)) return statements;
  /** By array: how many statements and outputs read it. */
  const readers = new Map<number, number>();
  const note = (array: number): void => void readers.set(array, (readers.get(array) ?? 0) + 1);
  for (const statement of statements) new Set(arraysRead(statement)).forEach(note);
  for (const { array } of outputs) note(array);
  return statements.map((statement) => {
    if (statement.kind !== "operation" || statement.epilogue === undefined) return statement;
    const { epilogue, results } = statement;
    const places = new Map<number, number>();
    const own = [...results, ...epilogue.nests.flatMap(arraysWritten)];
    // From the last on, so that the place of a place is known.
    for (const nest of [...epilogue.nests].reverse()) {
      const taken = new Set<number>();
      for (const array of own) {
        const reading = epilogue.nests.filter((one) => readsOf(one).includes(array));
        if (reading.length !== 1 || reading[0] !== nest || readers.get(array) !== 1) continue;
        const result = resultInPlace(program, nest, array, taken);
        if (result === undefined) continue;
        taken.add(result);
        places.set(array, places.get(result) ?? result);
      }
    }
    return { ...statement, epilogue: { ...epilogue, places } };
  });
}

function readsOf({ nest, arrays }: NestStatement): readonly number[] {
  return nest.operands.map(({ array }) => arrays[array]!);
}

/** A result of a nest that takes the place of every element of an array when the nest has read that for the only time. */
function resultInPlace(
  { arrays }: Program,
  statement: NestStatement,
  array: number,
  taken: ReadonlySet<number>,
): number | undefined {
  const { nest } = statement;
  const strides = contiguousStrides(nest.dims);
  const isWhole = (access: NestAccess): boolean =>
    access.offset === 0 && access.strides.every((stride, dim) => stride === strides[dim]);
  const { dtype, size } = arrays[array]!.type;
  const own = nest.operands.filter((operand) => statement.arrays[operand.array] === array);
  if (own.length !== 1 || !isWhole(own[0]!) || size !== sizeOf(nest.dims)) return undefined;
  const found = nest.results.find(
    (result) =>
      result.reducer === undefined &&
      isWhole(result) &&
      result.dtype === dtype &&
      !taken.has(statement.arrays[result.array]!) &&
      nest.results.filter((other) => other.array === result.array).length === 1,
  );
  return found === undefined ? undefined : statement.arrays[found.array];
}
