/** `whileLoop`: a function repeated as long as a condition holds. */

import { type Differential, readLeaf } from "../autodiff/arguments.js";
import { ruleGraph } from "../autodiff/graph-rules.js";
import { describe } from "../core/convert.js";
import { isTracing, runOp } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import { flattenNest, replaceLeaves } from "../core/nest.js";
import { checkOptions } from "../core/options.js";
import { checkInteger } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { readCapture, runGraph } from "../graph/interpret.js";
import { readLeaves } from "../graph/trace-function.js";
import { checkCondition, scalarCondition } from "./condition.js";
import { loopOp } from "./loop.js";
import { checkIterations } from "./loop-run.js";
import { captureReads, carryReads, checkCarried, nextVariables } from "./loop-variables.js";
import { traceNest } from "./trace-nest.js";

/** The loop variables of type `V` as the functions see them. */
export type LoopVariables<V extends readonly unknown[]> = {
  -readonly [K in keyof V]: Differential<V[K]>;
};

/** Options of `whileLoop`. */
export interface WhileLoopOptions {
  /** How many iterations there may be; one more is a LoopError. By default any number. */
  readonly maximumIterations?: number;
}

/**
 * The loop variables after `body` has been applied to them as often as `condition` holds. It is differentiable in both modes and to any order
 * for any number of iterations; the backward pass costs about as much again, and keeps the variables of every iteration.
 *
 * Outside of traced functions it is a `while`: its functions run on values. While a function is traced they are traced once.
 *
 * @param condition of the loop variables; gives a bool scalar, or true or false
 * @param body of the loop variables; gives their next values, in the same structure, shapes and dtypes, in a list (or by itself where
 * there is one variable)
 * @param loopVars the values to start with, in a list of nests of tensors
 *
 * @example
 * // Newton's method for √2
 * const [root] = tf.whileLoop(
 *   (x) => tf.greater(tf.abs(x.mul(x).sub(2)), 1e-12),
 *   (x) => [x.add(tf.divide(2, x)).mul(0.5)],
 *   [tf.constant(1, { dtype: "float64" })],
 * );
 *
 * @throws ShapeError or DTypeError when a loop variable changes its type, or the condition is no bool scalar; LoopError after
 * `maximumIterations`; ArgumentError when structures differ, or something is no function.
 */
export function whileLoop<const V extends readonly unknown[]>(
  condition: (...variables: LoopVariables<V>) => Tensor | boolean,
  body: (...variables: LoopVariables<V>) => unknown,
  loopVars: V,
  options: WhileLoopOptions = {},
): LoopVariables<V> {
  const operation = "whileLoop";
  for (const [name, f] of Object.entries({ condition, body })) {
    if (typeof f !== "function") {
      throw new ArgumentError(`${operation}: ${name} must be a function, got ${describe(f)}`);
    }
  }
  checkOptions(options, ["maximumIterations"], operation);
  const { maximumIterations } = options;
  if (maximumIterations !== undefined) {
    checkInteger(maximumIterations, operation, "maximumIterations");
    if (maximumIterations < 0) {
      throw new ArgumentError(
        `${operation}: maximumIterations must not be negative, got ${maximumIterations}`,
      );
    }
  }
  if (!Array.isArray(loopVars)) {
    throw new ArgumentError(
      `${operation}: loopVars must be a list of loop variables, got ${describe(loopVars)}`,
    );
  }
  const initial = readLeaves(flattenNest(loopVars, operation, "loopVars"));
  const structured = (leaves: readonly Tensor[]): LoopVariables<V> =>
    replaceLeaves(loopVars, (_, index) => leaves[index]!) as LoopVariables<V>;
  const next = (leaves: readonly Tensor[]): readonly Tensor[] =>
    nextVariables(body(...structured(leaves)), loopVars, operation);
  const test = (leaves: readonly Tensor[]): Tensor | boolean => condition(...structured(leaves));
  const run = isTracing() ? runTraced : runEager;
  return structured(run(test, next, initial, maximumIterations));
}

type Test = (leaves: readonly Tensor[]) => Tensor | boolean;
type Next = (leaves: readonly Tensor[]) => readonly Tensor[];

function runEager(
  test: Test,
  next: Next,
  initial: readonly Tensor[],
  maximum: number | undefined,
): readonly Tensor[] {
  let leaves = initial;
  for (let iteration = 0; isTrue(test(leaves)); iteration++) {
    checkIterations(iteration, maximum, "whileLoop");
    const following = next(leaves);
    checkCarried(leaves, following, "whileLoop", "loop variable");
    leaves = following;
  }
  return leaves;
}

function isTrue(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  return scalarCondition(conditionTensor(value), "whileLoop");
}

function conditionTensor(value: unknown): Tensor {
  if (value instanceof Tensor || value instanceof Variable) return readLeaf(value);
  throw new ArgumentError(
    `whileLoop: condition must give a bool scalar, or true or false, got ${describe(value)}`,
  );
}

function runTraced(
  test: Test,
  next: Next,
  initial: readonly Tensor[],
  maximumIterations: number | undefined,
): readonly Tensor[] {
  const operation = "whileLoop";
  const doing = "tf.whileLoop traces its functions";
  const types = initial.map(({ type }) => type);
  const tested = traceNest(
    "condition",
    types,
    (...leaves) => {
      const value = test(leaves);
      if (typeof value === "boolean") {
        throw new ArgumentError(
          `${operation}: while it is traced, condition must give a bool tensor of the loop variables, got ${value}`,
        );
      }
      const tensor = conditionTensor(value);
      checkCondition(tensor, operation);
      return tensor;
    },
    doing,
    operation,
  );
  const stepped = traceNest(
    "body",
    types,
    (...leaves) => {
      const following = next(leaves);
      checkCarried(leaves, following, operation, "loop variable");
      return following;
    },
    doing,
    operation,
  );
  const captured = [...stepped.captured, ...tested.captured].map(readCapture);
  const carries = carryReads(0, types.length);
  return runOp(loopOp, [...captured, ...initial], {
    operation,
    captures: captured.length,
    elems: 0,
    trip: {
      kind: "while",
      test: ruleGraph(
        "condition",
        [...types, ...tested.captured.map(({ type }) => type)],
        (values) => runGraph(tested.graph, values).map((value) => value.reshape([])),
      ),
      reads: [...carries, ...captureReads(stepped.captured.length, tested.captured.length)],
      maximumIterations,
    },
    passes: [
      {
        reverse: false,
        body: stepped.graph,
        reads: [...carries, ...captureReads(0, stepped.captured.length)],
        carries: types.length,
      },
    ],
    stacked: [],
  });
}
