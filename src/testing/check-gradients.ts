/** `checkGradients`: derivatives of a user's function compared with difference quotients of its values. */

import { checkFunction, checkResult, type Differential } from "../autodiff/arguments.js";
import { jvp, vjp } from "../autodiff/functional.js";
import { describe } from "../core/convert.js";
import { unheard } from "../core/dispatch.js";
import { allocate, isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError } from "../core/errors.js";
import { tensorOf } from "../core/literals.js";
import { flattenNest, replaceLeaves } from "../core/nest.js";
import { fillRandomBits } from "../core/numerics/threefry.js";
import { checkOptions } from "../core/options.js";
import { hostValues } from "../core/reading.js";
import { formatType, type Tensor } from "../core/tensor.js";
import { readLeaves } from "../graph/trace-function.js";
import { extrapolate, type NumericDerivative } from "./numeric.js";
import { type Deviation, GradientCheckError, GradientReport } from "./report.js";

/** The two ways to apply the chain rule. */
export type Mode = "forward" | "reverse";

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

/** A function of tensors as one of leaves. */
interface Problem {
  readonly inputs: readonly Tensor[];
  /** Which inputs are differentiated. */
  readonly floating: readonly number[];
  /** The floating results. */
  run(inputs: readonly Tensor[]): readonly Tensor[];
  /** Modes from the inner to the outer. */
  readonly path: readonly Mode[];
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

/** Numbers of either sign between 0.5 and 1.5, none of which hides an element. */
function weightsLike({ dtype, size, shape }: Tensor, name: number): Tensor {
  const bits = new Uint32Array(size + (size % 2));
  fillRandomBits(name, 20, 0, bits);
  const values = allocate(dtype, size, "checkGradients");
  for (let index = 0; index < size; index++) {
    const fraction = bits[index]! / 2 ** 32;
    values[index] = fraction < 0.5 ? -0.5 - 2 * fraction : fraction * 2 - 0.5;
  }
  return tensorOf(values, dtype, shape);
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

function moved(problem: Problem, position: number, element: number, to: number): readonly Tensor[] {
  const input = problem.inputs[position]!;
  const values = hostValues(input).slice();
  values[element] = to;
  return problem.inputs.map((other, index) =>
    index === position ? tensorOf(values, input.dtype, input.shape) : other,
  );
}

/** By floating input and element: the derivative of Σ weights · results, from values alone. */
function numericGradients(problem: Problem, weights: readonly Tensor[]): NumericDerivative[][] {
  return problem.floating.map((position) => {
    const input = problem.inputs[position]!;
    const store = input.dtype === "float32" ? Math.fround : (value: number): number => value;
    return Array.from(hostValues(input), (value, element) =>
      extrapolate((step) => {
        const size = step * Math.max(1, Math.abs(value));
        const upper = store(value + size);
        const lower = store(value - size);
        const above = problem.run(moved(problem, position, element, upper));
        const below = problem.run(moved(problem, position, element, lower));
        return quotient(above, below, weights, upper - lower);
      }),
    );
  });
}

function quotient(
  above: readonly Tensor[],
  below: readonly Tensor[],
  weights: readonly Tensor[],
  distance: number,
): { value: number; magnitude: number } {
  let value = 0;
  let magnitude = 0;
  weights.forEach((weight, result) => {
    const high = hostValues(above[result]!);
    const low = hostValues(below[result]!);
    hostValues(weight).forEach((share, element) => {
      const term = high[element] === low[element] ? 0 : share * (high[element]! - low[element]!);
      value += term;
      magnitude += Math.abs(term);
    });
  });
  return { value: value / distance, magnitude: magnitude / distance };
}

/** The problem as a function of its floating inputs alone. */
function ofFloating(problem: Problem, own: readonly Tensor[]): readonly Tensor[] {
  const all = [...problem.inputs];
  problem.floating.forEach((position, place) => {
    all[position] = own[place]!;
  });
  return problem.run(all);
}

function sourcesOf({ inputs, floating }: Problem): readonly Tensor[] {
  return floating.map((position) => inputs[position]!);
}

function byReverse(problem: Problem, weights: readonly Tensor[]): ArrayLike<number>[] {
  const [, pullback] = vjp((...own: Tensor[]) => ofFloating(problem, own), ...sourcesOf(problem));
  return pullback(weights).map((gradient) => hostValues(gradient));
}

/** One pass forward for every element. */
function byForward(problem: Problem, weights: readonly Tensor[]): ArrayLike<number>[] {
  const sources = sourcesOf(problem);
  return sources.map((source, place) =>
    Array.from({ length: source.size }, (_, element) => {
      const tangents = sources.map(({ dtype, size, shape }, other) => {
        const values = allocate(dtype, size, "checkGradients");
        if (other === place) values[element] = 1;
        return tensorOf(values, dtype, shape);
      });
      const [, pushed] = jvp(
        (...own: Tensor[]) => ofFloating(problem, own),
        [...sources],
        tangents,
      );
      let sum = 0;
      (pushed as readonly Tensor[]).forEach((tangent, result) => {
        const shares = hostValues(weights[result]!);
        hostValues(tangent).forEach((value, index) => {
          sum += value * shares[index]!;
        });
      });
      return sum;
    }),
  );
}

/** The derivative by one mode as a function to be checked itself: of the inputs, and of the weights or directions. */
function derivativeProblem(problem: Problem, mode: Mode, weights: readonly Tensor[]): Problem {
  const sources = sourcesOf(problem);
  const more = mode === "reverse" ? weights : sources.map(weightsLike);
  const inputs = [...sources, ...more];
  return {
    inputs,
    floating: [...inputs.keys()],
    path: [...problem.path, mode],
    run: (all) => {
      const own = all.slice(0, sources.length);
      const directions = all.slice(sources.length);
      const f = (...values: Tensor[]): readonly Tensor[] => ofFloating(problem, values);
      if (mode === "forward") return jvp(f, own, directions)[1] as readonly Tensor[];
      return vjp(f, ...own)[1](directions) as readonly Tensor[];
    },
  };
}
