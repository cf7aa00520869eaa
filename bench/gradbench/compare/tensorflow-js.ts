/** TensorFlow.js beside the tools: its own tool on the same inputs, for the evals that it can do. */

import { differences, FLOAT32 } from "../../../test/gradbench/close.js";
import type { Response } from "../protocol.js";
import { type Command, LineProgram } from "./programs.js";

/** What it took for an input, and what was wrong with its answer. */
export interface PeerTime {
  /** Nanoseconds of the operations alone, as of ours. */
  readonly evaluate: number;
  /** Nanoseconds from numbers to numbers: what GradBench's own tool over TensorFlow.js reports. */
  readonly whole: number;
  readonly faults: readonly string[];
}

/** Its tool in a process. Where it fails, that is told in its answers, so that the others go on without it. */
export class TensorFlowJsTool {
  readonly #program: LineProgram;
  readonly #patience: number;
  #isOver = false;

  constructor(command: Command, patience: number) {
    this.#program = new LineProgram("TensorFlow.js", command);
    this.#patience = patience;
  }

  /** Its answer, once it has been asked whether it has the module and until it fails; undefined otherwise. */
  async answer(line: string): Promise<Response | undefined> {
    if (this.#isOver) return undefined;
    try {
      return JSON.parse(await this.#program.ask(line, this.#patience)) as Response;
    } catch (error) {
      this.kill();
      return { id: null, success: false, error: String(error) };
    }
  }

  /** Asks whether it has the module that the line names. */
  async define(line: string): Promise<void> {
    const response = await this.answer(line);
    if (response?.success !== true) this.kill();
  }

  /** Ends it; there are no answers any more. */
  kill(): void {
    this.#isOver = true;
    this.#program.kill();
  }
}

/** What was wrong with its answers beside ours. */
export function faultsBeside(ours: Response, answers: readonly Response[]): string[] {
  const failures = answers.flatMap(({ error }) => error ?? []).slice(0, 1);
  if (failures.length > 0 || ours.success !== true) return failures;
  return differences(ours.output, answers[0]?.output, FLOAT32).slice(0, 3);
}
