/** Which nests go through the rows of a product with it, one written by hand for each thing that decides. */

import { describe, expect, it } from "vitest";
import { RowGroup } from "../../src/kernel/epilogue-rows.js";
import type { Nest, NestAccess } from "../../src/kernel/nest.js";
import type { NestStatement, Statement } from "../../src/kernel/program.js";

type Operation = Extract<Statement, { kind: "operation" }>;

/** The product of arrays 0 and 1 is array 2, of 10 rows and 6 columns. */
const [LEFT, RIGHT, PRODUCT, BIAS, RESULT, OTHER] = [0, 1, 2, 3, 4, 5] as const;

function group(): RowGroup {
  const operands = [LEFT, RIGHT].map((array) => ({ array }));
  return new RowGroup({ operands, results: [PRODUCT] } as unknown as Operation, 60, 6);
}

type Access = readonly [array: number, offset: number, ...strides: number[]];

/** A nest over arrays of the program. */
function nest(
  dims: readonly number[],
  operands: readonly Access[],
  results: readonly Access[],
  reduced = 0,
): NestStatement {
  const access = ([array, offset, ...strides]: Access): NestAccess => {
    return { array, dtype: "float32", offset, strides };
  };
  const code: Nest["code"] = [{ op: "operand", type: "f32", inputs: [], immediate: 0 }];
  const ofResults = results.map((one) => {
    const isCombined = reduced > 0 && one.at(-1) === 0;
    return { ...access(one), value: 0, ...(isCombined ? { reducer: "max" as const } : {}) };
  });
  return {
    kind: "nest",
    nest: { dims, reduced, operands: operands.map(access), code, results: ofResults },
    arrays: [LEFT, RIGHT, PRODUCT, BIAS, RESULT, OTHER],
  };
}

describe("a nest goes with the rows", () => {
  it.each<[string, NestStatement]>([
    ["element by element", nest([60], [[PRODUCT, 0, 1]], [[RESULT, 0, 1]])],
    ["row by row", nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 0, 6, 1]])],
    ["half a row at a time", nest([20, 3], [[PRODUCT, 0, 3, 1]], [[RESULT, 0, 3, 1]])],
    ["with a part of each", nest([10, 2], [[PRODUCT, 4, 6, 1]], [[RESULT, 0, 2, 1]])],
    ["from column to column", nest([10, 3], [[PRODUCT, 1, 6, 2]], [[RESULT, 0, 3, 1]])],
    ["with results further on", nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 100, 6, 1]])],
    ["with results in longer rows", nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 0, 9, 1]])],
    ["combining within them", nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 0, 1, 0]], 1)],
    [
      "with other operands that lie in any way",
      nest(
        [10, 6],
        [
          [PRODUCT, 0, 6, 1],
          [BIAS, 50, -1, 10],
          [LEFT, 0, 0, 0],
        ],
        [[RESULT, 0, 6, 1]],
      ),
    ],
  ])("%s", (_, statement) => {
    expect(group().canTake(statement)).toBe(true);
  });

  it("behind others, of which it reads the same rows", () => {
    const rows = group();
    rows.take(nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 7, 6, 1]]));
    const next = (offset: number) =>
      rows.canTake(nest([10, 6], [[RESULT, offset, 6, 1]], [[OTHER, 0, 6, 1]]));
    expect([next(7), next(6), next(8)]).toEqual([true, false, false]);
  });
});

describe("a nest does not go with the rows", () => {
  it.each<[string, NestStatement]>([
    ["where it reads none", nest([60], [[BIAS, 0, 1]], [[RESULT, 0, 1]])],
    ["from column to column", nest([6, 10], [[PRODUCT, 0, 1, 6]], [[RESULT, 0, 10, 1]])],
    [
      "in steps that are no parts of rows",
      nest([15, 4], [[PRODUCT, 0, 4, 1]], [[RESULT, 0, 4, 1]]),
    ],
    ["two rows at a time", nest([5, 12], [[PRODUCT, 0, 12, 1]], [[RESULT, 0, 12, 1]])],
    ["with the row behind", nest([10, 6], [[PRODUCT, 1, 6, 1]], [[RESULT, 0, 6, 1]])],
    ["with the one in front", nest([10, 6], [[PRODUCT, -6, 6, 1]], [[RESULT, 0, 6, 1]])],
    ["with two at once", nest([10, 2], [[PRODUCT, 0, 6, 6]], [[RESULT, 0, 2, 1]])],
    ["backwards", nest([10, 6], [[PRODUCT, 54, -6, 1]], [[RESULT, 0, 6, 1]])],
    ["backwards within them", nest([10, 6], [[PRODUCT, 5, 6, -1]], [[RESULT, 0, 6, 1]])],
    ["with one row for all", nest([10, 6], [[PRODUCT, 0, 0, 1]], [[RESULT, 0, 6, 1]])],
    ["with every second", nest([10, 3], [[PRODUCT, 0, 12, 1]], [[RESULT, 0, 3, 1]])],
    ["combining them", nest([6, 10], [[PRODUCT, 0, 1, 6]], [[RESULT, 0, 1, 0]], 1)],
    ["combining everything", nest([60], [[PRODUCT, 0, 1]], [[RESULT, 0, 0]], 1)],
    [
      "with results from column to column",
      nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 0, 1, 10]]),
    ],
    ["with results that go back", nest([10, 6], [[PRODUCT, 0, 6, 1]], [[RESULT, 54, -6, 1]])],
    ["where it writes the left operand", nest([60], [[PRODUCT, 0, 1]], [[LEFT, 0, 1]])],
    ["where it writes the product", nest([60], [[PRODUCT, 0, 1]], [[PRODUCT, 0, 1]])],
    [
      "where it reads what it writes",
      nest(
        [60],
        [
          [PRODUCT, 0, 1],
          [RESULT, 0, 1],
        ],
        [[RESULT, 0, 1]],
      ),
    ],
    [
      "with results in parts that are not alike",
      nest(
        [10, 6],
        [[PRODUCT, 0, 6, 1]],
        [
          [RESULT, 0, 6, 1],
          [RESULT, 60, 6, 1],
        ],
      ),
    ],
  ])("%s", (_, statement) => {
    expect(group().canTake(statement)).toBe(false);
  });

  it("where it writes what another read, or wrote", () => {
    const rows = group();
    rows.take(
      nest(
        [60],
        [
          [PRODUCT, 0, 1],
          [BIAS, 0, 1],
        ],
        [[RESULT, 0, 1]],
      ),
    );
    expect(rows.canTake(nest([60], [[PRODUCT, 0, 1]], [[BIAS, 0, 1]]))).toBe(false);
    expect(rows.canTake(nest([60], [[PRODUCT, 0, 1]], [[RESULT, 0, 1]]))).toBe(false);
    expect(rows.canTake(nest([60], [[PRODUCT, 0, 1]], [[OTHER, 0, 1]]))).toBe(true);
  });
});
