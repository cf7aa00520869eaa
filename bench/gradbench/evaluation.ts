/** The answer of a function of an eval: its input prepared once, evaluated as often as the eval asks, and its result as JSON. */

/** The three steps to an answer: methods, so that those of any types are an `EvalFunction`. */
export interface Steps<I, A extends readonly unknown[], R> {
  /** The arguments of `evaluate`: what the input holds as tensors, and tables that follow from its sizes. */
  prepare(input: I): A;
  /** A pure function of tensors and plain values. */
  evaluate(...parameters: A): R;
  /** The result as the eval wants it in JSON. */
  output(result: R): unknown;
}

/** The steps with `evaluate` as it is timed: compiled, where the library can do that. */
export interface TimedSteps<I, A extends readonly unknown[], R> extends Steps<I, A, R> {
  timed(...parameters: A): R;
  /** Further runs, once it is known what the first gives; as the first where this is not said. */
  again?(first: R): Again<A, R>;
}

/** Runs whose result is kept until the next. */
export interface Again<A extends readonly unknown[], R> {
  run(...parameters: A): void;
  result(): R;
}

/** Steps of whichever types, which fit each other. */
export type EvalFunction = TimedSteps<unknown, readonly unknown[], unknown>;

/** The functions of an eval by name. */
export type EvalModule = Readonly<Record<string, EvalFunction>>;

/** Part of the time that an answer took; "whole" is that of preparation, evaluation and output together. */
export interface Timing {
  readonly name: "prepare" | "compile" | "evaluate" | "whole";
  readonly nanoseconds: number;
}

/** The result for the input of a message, and the times: "prepare", "compile" for a first call, and one "evaluate" for every run. */
export interface Evaluated {
  readonly output: unknown;
  readonly timings: readonly Timing[];
}

/** Goes through the steps. An input that does not fit makes one of them fail. */
export function run(steps: EvalFunction, input: unknown): Evaluated {
  const timings: Timing[] = [];
  const timed = <T>(name: Timing["name"], step: () => T): T => {
    const start = performance.now();
    const result = step();
    timings.push({ name, nanoseconds: Math.round((performance.now() - start) * 1e6) });
    return result;
  };
  const parameters = timed("prepare", () => steps.prepare(input));
  const first = timed("compile", () => steps.timed(...parameters));
  const again = steps.again?.(first) ?? repeated(steps, first);
  const { runs, nanoseconds } = repetition(input);
  let spent = 0;
  do {
    timed("evaluate", () => again.run(...parameters));
    spent += timings.at(-1)!.nanoseconds;
  } while (timings.length - 2 < runs || spent < nanoseconds);
  return { output: steps.output(again.result()), timings };
}

function repeated<A extends readonly unknown[], R>(
  { timed }: Pick<TimedSteps<never, A, R>, "timed">,
  first: R,
): Again<A, R> {
  let result = first;
  return {
    run: (...parameters) => {
      result = timed(...parameters);
    },
    result: () => result,
  };
}

/** How often, and how long in all, a function is to run at least: once, unless the input says more. */
export function repetition(input: unknown): {
  readonly runs: number;
  readonly nanoseconds: number;
} {
  const { min_runs, min_seconds } = Object(input) as { min_runs?: unknown; min_seconds?: unknown };
  return { runs: Number(min_runs ?? 1), nanoseconds: Number(min_seconds ?? 0) * 1e9 };
}
