/** `customGradient`: functions that bring their own derivative. */

import { describe } from "../core/convert.js";
import { isTracing, type Recorder, runOp, takeOrder, unheard } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError } from "../core/errors.js";
import { closeGraph } from "../core/graph.js";
import { flattenNest, isPlainObject, replaceLeaves } from "../core/nest.js";
import type { Tensor, VariableIdentity } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { readCapture } from "../graph/interpret.js";
import { traceGraph } from "../graph/trace.js";
import { readLeaves } from "../graph/trace-function.js";
import { stopGradient } from "../ops/identity.js";
import { checkFunction, type Differential, readLeaf } from "./arguments.js";
import { argumentLeaves, matchCotangents, replaceTensors } from "./custom-gradient-cotangents.js";
import {
  closedRuleOp,
  type MaybeTensors,
  type RuleGraph,
  tracedRuleOp,
  transposeLinear,
} from "./custom-gradient-ops.js";
import { orZeros } from "./graph-rules.js";
import { listenTo } from "./listen.js";
import { matchTangents } from "./match-tangents.js";

/** Cotangents in the structure of the arguments; null where one is zero. */
export type InputCotangents =
  | Tensor
  | null
  | undefined
  | readonly InputCotangents[]
  | { readonly [key: string]: InputCotangents };

/**
 * What the pullback of a custom gradient gives: for one argument its cotangent, for several a list of theirs. If the function reads
 * trainable variables that are not arguments, `{ inputs, variables }`, with a list of cotangents of the variables beside.
 */
export type CustomCotangents =
  | InputCotangents
  | { readonly inputs: InputCotangents; readonly variables: readonly (Tensor | null)[] };

/** What a function with a custom gradient returns. */
export type CustomResult<R> =
  | readonly [
      value: R,
      pullback: (cotangent: Differential<R>, variables: readonly Variable[]) => CustomCotangents,
    ]
  | readonly [
      value: R,
      pullback: (cotangent: Differential<R>, variables: readonly Variable[]) => CustomCotangents,
      pushforward: (...tangents: never) => Differential<R>,
    ];

/** Notes the trainable variables that are read. */
class VariableWatcher implements Recorder {
  readonly order = takeOrder();
  readonly variables: Variable[] = [];

  record(): void {}
  valueRead(): void {}

  variableRead(variable: VariableIdentity): void {
    const isNew = variable instanceof Variable && !this.variables.includes(variable);
    if (isNew && variable.trainable && isFloating(variable.dtype)) this.variables.push(variable);
  }
}

/**
 * A function with a derivative of its own, in place of that of what it does.
 *
 * `f` is recorded as usual and only its values are attached to the given rule, so that tensors which the rule closes over stay
 * differentiable, and second derivatives are right. Forward mode uses the third part of what `f` returns, a function from the tangents of the
 * arguments to that of the value; without it the pullback is transposed, which is right as it is linear.
 *
 * @param f returns `[value, pullback]` or `[value, pullback, pushforward]`
 * @returns a function of the same arguments that gives the value
 *
 * @example
 * // log(1 + eˣ), whose derivative 1 − 1/(1 + eˣ) stays finite where eˣ overflows
 * const log1pexp = tf.customGradient((x: tf.Tensor) => {
 *   const e = tf.exp(x);
 *   return [tf.math.log(e.add(1)), (cotangent) => cotangent.mul(tf.subtract(1, tf.divide(1, e.add(1))))];
 * });
 *
 * @throws ArgumentError when `f` returns something else, or the pullback gives too few or too many cotangents or none for variables
 * that were read; ShapeError or DTypeError when a cotangent does not fit its argument; whatever `f` and its rules throw.
 */
export function customGradient<A extends readonly unknown[], R>(
  f: (...parameters: A) => CustomResult<R>,
): (...parameters: A) => Differential<R> {
  checkFunction(f, "customGradient");
  return (...parameters) => {
    // The rule is for the present values of variables.
    const own = parameters.map((parameter) => replaceTensors(parameter, readLeaf)) as never as A;
    const watcher = new VariableWatcher();
    const returned = listenTo(watcher, () => f(...own));
    const { value, pullback, pushforward } = checkReturned(returned);
    const values = readLeaves(flattenNest(value, "customGradient", "the value that f returns"));
    const leaves = argumentLeaves(own);
    const variables = watcher.variables.filter((variable) => !isAmong(variable, parameters));
    const operands = [...leaves.map(({ tensor }) => tensor), ...variables.map((one) => one.read())];
    const structured = (tensors: MaybeTensors): unknown =>
      replaceLeaves(value, (_, index) => orZeros(tensors[index], values[index]!));
    const pull = (cotangents: MaybeTensors): MaybeTensors =>
      matchCotangents(pullback(structured(cotangents), variables), own, leaves, variables);
    const push =
      pushforward === undefined
        ? undefined
        : (tangents: MaybeTensors): MaybeTensors => {
            const directions = leaves.map(({ tensor }, index) => orZeros(tangents[index], tensor));
            const result = pushforward(...structuredTangents(own, directions));
            return matchTangents(
              value,
              values,
              result,
              "customGradient",
              "what the forward rule gives",
            );
          };
    // Tapes are to find the way to the arguments, not to what the values were computed from.
    const detached = unheard(() => values.map((one) => stopGradient(one)));
    const outputs = isTracing()
      ? runTraced(operands, detached, pull, push)
      : runOp(closedRuleOp, [...operands, ...detached], {
          operands: operands.length,
          pull,
          push: push ?? ((tangents) => transposedPull(pull, tangents, operands, values)),
        });
    return replaceLeaves(value, (_, index) => outputs[index]!) as Differential<R>;
  };
}

