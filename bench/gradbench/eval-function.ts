/** A function of an eval: its input prepared once, evaluated as often as the eval asks, and its result as JSON. */

import * as tf from "gradtape";

/** The three steps to an answer: methods, so that those of any types are an `EvalFunction`. */
export interface Steps<I, A extends readonly unknown[], R> {
  /** The arguments of `evaluate`: what the input holds as tensors, and tables that follow from its sizes. */
  prepare(input: I): A;
  /** What is timed: a pure function of tensors and plain values. */
  evaluate(...parameters: A): R;
  /** The result as the eval wants it in JSON. */
  output(result: R): unknown;
}

/** Steps of whichever types, which fit each other. */
export type EvalFunction = Steps<unknown, readonly unknown[], unknown>;

/** The functions of an eval by name. */
export type EvalModule = Readonly<Record<string, EvalFunction>>;

/** Part of the time that an answer took. */
export interface Timing {
  readonly name: "prepare" | "compile" | "evaluate";
  readonly nanoseconds: number;
}

/** The result for the input of a message, and the times: "prepare", "compile" for a first call, and one "evaluate" for every run. */
export interface Evaluated {
  readonly output: unknown;
  readonly timings: readonly Timing[];
}

/** Checks that the steps fit each other. */
export function evalFunction<I, A extends readonly unknown[], R>(
  steps: Steps<I, A, R>,
): Steps<I, A, R> {
  return steps;
}

type Compiled = tf.Compiled<readonly unknown[], unknown>;

const compiled = new WeakMap<EvalFunction, Compiled>();

/** What is timed, compiled once for all inputs of one shape. */
function compiledOf(steps: EvalFunction): Compiled {
  let found = compiled.get(steps);
  if (found === undefined) {
    found = tf.compile(steps.evaluate);
    compiled.set(steps, found);
  }
  return found;
}

/**
 * Goes through the steps. An input that does not fit makes one of them fail. All runs that are timed write into the same arrays, as the
 * C++ tools of GradBench do, which compute into one output again and again (`function_main` in cpp/gradbench/main.hpp).
 */
export function run(steps: EvalFunction, input: unknown): Evaluated {
  const timings: Timing[] = [];
  const timed = <T>(name: Timing["name"], step: () => T): T => {
    const start = performance.now();
    const result = step();
    timings.push({ name, nanoseconds: Math.round((performance.now() - start) * 1e6) });
    return result;
  };
  const parameters = timed("prepare", () => steps.prepare(input));
  const evaluate = compiledOf(steps);
  const first = timed("compile", () => evaluate(...parameters));
  const { runs, nanoseconds } = repetition(input);
  const arrays = new Map<tf.Tensor, tf.TypedArray>();
  const outputs = mapTensors(first, (tensor) => {
    const array = arrays.get(tensor) ?? tensor.data().fill(0);
    arrays.set(tensor, array);
    return array;
  });
  let spent = 0;
  do {
    timed("evaluate", () => evaluate.into(outputs, ...parameters));
    spent += timings.at(-1)!.nanoseconds;
  } while (timings.length - 2 < runs || spent < nanoseconds);
  const result = mapTensors(first, (tensor) =>
    tf.constant(arrays.get(tensor)!, { dtype: tensor.dtype, shape: tensor.shape }),
  );
  return { output: steps.output(result), timings };
}

/** A nest with something else in the place of each tensor. */
function mapTensors(nest: unknown, f: (tensor: tf.Tensor) => unknown): unknown {
  if (nest instanceof tf.Tensor) return f(nest);
  if (Array.isArray(nest)) return nest.map((part) => mapTensors(part, f));
  if (typeof nest !== "object" || nest === null) return nest;
  return Object.fromEntries(Object.entries(nest).map(([key, part]) => [key, mapTensors(part, f)]));
}

/** How often, and how long in all, a function is to run at least: once, unless the input says more. */
function repetition(input: unknown): { readonly runs: number; readonly nanoseconds: number } {
  const { min_runs, min_seconds } = Object(input) as { min_runs?: unknown; min_seconds?: unknown };
  return { runs: Number(min_runs ?? 1), nanoseconds: Number(min_seconds ?? 0) * 1e9 };
}
