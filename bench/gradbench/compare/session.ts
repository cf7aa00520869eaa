/** A session with an eval: each input that it sends goes to our tool and to others, by turns. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../../../test/gradbench/close.js";
import { median } from "../../timing.js";
import type { Timing } from "../evaluation.js";
import type { Response } from "../protocol.js";
import type { Plan } from "./plan.js";
import { type Command, LineProgram, onProcessor, runOnce } from "./programs.js";
import { faultsBeside, type PeerTime, TensorFlowJsTool } from "./tensorflow-js.js";

/** How close both answers must be to each other. */
const TOLERANCE = 1e-8;

export interface Setup {
  /** A checkout of GradBench with the C++ tools built. */
  readonly checkout: string;
  readonly python: string;
  /** Our tool. */
  readonly tool: readonly string[];
  /** The tool over TensorFlow.js, if that is to run too. */
  readonly tensorFlowJs?: readonly string[];
  /** Which processor the tools run on; undefined for any. */
  readonly processor: number | undefined;
  /** How long a function is to be run at least in every turn. */
  readonly minimumSeconds: number;
  /** How many turns each tool has. */
  readonly turns: number;
  /** How long an answer may take. */
  readonly patience: number;
  /** Whether the time on an input is the mean of its runs, not the median. */
  readonly mean: boolean;
  /** Where inputs are put for the C++ tools. */
  readonly folder: string;
}

/** One function on one input by all tools. */
export interface Workload {
  readonly functionName: string;
  readonly description: string;
  /** Nanoseconds of a run. */
  readonly ours: number;
  readonly theirs: number;
  /** Where TensorFlow.js can do it. */
  readonly tensorFlowJs?: PeerTime;
  readonly prepare: number;
  readonly compile: number;
  /** What went wrong, or where an answer is: ours according to the eval, or beside that of the C++ tool. */
  readonly faults: readonly string[];
}

interface Message {
  readonly kind: string;
  readonly module: string;
  readonly function: string;
  readonly description?: string;
  readonly input: unknown;
  readonly valid?: boolean;
  readonly error?: string;
}

/** The workloads of an eval as they are measured. */
export async function* session(name: string, plan: Plan, setup: Setup): AsyncGenerator<Workload> {
  const { patience } = setup;
  const evaluator = new LineProgram(name, evalCommand(name, plan, setup));
  const tool = new LineProgram("our tool", pinned({ words: setup.tool, folder: "." }, setup));
  const third =
    setup.tensorFlowJs === undefined
      ? undefined
      : new TensorFlowJsTool(pinned({ words: setup.tensorFlowJs, folder: "." }, setup), patience);
  let judged: Workload | undefined;
  try {
    for (;;) {
      const line = await evaluator.read(patience);
      if (line === undefined) break;
      const message = JSON.parse(line) as Message;
      if (message.kind === "evaluate") {
        const { answer, workload } = await measure(line, message, tool, third, plan, setup);
        evaluator.write(answer);
        // What failed is never judged by the eval; what is wrong already needs no second verdict.
        if (workload.faults.length > 0) yield workload;
        else judged = workload;
        continue;
      }
      if (message.kind === "define") await third?.define(line);
      evaluator.write(await tool.ask(line, patience));
      if (message.kind === "analysis" && judged !== undefined) {
        const faults = message.valid === true ? [] : [`the eval: ${message.error ?? "invalid"}`];
        yield { ...judged, faults };
        judged = undefined;
      }
    }
    const [status] = await Promise.all([evaluator.end(), tool.end()]);
    if (status !== 0) throw new Error(`the eval ended with ${status}`);
  } finally {
    evaluator.kill();
    tool.kill();
    third?.kill();
  }
}

function pinned(command: Command, { processor }: Setup): Command {
  return processor === undefined ? command : onProcessor(processor, command);
}

function evalCommand(name: string, { flags }: Plan, setup: Setup): Command {
  const { checkout, python, minimumSeconds } = setup;
  const library = join(checkout, "python", "gradbench");
  const program = join(library, "gradbench", "evals", name, "run.py");
  const timed = name === "hello" ? [] : ["--min-seconds", String(minimumSeconds)];
  const words = [python, program, ...flags.split(" ").filter(Boolean), ...timed];
  return { words, folder: checkout, environment: { PYTHONPATH: library } };
}

async function measure(
  line: string,
  message: Message,
  tool: LineProgram,
  third: TensorFlowJsTool | undefined,
  { peer, unlike = [] }: Plan,
  setup: Setup,
): Promise<{ answer: string; workload: Workload }> {
  const { checkout, folder, turns, patience } = setup;
  const middle = setup.mean ? mean : median;
  const file = join(folder, "input.json");
  writeFileSync(file, JSON.stringify(message.input));
  const binary = join("tools", peer, "bin", message.module);
  const words = [binary, file, message.function];
  const theirs = (): Response => runOnce(pinned({ words, folder: checkout }, setup), patience);

  const answers: string[] = [];
  const others: Response[] = [];
  const thirds: Response[] = [];
  for (let turn = 0; turn < turns; turn++) {
    // Who is first changes, so that neither always runs on what the other one leaves.
    if (turn % 2 === 1) others.push(theirs());
    answers.push(await tool.ask(line, patience));
    if (turn % 2 === 0) others.push(theirs());
    const answer = await third?.answer(line);
    if (answer !== undefined) thirds.push(answer);
  }
  const own = answers.map((text) => JSON.parse(text) as Response);
  const [first, other] = [own[0]!, others[0]!];
  const comparable = other.success === true && !unlike.includes(message.function);
  const faults = [
    ...own.flatMap(({ error }) => error ?? []).slice(0, 1),
    ...others.flatMap(({ error }) => (error === undefined ? [] : `${peer}: ${error}`)).slice(0, 1),
    ...(comparable && first.success === true
      ? differences(other.output, first.output, TOLERANCE).slice(0, 3)
      : []),
  ];
  const workload = {
    functionName: message.function,
    description: message.description ?? JSON.stringify(message.input),
    ours: middle(timesOf(own, "evaluate")),
    theirs: middle(timesOf(others, "evaluate")),
    ...(thirds.length === 0
      ? {}
      : {
          tensorFlowJs: {
            evaluate: middle(timesOf(thirds, "evaluate")),
            whole: middle(timesOf(thirds, "whole")),
            faults: faultsBeside(first, thirds),
          },
        }),
    prepare: timesOf(own, "prepare")[0] ?? Number.NaN,
    compile: timesOf(own, "compile")[0] ?? Number.NaN,
    faults,
  };
  return { answer: answers[0]!, workload };
}

function timesOf(responses: readonly Response[], name: Timing["name"]): number[] {
  return responses
    .flatMap(({ timings = [] }) => timings)
    .filter((timing) => timing.name === name)
    .map(({ nanoseconds }) => nanoseconds);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
