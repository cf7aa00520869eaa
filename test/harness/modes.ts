/** Forward against reverse mode: adjoints of each other, and the same second and third derivatives in every order of nesting. */

import { ForwardAccumulator } from "../../src/autodiff/forward-accumulator.js";
import { jacobian } from "../../src/autodiff/functional-jacobian.js";
import { GradientTape } from "../../src/autodiff/tape.js";
import { isFloating } from "../../src/core/dtype.js";
import type { Tensor } from "../../src/core/tensor.js";
import { multiply } from "../../src/ops/arithmetic.js";
import { reduceSum } from "../../src/ops/reduction.js";
import { type Case, floatingPositions, gradientsOf, inputsOf, outputWeights } from "./cases.js";
import { differences } from "./comparing.js";
import { operandTensor, randomWeights, tensorFrom, valuesOf } from "./operands.js";

/** Relative to the terms that a derivative is made of. */
const TOLERANCE = 1e-10;

/** A scalar function of the floating operands: Σ weights · outputs. */
interface ScalarProblem {
  readonly label: string;
  readonly sources: readonly Tensor[];
  value(sources: readonly Tensor[]): Tensor;
}

function scalarProblem(one: Case): ScalarProblem | undefined {
  const inputs = inputsOf(one, "float64");
  const positions = floatingPositions(inputs);
  const weights = outputWeights(one, "float64").map((weight) =>
    operandTensor(weight, "float64", ""),
  );
  if (positions.length === 0 || weights.length === 0) return undefined;
  return {
    label: one.label,
    sources: positions.map((position) => inputs[position]!),
    value: (sources) => {
      const all = [...inputs];
      positions.forEach((position, index) => {
        all[position] = sources[index]!;
      });
      const outputs = one.run(all).filter(({ dtype }) => isFloating(dtype));
      const terms = outputs.map((output, index) => reduceSum(multiply(output, weights[index]!)));
      return terms.reduce((sum, term) => sum.add(term));
    },
  };
}

function directionsOf({ label, sources }: ScalarProblem, name: string): Tensor[] {
  return sources.map(({ size, dtype, shape }, index) =>
    tensorFrom(randomWeights(size, `${label}, ${name} ${index}`), dtype, shape),
  );
}

function dot(a: readonly Tensor[], b: readonly Tensor[]): Tensor {
  return a
    .map((one, index) => reduceSum(multiply(one, b[index]!)))
    .reduce((sum, term) => sum.add(term));
}

/** A scalar function of the sources: a function, or a derivative of one along a direction. */
type Scalar = (sources: readonly Tensor[]) => Tensor;

/** The derivative along a direction by forward mode. */
function forwardAlong(f: Scalar, direction: readonly Tensor[]): Scalar {
  return (sources) => {
    const accumulator = new ForwardAccumulator(sources, direction);
    try {
      return accumulator.jvp(f(sources), { unconnectedGradients: "zero" });
    } finally {
      accumulator.stop();
    }
  };
}

/** The derivative along a direction by reverse mode. */
function reverseAlong(f: Scalar, direction: readonly Tensor[]): Scalar {
  return (sources) => {
    const tape = new GradientTape();
    try {
      tape.watch(sources);
      const options = { unconnectedGradients: "zero" } as const;
      return dot(tape.gradient(f(sources), sources, options), direction);
    } finally {
      tape.stop();
    }
  };
}

const MODES = { forward: forwardAlong, reverse: reverseAlong } as const;
type Mode = keyof typeof MODES;
const BOTH: readonly Mode[] = ["forward", "reverse"];

/** The derivative along several directions by the modes given for them, the innermost first. */
function derivative(
  problem: ScalarProblem,
  modes: readonly Mode[],
  directions: readonly (readonly Tensor[])[],
): number {
  const f = modes.reduce<Scalar>(
    (inner, mode, level) => MODES[mode](inner, directions[level]!),
    problem.value,
  );
  return f(problem.sources).item();
}

function compareModes(one: Case, orders: readonly (readonly Mode[])[]): string[] {
  const problem = scalarProblem(one);
  if (problem === undefined) return [];
  const directions = ["first", "second", "third"].map((name) => directionsOf(problem, name));
  const found = orders.map((modes) => derivative(problem, modes, directions));
  const largest = Math.max(1, ...found.map(Math.abs));
  return found.flatMap((value, index) =>
    Math.abs(value - found[0]!) <= TOLERANCE * largest
      ? []
      : [
          `${problem.label}: ${orders[index]!.join(", then ")} gives ${value}, ` +
            `${orders[0]!.join(", then ")} ${found[0]}`,
        ],
  );
}

