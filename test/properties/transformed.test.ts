/** Random programs, traced into graphs and run on many rows at once, give what they give at once and row by row; so do their derivatives. */

import * as tf from "gradtape";
import { it } from "vitest";
import { type Comparison, checkPrograms, compareTensors, isOneIn } from "./check-programs.js";
import { ROWS } from "./generate.js";
import { inputsOf, runProgram } from "./interpreter.js";
import { directionOf, forwardAlong, gradientOf, reverseAlong, scalarOf } from "./problem.js";
import type { Program } from "./program.js";

const TOLERANCE = 1e-8;

function same(
  what: string,
  found: readonly tf.Tensor[],
  expected: readonly tf.Tensor[],
): Comparison[] {
  return compareTensors(what, found, expected, TOLERANCE);
}

type Run = (inputs: readonly tf.Tensor[]) => tf.Tensor[];

/** What a function gives in a graph that is verified. */
function inGraph(run: Run, inputs: readonly tf.Tensor[]): Run {
  const graph = tf.graph.trace((own: tf.Tensor[]) => run(own), [[...inputs]]);
  tf.graph.verify(graph);
  return (own) => [...tf.graph.run(graph, own)];
}

function inGraphs(program: Program): Comparison[] {
  const inputs = inputsOf(program);
  const f = scalarOf(program);
  const gradient: Run = gradientOf(f);
  const outputs: Run = (own) => runProgram(program, own);
  const expected = gradient(inputs);
  const found = [
    ...same("traced: output", inGraph(outputs, inputs)(inputs), outputs(inputs)),
    ...same("traced: gradient", inGraph(gradient, inputs)(inputs), expected),
  ];
  if (!isOneIn(3, program)) return found;
  const graph = inGraph((own) => [f(own)], inputs);
  const whole = (own: readonly tf.Tensor[]): tf.Tensor => graph(own)[0]!;
  const along = forwardAlong(whole, directionOf(program, "direction"));
  const tangent = forwardAlong(f, directionOf(program, "direction"));
  return [
    ...found,
    ...same("gradient of a graph", gradientOf(whole)(inputs), expected),
    ...same("tangent of a graph", [along(inputs)], [tangent(inputs)]),
  ];
}

/** What a function gives for every row, stacked. */
function rowByRow(run: Run, rows: readonly tf.Tensor[][]): tf.Tensor[] {
  const results = rows.map(run);
  return results[0]!.map((_, index) => tf.stack(results.map((list) => list[index]!)));
}

function inRows(program: Program): Comparison[] {
  const rows = Array.from({ length: ROWS }, (_, row) => inputsOf(program, row));
  const stacked = program.inputs.map((_, index) => tf.stack(rows.map((list) => list[index]!)));
  const allRows =
    (run: Run): Run =>
    (own) =>
      tf.vectorizedMap((inputs: tf.Tensor[]) => run(inputs), [...own]);
  const compareRows = (what: string, run: Run): Comparison[] =>
    same(`in rows: ${what}`, allRows(run)(stacked), rowByRow(run, rows));
  const f = scalarOf(program);
  const found = [
    ...compareRows("output", (own) => runProgram(program, own)),
    ...compareRows("gradient", gradientOf(f)),
  ];
  if (!isOneIn(3, program)) return found;
  const direction = directionOf(program, "direction");
  const sum = (own: readonly tf.Tensor[]): tf.Tensor =>
    tf.reduceSum(allRows((inputs) => [f(inputs)])(own)[0]!);
  const around = gradientOf(sum)(stacked);
  return [
    ...found,
    ...compareRows("tangent", (own) => [forwardAlong(f, direction)(own)]),
    ...same("gradient around rows", around, rowByRow(gradientOf(f), rows)),
    ...(isOneIn(6, program)
      ? compareRows("second derivative", gradientOf(reverseAlong(f, direction)))
      : []),
  ];
}

it("traced: programs and their derivatives are the same in a graph", () => {
  checkPrograms(inGraphs);
}, 300_000);

it("in rows: programs and their derivatives are the same by vectorizedMap as row by row", () => {
  checkPrograms(inRows);
}, 300_000);
