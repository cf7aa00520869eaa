/** The operations behind custom gradients: values pass through, and rules are those of the user. */

import { runOp } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import type { Graph } from "../core/graph.js";
import { filledTensor } from "../core/literals.js";
import { type BatchedCall, defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { allRows } from "../ops/batching.js";
import { identity } from "../ops/identity.js";
import { batchGraph, orZeros, pullThrough } from "./graph-rules.js";

/** Some tensors, of which undefined ones vanish. */
export type MaybeTensors = readonly (Tensor | undefined)[];

/** A rule that closes over what it needs: the operands are those of the function, and then its values. */
export interface ClosedRules {
  /** How many operands the function has; its values follow them. */
  readonly operands: number;
  pull(cotangents: MaybeTensors): MaybeTensors;
  push(tangents: MaybeTensors): MaybeTensors;
}

/** Passes values through, with rules that are functions of the host program. */
export const closedRuleOp: Op<ClosedRules> = /* @__PURE__ */ defineOp<ClosedRules>({
  name: "customGradient",
  summary: "Values of a function whose derivative is the user's own.",
  inputs: ["operands…"],
  outputTypes: (inputs, { operands }) => inputs.slice(operands).map(({ type }) => type),
  derivative: {
    kind: "explicit",
    closed: true,
    pullback: (cotangents, { attributes }) => attributes.pull(cotangents),
    pushforward: (tangents, { attributes }) =>
      attributes.push(tangents.slice(0, attributes.operands)),
  },
  lowering: { kind: "program", run: (inputs, { operands }) => passOn(inputs, operands) },
  samples: [],
});

function passOn(inputs: readonly Tensor[], first: number): Tensor[] {
  return inputs.slice(first).map((input) => identity(input));
}

/** A rule as a graph, of which some results vanish. */
export interface RuleGraph {
  /** Takes cotangents of the floating values (tangents of the floating operands), then what it closed over. */
  readonly graph: Graph;
  /** Which operands (values) its results belong to. */
  readonly places: readonly number[];
  /** How many tensors it closed over. */
  readonly captured: number;
}

/** Rules that were traced: the operands are those of the function, what the rules closed over, and then the values. */
export interface TracedRules {
  readonly operands: number;
  readonly pull: RuleGraph;
  /** The forward rule, where the user gave one. */
  readonly push?: RuleGraph;
}

function firstValue({ operands, pull, push }: TracedRules): number {
  return operands + pull.captured + (push?.captured ?? 0);
}

/** Passes values through, with rules that are graphs. */
export const tracedRuleOp: Op<TracedRules> = /* @__PURE__ */ defineOp<TracedRules>({
  name: "tracedCustomGradient",
  summary: "Values of a traced function whose derivative is the user's own.",
  inputs: ["operands…"],
  outputTypes: (inputs, rules) => inputs.slice(firstValue(rules)).map(({ type }) => type),
  derivative: {
    kind: "explicit",
    pullback: (cotangents, { inputs, outputs, attributes }) => {
      const { pull, operands } = attributes;
      const captured = inputs.slice(operands, operands + pull.captured);
      const floating = outputs.flatMap((output, index) =>
        isFloating(output.dtype) ? [orZeros(cotangents[index], output)] : [],
      );
      return placed(runGraph(pull.graph, [...floating, ...captured]), pull, inputs.length);
    },
    pushforward: (tangents, { inputs, outputs, attributes }) => {
      const { push, pull, operands } = attributes;
      if (push === undefined) return transposed(tangents, inputs, outputs, attributes);
      const begin = operands + pull.captured;
      const captured = inputs.slice(begin, begin + push.captured);
      const floating = inputs
        .slice(0, operands)
        .flatMap((input, index) =>
          isFloating(input.dtype) ? [orZeros(tangents[index], input)] : [],
        );
      return placed(runGraph(push.graph, [...floating, ...captured]), push, outputs.length);
    },
  },
  batching: { kind: "explicit", batch: batchRules },
  lowering: { kind: "program", run: (inputs, rules) => passOn(inputs, firstValue(rules)) },
  samples: [],
});

function placed(results: readonly Tensor[], { places }: RuleGraph, count: number): MaybeTensors {
  const all = new Array<Tensor | undefined>(count).fill(undefined);
  results.forEach((result, index) => {
    all[places[index]!] = result;
  });
  return all;
}

/** Tangents by the pullback alone: it is linear in the cotangents, and its own pullback is the pushforward. */
function transposed(
  tangents: MaybeTensors,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  { pull, operands }: TracedRules,
): MaybeTensors {
  const captured = inputs.slice(operands, operands + pull.captured);
  const floating = outputs.filter(({ dtype }) => isFloating(dtype));
  const found = transposeLinear(
    (cotangents) => runGraph(pull.graph, [...cotangents, ...captured]),
    floating,
    pull.places.map((place) => tangents[place]),
  );
  let next = 0;
  return outputs.map(({ dtype }) => (isFloating(dtype) ? found[next++] : undefined));
}

/**
 * The transpose of a linear function at a direction.
 *
 * @param like tensors of the types of its operands; it is linearised at ones
 */
export function transposeLinear(
  linear: (operands: readonly Tensor[]) => readonly Tensor[],
  like: readonly Tensor[],
  direction: MaybeTensors,
): MaybeTensors {
  const ones = like.map(({ type }) => filledTensor(type, 1));
  return pullThrough(linear, ones, direction);
}

function batchRules(call: BatchedCall<TracedRules>): readonly Tensor[] {
  const { attributes, size, drawPerRow } = call;
  const inRows = (rule: RuleGraph): RuleGraph => {
    const batched = rule.graph.inputs.map(() => true);
    const { graph } = batchGraph(rule.graph, batched, { size, drawPerRow }, () => true);
    return { ...rule, graph };
  };
  const { operands, pull, push } = attributes;
  const rules = { operands, pull: inRows(pull) };
  return runOp(
    tracedRuleOp,
    allRows(call),
    push === undefined ? rules : { ...rules, push: inRows(push) },
  );
}
