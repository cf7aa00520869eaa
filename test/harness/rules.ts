/** Derivative rules called directly: what they read, that they write to nothing, and that transposes are adjoints. */

import { residualsOf } from "../../src/autodiff/residuals.js";
import { pullback } from "../../src/autodiff/rules.js";
import type { Call } from "../../src/core/op.js";
import { abstractTensor, type Tensor } from "../../src/core/tensor.js";
import { accumulate } from "../../src/ops/accumulate.js";
import { floatingOnly, floatingPositions, inputsOf, type OpCase, outputWeights } from "./cases.js";
import { difference, typeName } from "./comparing.js";
import { operandTensor, valuesOf } from "./operands.js";

/** Of more operands than this, not every set of needed ones is tried. */
const ALL_SETS = 4;

/** One evaluation of an operation with cotangents for its floating outputs. */
interface Evaluation {
  readonly one: OpCase;
  readonly call: Call;
  readonly cotangents: readonly (Tensor | undefined)[];
  readonly floating: readonly number[];
}

function evaluationOf(one: OpCase): Evaluation {
  const inputs = inputsOf(one, "float64");
  const outputs = one.run(inputs);
  const weights = outputWeights(one, "float64").map((weight) =>
    operandTensor(weight, "float64", ""),
  );
  const floating = floatingOnly(outputs);
  return {
    one,
    call: { inputs, outputs, attributes: one.sample.attributes },
    cotangents: outputs.map((output) => weights[floating.indexOf(output)]),
    floating: floatingPositions(inputs),
  };
}

/** Whether a tape would ever pull this evaluation back. */
function isDifferentiable({ one, cotangents, floating }: Evaluation): boolean {
  const passes = one.op.derivative.kind !== "none" && floating.length > 0;
  return passes && cotangents.some((cotangent) => cotangent !== undefined);
}

/** The pullback's results as dense tensors; undefined where there is none. */
function densePullback(
  { one, call, cotangents }: Evaluation,
  needed: readonly boolean[],
  inputs: readonly Tensor[] = call.inputs,
  outputs: readonly Tensor[] = call.outputs,
): (Tensor | undefined)[] {
  const results = pullback(one.op, { ...call, inputs, outputs }, cotangents, needed);
  return call.inputs.map(({ type }, position) => {
    const result = needed[position] === true ? results[position] : undefined;
    if (result === undefined) return undefined;
    if (typeName(result.type) !== typeName(type)) {
      throw new Error(`the cotangent of operand ${position} is ${typeName(result.type)}`);
    }
    return accumulate(type, [result]);
  });
}

/** Sets of operands that may need cotangents, each as a bit set. */
function neededSets(floating: readonly number[]): number[] {
  const all = floating.reduce((set, position) => set | (1 << position), 0);
  if (floating.length > ALL_SETS) return [...floating.map((position) => 1 << position), all];
  return Array.from({ length: 2 ** floating.length - 1 }, (_, index) =>
    floating.reduce(
      (set, position, place) => (((index + 1) >> place) & 1 ? set | (1 << position) : set),
      0,
    ),
  );
}

/**
 * A pullback that is asked for some operands, and given the values that a tape keeps for them and only types of the rest,
 * gives what it gives when asked for all and given everything; also when what to keep was found at another sample.
 */
export function checkResiduals(samples: readonly OpCase[]): string[] {
  const evaluations = samples.map(evaluationOf).filter(isDifferentiable);
  return evaluations.flatMap((evaluation) =>
    evaluations.flatMap((earlier) =>
      neededSets(evaluation.floating).flatMap((live) => withResidualsOf(earlier, evaluation, live)),
    ),
  );
}

function withResidualsOf(earlier: Evaluation, evaluation: Evaluation, live: number): string[] {
  const { one, call } = evaluation;
  const { op } = one;
  const label = `${one.label} with what ${earlier.one.label} needs for operands ${live.toString(2)}`;
  const needed = call.inputs.map((_, position) => ((live >> position) & 1) === 1);
  op.residuals.clear();
  for (const { inputs, outputs, attributes } of [earlier.call, call]) {
    residualsOf(op, inputs, outputs, attributes, live, "pullback");
  }
  const kept = residualsOf(op, call.inputs, call.outputs, call.attributes, live, "pullback");
  op.residuals.clear();
  const keep = (tensor: Tensor, place: number): Tensor =>
    kept[place] === true ? tensor : abstractTensor(tensor.type, "a tape keeps only its type");
  const inputs = call.inputs.map(keep);
  const outputs = call.outputs.map((output, index) => keep(output, inputs.length + index));
  const all = call.inputs.map((_, position) => evaluation.floating.includes(position));
  const whole = densePullback(evaluation, all);
  return densePullback(evaluation, needed, inputs, outputs).flatMap((found, position) => {
    const wanted = needed[position] === true ? whole[position] : undefined;
    if (found === undefined || wanted === undefined) {
      return found === wanted ? [] : [`${label}: a cotangent of operand ${position} is missing`];
    }
    const what = difference(found, wanted);
    return what === undefined ? [] : [`${label}: the cotangent of operand ${position} ${what}`];
  });
}

/** A pullback writes neither to operands, outputs and cotangents nor to attributes. */
export function checkPurity(one: OpCase): string[] {
  const evaluation = evaluationOf(one);
  if (!isDifferentiable(evaluation)) return [];
  const { call, cotangents, floating } = evaluation;
  const state = (): string =>
    JSON.stringify([
      [...call.inputs, ...call.outputs, ...cotangents].map((tensor) =>
        tensor === undefined ? [] : valuesOf(tensor).map(String),
      ),
      call.attributes,
    ]);
  const before = state();
  densePullback(
    evaluation,
    call.inputs.map((_, position) => floating.includes(position)),
  );
  return state() === before ? [] : [`${one.label}: the pullback changes what it is given`];
}

/** Σ a · b over all elements, and Σ |a · b|. */
function innerProduct(a: Tensor, b: Tensor): { sum: number; magnitude: number } {
  const others = valuesOf(b);
  let sum = 0;
  let magnitude = 0;
  valuesOf(a).forEach((value, element) => {
    sum += value * others[element]!;
    magnitude += Math.abs(value * others[element]!);
  });
  return { sum, magnitude };
}

/**
 * ⟨cotangent, op(x)⟩ = ⟨transpose(cotangent), x⟩: over all floating operands together for linear operations, for each of
 * the two for bilinear ones.
 */
export function checkAdjoint(one: OpCase): string[] {
  const { kind } = one.op.derivative;
  if (kind !== "linear" && kind !== "bilinear") return [];
  const evaluation = evaluationOf(one);
  const { call, cotangents, floating } = evaluation;
  if (!isDifferentiable(evaluation)) return [];
  const forward = innerProduct(cotangents[0]!, call.outputs[0]!);
  const results = densePullback(
    evaluation,
    call.inputs.map((_, position) => floating.includes(position)),
  );
  const products = floating.map((position) => {
    const result = results[position];
    return result === undefined
      ? { sum: 0, magnitude: 0 }
      : innerProduct(result, call.inputs[position]!);
  });
  const total = products.reduce((sum, product) => sum + product.sum, 0);
  const sides = kind === "linear" ? [total] : products.map(({ sum }) => sum);
  const magnitude = products.reduce((sum, product) => sum + product.magnitude, forward.magnitude);
  return sides
    .filter((side) => !(Math.abs(side - forward.sum) <= 1e-12 * magnitude))
    .map((side) => `${one.label}: ⟨cotangent, result⟩ is ${forward.sum}, by the transpose ${side}`);
}