/** Whether a variable is, or is in, an argument. */
function isAmong(variable: Variable, part: unknown): boolean {
  if (part === variable) return true;
  if (Array.isArray(part)) return part.some((one) => isAmong(variable, one));
  return isPlainObject(part) && Object.values(part).some((one) => isAmong(variable, one));
}

/** The arguments with directions in the place of their tensors. */
function structuredTangents(
  parameters: readonly unknown[],
  directions: readonly Tensor[],
): never[] {
  let next = 0;
  return parameters.map(
    (parameter) => replaceTensors(parameter, () => directions[next++]!) as never,
  );
}

interface Returned {
  readonly value: unknown;
  readonly pullback: (cotangent: unknown, variables: readonly Variable[]) => unknown;
  readonly pushforward: ((...tangents: never[]) => unknown) | undefined;
}

/** @throws ArgumentError when `f` did not return a value and its rules. */
function checkReturned(returned: unknown): Returned {
  const parts: readonly unknown[] = Array.isArray(returned) ? returned : [];
  const [value, pullback, pushforward] = parts;
  const fits =
    (parts.length === 2 || parts.length === 3) &&
    parts.slice(1).every((part) => typeof part === "function");
  if (!fits) {
    throw new ArgumentError(
      "customGradient: f must return [value, pullback] or [value, pullback, pushforward], where the last two are functions, " +
        `got ${Array.isArray(returned) ? `[${parts.map(describe).join(", ")}]` : describe(returned)}`,
    );
  }
  return { value, pullback, pushforward } as Returned;
}

/** Tangents by the pullback alone. */
function transposedPull(
  pull: (cotangents: MaybeTensors) => MaybeTensors,
  tangents: MaybeTensors,
  operands: readonly Tensor[],
  values: readonly Tensor[],
): MaybeTensors {
  const linear = (cotangents: readonly Tensor[]): readonly Tensor[] => {
    const found = pull(cotangents);
    return operands.map((operand, index) => orZeros(found[index], operand));
  };
  return transposeLinear(linear, values, tangents);
}

/** The operation of a traced function, whose rules become graphs. */
function runTraced(
  operands: readonly Tensor[],
  values: readonly Tensor[],
  pull: (cotangents: MaybeTensors) => MaybeTensors,
  push: ((tangents: MaybeTensors) => MaybeTensors) | undefined,
): readonly Tensor[] {
  const pulled = traceRule(values, pull);
  const pushed = push && traceRule(operands, push);
  const count = operands.length;
  const captured = [...pulled.captured, ...(pushed?.captured ?? [])];
  const rules = { operands: count, pull: pulled.rule };
  return runOp(
    tracedRuleOp,
    [...operands, ...captured, ...values],
    pushed === undefined ? rules : { ...rules, push: pushed.rule },
  );
}

/** A rule from tensors like the given ones, of which only floating ones count, as a graph, and what it closed over. */
function traceRule(
  like: readonly Tensor[],
  rule: (given: MaybeTensors) => MaybeTensors,
): { readonly rule: RuleGraph; readonly captured: readonly Tensor[] } {
  let places: readonly number[] = [];
  const floating = like.filter(({ dtype }) => isFloating(dtype));
  const traced = traceGraph(
    "rule",
    floating.map(({ type }) => type),
    (...given) => {
      let next = 0;
      const all = like.map(({ dtype }) => (isFloating(dtype) ? given[next++] : undefined));
      const results = rule(all);
      places = [...results.keys()].filter((place) => results[place] !== undefined);
      return results.filter((one) => one !== undefined);
    },
    "the rule of a custom gradient is traced",
  );
  const { graph, captured } = closeGraph(traced);
  return {
    rule: { graph, places, captured: captured.length },
    captured: captured.map(readCapture),
  };
}
