/** Rows of a large table used one by one: the work is counted, so that machines and their load do not matter. */
import * as tf from "gradtape";
import { afterEach, describe, expect, it } from "vitest";
import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator } from "../../src/core/dispatch.js";

const COLUMNS = 16;

afterEach(() => {
  installEvaluator(evaluate);
});

/** The number of elements that the operations of `body` read or write; views do neither. */
function countElements(body: () => void): number {
  let elements = 0;
  installEvaluator((op, inputs, attributes) => {
    const output = evaluate(op, inputs, attributes);
    const { kind } = op.lowering;
    if (kind === "view" || kind === "split") return output;
    for (const { size } of output instanceof tf.Tensor ? [output] : output) elements += size;
    // A gather reads as many elements as it writes, however large its operand is.
    if (kind !== "gather") for (const input of inputs) elements += input.size;
    return output;
  });
  body();
  installEvaluator(evaluate);
  return elements;
}

type Loop = (table: tf.Tensor | tf.Variable, rows: number) => tf.Tensor[];

function everyRow(take: (table: tf.Tensor | tf.Variable, row: number) => tf.Tensor): Loop {
  return (table, rows) => Array.from({ length: rows }, (_, row) => take(table, row));
}

const LOOPS: readonly (readonly [string, Loop])[] = [
  ["at", everyRow((table, row) => table.at(row))],
  ["at from the end", everyRow((table, row) => table.at(-row - 1))],
  ["gather", everyRow((table, row) => tf.gather(table, row))],
  ["gather of pairs", everyRow((table, row) => tf.gather(table, [row, 0]))],
  ["slice", everyRow((table, row) => tf.slice(table, [row, 0], [1, COLUMNS]))],
  ["stridedSlice", everyRow((table, row) => tf.stridedSlice(table, [row, 0], [row + 1, COLUMNS]))],
  ["split", (table, rows) => tf.split(table, rows, 0)],
  ["unstack", (table) => tf.unstack(table)],
  ["iteration", (table) => [...table]],
  ["single elements", everyRow((table, row) => table.at(row, 3))],
];

/** Σ over the rows of row², with the gradient of the table. */
function sumOfSquares(loop: Loop, rows: number): tf.Tensor {
  const table = new tf.Variable(tf.ones([rows, COLUMNS]));
  const tape = new tf.GradientTape();
  const squares = loop(table, rows).map((row) => tf.reduceSum(tf.multiply(row, row)));
  return tape.gradient(tf.addN(squares), table);
}

describe("rule 28", () => {
  it.each(LOOPS)("rule 28: a loop over rows by %s costs linear time", (_, loop) => {
    const [few, many] = [200, 800].map((rows) =>
      countElements(() => {
        sumOfSquares(loop, rows);
      }),
    ) as [number, number];
    expect(many / few).toBeLessThan(4.4);
    // A dense gradient of the table for each use would be 800 · 800 · COLUMNS ≈ 10 million.
    expect(many).toBeLessThan(800 * COLUMNS * 40);
  });

  it.each(LOOPS)(
    "rule 28: a loop over rows by %s gives the gradient of the whole",
    (name, loop) => {
      const gradient = sumOfSquares(loop, 5).toArray() as number[][];
      const expected = Array.from({ length: 5 }, () => new Array<number>(COLUMNS).fill(2));
      if (name === "gather of pairs") expected[0]!.fill(12);
      if (name === "single elements") for (const row of expected) row.fill(0).fill(2, 3, 4);
      expect(gradient).toEqual(expected);
    },
  );

  it("rule 28: every row used ten times costs ten times one use", () => {
    const rows = 200;
    const uses = (times: number): number =>
      countElements(() => {
        sumOfSquares(
          (table) => Array.from({ length: rows * times }, (_, use) => table.at(use % rows)),
          rows,
        );
      });
    expect(uses(10) / uses(1)).toBeLessThan(11);
  });

  it("rule 28: the second derivative of a loop over rows is linear, too", () => {
    const secondOrder = (rows: number): number =>
      countElements(() => {
        const table = tf.ones([rows, COLUMNS]);
        const outer = new tf.GradientTape();
        outer.watch(table);
        const inner = new tf.GradientTape();
        inner.watch(table);
        const cubes = Array.from({ length: rows }, (_, row) => {
          const one = tf.gather(table, row);
          return tf.reduceSum(tf.multiply(tf.multiply(one, one), one));
        });
        const gradient = inner.gradient(tf.addN(cubes), table);
        const second = outer.gradient(gradient, table);
        expect(second.at(rows - 1, 0).item()).toBe(6);
      });
    expect(secondOrder(400) / secondOrder(100)).toBeLessThan(4.4);
  });

  it("rule 28: rows and dense uses of one table add up", () => {
    const table = tf.constant([
      [1, 2],
      [3, 4],
    ]);
    const tape = new tf.GradientTape();
    tape.watch(table);
    const looked = tf.gather(table, [0, 0]);
    const y = tf.add(tf.reduceSum(looked), tf.reduceSum(tf.multiply(table, table)));
    expect(tape.gradient(y, table).toArray()).toEqual([
      [4, 6],
      [6, 8],
    ]);
  });

  it("rule 28: products of rows that are looked up with repetitions", () => {
    const table = tf.constant([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    const tape = new tf.GradientTape();
    tape.watch(table);
    const a = tf.gather(table, [0, 1]);
    const b = tf.gather(table, [2, 3]);
    const c = tf.gather(table, [1, 3]);
    const y = tf.multiply(tf.multiply(a, b), c);
    expect(tape.gradient(y, table).toArray()).toEqual([
      [15, 24],
      [5 * 1 + 7 * 7, 6 * 2 + 8 * 8],
      [3, 8],
      [2 * 7 * 3, 2 * 8 * 4],
    ]);
  });
});