/** ⟨cotangent, jvp⟩ = ⟨vjp, tangent⟩, for all operands together and for each by itself. */
export function checkPushforward(one: Case): string[] {
  const inputs = inputsOf(one, "float64");
  const floating = floatingPositions(inputs);
  const weights = outputWeights(one, "float64").map((weight) =>
    operandTensor(weight, "float64", ""),
  );
  if (floating.length === 0 || weights.length === 0) return [];
  const gradients = gradientsOf(one, inputs, weights);
  const sets = floating.length === 1 ? [floating] : [floating, ...floating.map((place) => [place])];
  return sets.flatMap((positions) => {
    const sources = positions.map((position) => inputs[position]!);
    const tangents = sources.map(({ size, dtype, shape }, index) =>
      tensorFrom(randomWeights(size, `${one.label}, tangent ${positions[index]}`), dtype, shape),
    );
    const accumulator = new ForwardAccumulator(sources, tangents);
    const outputs = one.run(inputs).filter(({ dtype }) => isFloating(dtype));
    const pushed = accumulator.jvp(outputs, { unconnectedGradients: "zero" });
    accumulator.stop();
    const wrong = pushed.flatMap((tangent, index) => {
      const output = outputs[index]!;
      const fits = tangent.dtype === output.dtype && String(tangent.shape) === String(output.shape);
      return fits ? [] : [`${one.label}: the tangent of output ${index} has another type`];
    });
    if (wrong.length > 0) return wrong;
    const forward = innerProducts(pushed, weights);
    const reverse = innerProducts(
      positions.map((position) => gradients[floating.indexOf(position)]!),
      tangents,
    );
    const magnitude = Math.max(1, forward.magnitude, reverse.magnitude);
    const coarse = [...sources, ...outputs].some(({ dtype }) => dtype === "float32");
    return Math.abs(forward.sum - reverse.sum) <= (coarse ? 1e-6 : 1e-12) * magnitude
      ? []
      : [
          `${one.label}, operands ${positions.join(" and ")}: ⟨cotangent, jvp⟩ is ${forward.sum}, ` +
            `⟨vjp, tangent⟩ ${reverse.sum}`,
        ];
  });
}

function innerProducts(a: readonly Tensor[], b: readonly Tensor[]) {
  let sum = 0;
  let magnitude = 0;
  a.forEach((tensor, index) => {
    const others = valuesOf(b[index]!);
    valuesOf(tensor).forEach((value, element) => {
      sum += value * others[element]!;
      magnitude += Math.abs(value * others[element]!);
    });
  });
  return { sum, magnitude };
}

/** Reverse over reverse, forward over reverse, reverse over forward and forward over forward agree. */
export function checkSecondOrderModes(one: Case): string[] {
  return compareModes(
    one,
    BOTH.flatMap((inner) => BOTH.map((outer) => [inner, outer])),
  );
}

/** All eight third-order combinations agree. */
export function checkThirdOrderModes(one: Case): string[] {
  return compareModes(
    one,
    BOTH.flatMap((inner) => BOTH.flatMap((middle) => BOTH.map((outer) => [inner, middle, outer]))),
  );
}

/** Jacobians by the pass forward over a record and by the pass back agree, as tapes keep for either what it reads. */
export function checkJacobians(one: Case): string[] {
  const inputs = inputsOf(one, "float64");
  const positions = floatingPositions(inputs);
  if (positions.length === 0) return [];
  const f = (...own: Tensor[]): readonly Tensor[] => {
    const all = [...inputs];
    positions.forEach((position, index) => {
      all[position] = own[index]!;
    });
    return one.run(all).filter(({ dtype }) => isFloating(dtype));
  };
  const sources = positions.map((position) => inputs[position]!);
  const argnums = [...positions.keys()];
  const forward = jacobian(f, { argnums, mode: "forward" })(...sources).flat();
  const reverse = jacobian(f, { argnums, mode: "reverse" })(...sources).flat();
  return differences(
    (index) => `${one.label}: Jacobian ${index} forward`,
    forward,
    reverse,
    TOLERANCE,
  );
}
