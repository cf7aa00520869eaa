/** `checkGradients`: derivatives of a user's function compared with difference quotients of its values. */

import { checkFunction, checkResult, type Differential } from "../autodiff/arguments.js";
import { describe } from "../core/convert.js";
import { unheard } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError } from "../core/errors.js";
import { flattenNest, replaceLeaves } from "../core/nest.js";
import { checkOptions } from "../core/options.js";
import { formatType, type Tensor } from "../core/tensor.js";
import { readLeaves } from "../graph/trace-function.js";
import {
  byForward,
  byReverse,
  derivativeProblem,
  type Mode,
  numericGradients,
  type Problem,
  weightsLike,
} from "./problem.js";
import { type Deviation, GradientCheckError, GradientReport } from "./report.js";

/** Options of `checkGradients`. */
export interface CheckGradientsOptions {
  /** 1 (the default) checks first derivatives, 2 those of the derivatives too, and so on. */
  readonly order?: number;
  /** The modes to check, in every combination for higher orders. Default both. */
  readonly modes?: readonly Mode[];
  /**
   * How far a derivative may be off, relative to the larger of 1 and the terms that it is made of. Default 1e-6, and 1e-2 where float32
   * is among inputs or results.
   */
  readonly tolerance?: number;
  /** Whether a derivative that is off is an error; otherwise look at the report. Default true. */
  readonly throws?: boolean;
}

/**
 * Compares the derivatives of a function, by forward and reverse mode and to any order, with difference quotients of its values. Use
 * float64: quotients of float32 are good for two or three digits only.
 *
 * Every element of every floating input is moved by itself, so take small inputs, away from kinks.
 *
 * @param f gives a nest of tensors, and the same every time
 * @param inputs its arguments, in a list of nests of tensors
 * @returns a report, which names every derivative that is off and prints the worst first
 *
 * @example
 * import { checkGradients } from "gradtape/testing";
 * checkGradients((x) => tf.tanh(x), [tf.constant([0.1, 0.2], { dtype: "float64" })], { order: 2 });
 *
 * @throws GradientCheckError when a derivative is off, unless `throws` is false; it holds the report.
 * @throws ArgumentError or DTypeError when there is nothing to differentiate; whatever `f` throws.
 */
export function checkGradients<const A extends readonly unknown[]>(
  f: (...parameters: { -readonly [K in keyof A]: Differential<A[K]> }) => unknown,
  inputs: A,
  options: CheckGradientsOptions = {},
): GradientReport {
  const operation = "checkGradients";
  checkFunction(f, operation);
  checkOptions(options, ["order", "modes", "tolerance", "throws"], operation);
  const { order = 1, modes = ["forward", "reverse"], tolerance, throws = true } = options;
  if (!Number.isInteger(order) || order < 1) {
    throw new ArgumentError(`${operation}: order must be an integer from 1, got ${String(order)}`);
  }
  checkModes(modes);
  if (!Array.isArray(inputs)) {
    throw new ArgumentError(
      `${operation}: inputs must be a list of the arguments of f, got ${describe(inputs)}`,
    );
  }
  const leaves = readLeaves(flattenNest(inputs, operation, "inputs"));
  const problem: Problem = {
    inputs: leaves,
    floating: indicesOfFloating(leaves),
    path: [],
    run: (own) => {
      const structured = replaceLeaves(inputs, (_, index) => own[index]!) as never[];
      const result = checkResult(f(...(structured as never)), operation);
      return readLeaves(flattenNest(result, operation, "what f returns")).filter(isFloatingTensor);
    },
  };
  if (problem.floating.length === 0) {
    throw new DTypeError(
      `${operation}: none of the inputs (${leaves.map(({ type }) => formatType(type)).join(", ")}) is float32 or float64`,
    );
  }
  const deviations: Deviation[] = [];
  const checked = unheard(() => checkProblem(problem, order, modes, tolerance, deviations));
  const report = new GradientReport(checked, deviations);
  if (throws && !report.passed) throw new GradientCheckError(report);
  return report;
}

function checkModes(modes: unknown): void {
  const fits =
    Array.isArray(modes) &&
    modes.length > 0 &&
    modes.every((mode) => mode === "forward" || mode === "reverse");
  if (!fits) {
    throw new ArgumentError(
      `checkGradients: modes must be a list of "forward" and "reverse", got ${String(modes)}`,
    );
  }
}

function isFloatingTensor({ dtype }: Tensor): boolean {
  return isFloating(dtype);
}

function indicesOfFloating(tensors: readonly Tensor[]): number[] {
  return tensors.flatMap(({ dtype }, index) => (isFloating(dtype) ? [index] : []));
}

/** Checks a function and, for higher orders, its derivatives by each mode; gives how many numbers were compared. */
function checkProblem(
  problem: Problem,
  order: number,
  modes: readonly Mode[],
  tolerance: number | undefined,
  deviations: Deviation[],
): number {
  const results = problem.run(problem.inputs);
  const weights = results.map(weightsLike);
  const coarse = [...problem.floating.map((index) => problem.inputs[index]!), ...results].some(
    ({ dtype }) => dtype === "float32",
  );
  const allowed = tolerance ?? (coarse ? 1e-2 : 1e-6);
  const quotients = numericGradients(problem, weights);
  let checked = 0;
  for (const mode of modes) {
    const derivatives =
      mode === "reverse" ? byReverse(problem, weights) : byForward(problem, weights);
    problem.floating.forEach((position, place) => {
      quotients[place]!.forEach((numeric, element) => {
        const analytic = derivatives[place]![element]!;
        const scale = Math.max(1, numeric.magnitude, Math.abs(analytic));
        const error = Math.abs(analytic - numeric.value);
        checked++;
        if (error <= allowed * scale + numeric.error) return;
        deviations.push({
          modes: [...problem.path, mode],
          input: position,
          type: problem.inputs[position]!.type,
          element,
          analytic,
          numeric: numeric.value,
          error,
          allowed: allowed * scale,
        });
      });
    });
    if (order > 1) {
      checked += checkProblem(
        derivativeProblem(problem, mode, weights),
        order - 1,
        modes,
        tolerance,
        deviations,
      );
    }
  }
  return checked;
}
