/** A function to be checked: its values, its derivatives from values alone, and its derivatives by each mode. */

import { jvp, vjp } from "../autodiff/functional.js";
import { allocate } from "../core/dtype.js";
import { tensorOf } from "../core/literals.js";
import { fillRandomBits } from "../core/numerics/threefry.js";
import { hostValues } from "../core/reading.js";
import type { Tensor } from "../core/tensor.js";
import { extrapolate, type NumericDerivative } from "./numeric.js";

/** The two ways to apply the chain rule. */
export type Mode = "forward" | "reverse";

/** A function of tensors as one of leaves. */
export interface Problem {
  readonly inputs: readonly Tensor[];
  /** Which inputs are differentiated. */
  readonly floating: readonly number[];
  /** The floating results. */
  run(inputs: readonly Tensor[]): readonly Tensor[];
  /** Modes from the inner to the outer. */
  readonly path: readonly Mode[];
}

/** Numbers of either sign between 0.5 and 1.5, none of which hides an element. */
export function weightsLike({ dtype, size, shape }: Tensor, name: number): Tensor {
  const bits = new Uint32Array(size + (size % 2));
  fillRandomBits(name, 20, 0, bits);
  const values = allocate(dtype, size, "checkGradients");
  for (let index = 0; index < size; index++) {
    const fraction = bits[index]! / 2 ** 32;
    values[index] = fraction < 0.5 ? -0.5 - 2 * fraction : fraction * 2 - 0.5;
  }
  return tensorOf(values, dtype, shape);
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
export function numericGradients(
  problem: Problem,
  weights: readonly Tensor[],
): NumericDerivative[][] {
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

/** By floating input and element: the derivative of Σ weights · results by one pass back. */
export function byReverse(problem: Problem, weights: readonly Tensor[]): ArrayLike<number>[] {
  const [, pullback] = vjp((...own: Tensor[]) => ofFloating(problem, own), ...sourcesOf(problem));
  return pullback(weights).map((gradient) => hostValues(gradient));
}

/** The same by one pass forward for every element. */
export function byForward(problem: Problem, weights: readonly Tensor[]): ArrayLike<number>[] {
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
export function derivativeProblem(
  problem: Problem,
  mode: Mode,
  weights: readonly Tensor[],
): Problem {
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
