/** Which nests go through the rows of a product with it: every position of their outermost dimension is part of one row. */

import type { NestAccess } from "./nest.js";
import type { NestStatement, Statement } from "./program.js";

/** Where an array has what belongs to a row: the elements from `begin` + row · step on, before those of the next. */
interface Rows {
  readonly begin: number;
  readonly step: number;
}

/** More arrays make a call for some rows expensive. */
const MOST_ARRAYS = 64;

/** A product and nests that go through its rows. */
export class RowGroup {
  readonly rows: number;
  /** By array that the product or one of the nests writes. */
  readonly #written = new Map<number, Rows>();
  readonly #read: Set<number>;

  constructor(
    { operands, results }: Extract<Statement, { kind: "operation" }>,
    size: number,
    columns: number,
  ) {
    this.rows = size / columns;
    this.#written.set(results[0]!, { begin: 0, step: columns });
    this.#read = new Set(operands.map(({ array }) => array));
  }

  /** Whether a nest that comes behind all others goes through the same rows. */
  canTake(statement: NestStatement): boolean {
    const { nest, arrays } = statement;
    const { dims, reduced, operands, results } = nest;
    if (this.#read.size + this.#written.size + arrays.length > MOST_ARRAYS) return false;
    if (dims.length === reduced || dims[0]! % this.rows !== 0) return false;
    const written = this.#writtenBy(statement);
    for (const array of written.keys()) {
      // Rows would be overwritten that others still have to read, or written a second time.
      if (this.#read.has(array) || this.#written.has(array)) return false;
    }
    const isPart = (access: NestAccess, rows: Rows): boolean => {
      return isPartOfRow(access, dims, dims[0]! / this.rows, rows);
    };
    const known = operands.filter(({ array }) => this.#written.has(arrays[array]!));
    return (
      known.length > 0 &&
      known.every((access) => isPart(access, this.#written.get(arrays[access.array]!)!)) &&
      results.every((access) => isPart(access, written.get(arrays[access.array]!)!)) &&
      !operands.some(({ array }) => written.has(arrays[array]!))
    );
  }

  take(statement: NestStatement): void {
    for (const [array, rows] of this.#writtenBy(statement)) this.#written.set(array, rows);
    for (const { array } of statement.nest.operands) this.#read.add(statement.arrays[array]!);
  }

  #writtenBy({ nest, arrays }: NestStatement): ReadonlyMap<number, Rows> {
    const written = new Map<number, Rows>();
    for (const { array, offset, strides } of nest.results) {
      const { begin = offset } = written.get(arrays[array]!) ?? {};
      const step = strides[0]! * (nest.dims[0]! / this.rows);
      written.set(arrays[array]!, { begin: Math.min(begin, offset), step });
    }
    return written;
  }
}

/** Whether an access stays in the row to which the outermost position belongs. */
function isPartOfRow(
  { offset, strides }: NestAccess,
  dims: readonly number[],
  positions: number,
  { begin, step }: Rows,
): boolean {
  if (offset < begin || strides.some((stride) => stride < 0)) return false;
  if (step === 0 || strides[0]! * positions !== step) return false;
  const last = strides.reduce(
    (sum, stride, dim) => sum + stride * ((dim === 0 ? positions : dims[dim]!) - 1),
    offset - begin,
  );
  return last < step;
}
