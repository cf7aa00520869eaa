/** Rows of a product that are finished, reported while the product goes on with others. */

import type { RowFunction } from "./epilogue.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { pushAtMost } from "./matmul-elements.js";

/** Where a product by blocks has its numbers. */
export interface ReportPlaces {
  /** The number of the first row that has not been reported. */
  readonly row: Local;
  /** How many rows are reported at a time. */
  readonly rowsAtOnce: Local;
  /** What is handed on. */
  readonly frame: Local;
  /** How many rows are left of the block at hand, those of the strip included. */
  readonly rows: Local;
}

/**
 * Writes what comes before the strips of a block; gives what writes the report after each of them.
 *
 * @param stripRows rows of a strip
 * @param pushIsLast whether no other block adds to the same rows, or has other columns of them
 */
export function reportRows(
  body: FunctionBuilder,
  { callee }: RowFunction,
  stripRows: number,
  { row, rowsAtOnce, frame, rows }: ReportPlaces,
  pushIsLast: () => void,
): () => void {
  const [isLast, waiting] = [body.local("i32"), body.local("i32")];
  pushIsLast();
  body.set(isLast).constant("i32", 0).set(waiting);
  const report = (): void => {
    pushAtMost(body, rows, stripRows);
    body.get(waiting).op("i32.add").tee(waiting).get(rowsAtOnce).op("i32.ge_s");
    body.get(rows).constant("i32", stripRows).op("i32.le_s").op("i32.or");
    body.if(() => {
      body.get(row).get(waiting).get(frame).call(callee);
      body.get(row).get(waiting).op("i32.add").set(row);
      body.constant("i32", 0).set(waiting);
    });
  };
  return () => void body.get(isLast).if(report);
}
