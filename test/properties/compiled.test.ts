/** Random programs and their gradients give the same compiled as in the reference, in float32 and float64. */

import * as tf from "gradtape";
import { beforeAll, it } from "vitest";
import { valuesOf } from "../harness/operands.js";
import { useReference } from "../harness/sizes.js";
import { type Comparison, checkPrograms, compareTensors, isOneIn } from "./check-programs.js";
import { inputsOf, plainMachine, runProgram } from "./interpreter.js";
import { directionOf, forwardAlong, gradientOf, scalarOf } from "./problem.js";
import type { Program } from "./program.js";
import { LANED } from "./settings.js";

/** By dtype: how far off results may be, relative to the largest of them. */
const TOLERANCE = { float32: 1e-4, float64: 1e-10 } as const;

type FloatingType = keyof typeof TOLERANCE;
type Run = (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[];

/** The outputs of a program, followed by its gradient. */
function resultsOf(program: Program, dtype: FloatingType): Run {
  const gradient = gradientOf(scalarOf(program, plainMachine, dtype));
  return (inputs) => [...runProgram(program, inputs), ...gradient(inputs)];
}

/** What rounding does to results: how much the reference itself is off in float32. */
function roundingOf(program: Program, rounded: readonly tf.Tensor[]): readonly tf.Tensor[] {
  const exact = resultsOf(program, "float64")(inputsOf(program));
  return rounded.map((one, index) => tf.cast(one, "float64").sub(exact[index]!));
}

/** Long products may be too large for float32, and then nothing can be told. */
function allFinite(tensor: tf.Tensor): boolean {
  return valuesOf(tensor).every(Number.isFinite);
}

/** Outputs and gradient in one compiled function; of some programs, derivatives of compiled functions too. */
function inDType(program: Program, dtype: FloatingType): Comparison[] {
  const inputs = inputsOf(program, 0, dtype);
  const run = resultsOf(program, dtype);
  const expected = run(inputs);
  if (!expected.every(allFinite)) return [];
  const rounding = dtype === "float32" ? roundingOf(program, expected) : undefined;
  const compiled = tf.compile((own: readonly tf.Tensor[]) => run(own));
  const tolerance = TOLERANCE[dtype];
  const compare = (call: string): Comparison[] =>
    compareTensors(`${dtype}, ${call}: result`, compiled(inputs), expected, tolerance, rounding);
  const found = [...compare("first call"), ...compare("second call")];
  compiled(inputsOf(program, 1, dtype));
  found.push(...compare("call after another"));
  if (!isOneIn(10, program)) return found;
  const f = scalarOf(program, plainMachine, dtype);
  const whole = tf.compile((own: readonly tf.Tensor[]) => f(own));
  const count = program.inputs.length;
  const gradient = expected.slice(-count);
  const around = gradientOf(whole)(inputs);
  return [
    ...found,
    ...compareTensors(
      `${dtype}: gradient of the compiled, by input`,
      around,
      gradient,
      tolerance,
      rounding?.slice(-count),
    ),
    ...(dtype === "float64" ? forward(program, inputs, f, whole) : []),
  ];
}

type Scalar = (sources: readonly tf.Tensor[]) => tf.Tensor;

/** By an accumulator, inside of a compiled function and around one. */
function forward(
  program: Program,
  inputs: readonly tf.Tensor[],
  f: Scalar,
  whole: Scalar,
): Comparison[] {
  const direction = directionOf(program, "direction");
  const expected = [forwardAlong(f, direction)(inputs)];
  const inside = tf.compile((own: readonly tf.Tensor[]) => forwardAlong(f, direction)(own));
  return [
    ...compareTensors("compiled tangent", [inside(inputs)], expected, TOLERANCE.float64),
    ...compareTensors(
      "tangent of the compiled",
      [forwardAlong(whole, direction)(inputs)],
      expected,
      TOLERANCE.float64,
    ),
  ];
}

beforeAll(useReference);

it.each(["float32", "float64"] as const)(
  "in %s",
  (dtype) => {
    checkPrograms((program) => inDType(program, dtype), LANED);
  },
  300_000,
);
