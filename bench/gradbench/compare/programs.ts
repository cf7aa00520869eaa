/** The programs of a comparison: those that are spoken to line by line, and the C++ tools, which run once for every input. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Timing } from "../evaluation.js";
import type { Response } from "../protocol.js";

/** A program, its arguments, and what it is run with. */
export interface Command {
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The command on one processor, so that threads and the engine's own helpers have none beside it. */
export function onProcessor(processor: number, command: Command): Command {
  return { ...command, words: ["taskset", "-c", String(processor), ...command.words] };
}

/** A program that reads lines and writes lines. */
export class LineProgram {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #failure: Error | undefined;

  constructor(name: string, { words, folder, environment }: Command) {
    const [program = "", ...rest] = words;
    this.#name = name;
    this.#child = spawn(program, rest, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.on("error", (error) => {
      this.#failure = error;
    });
    // That a program is gone shows in what it no longer writes.
    this.#child.stdin!.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  write(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** The next line; undefined once there are no more. @throws Error when it takes longer than this. */
  async read(seconds: number): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `${this.#name} writes nothing for ${seconds} seconds`;
      timer = setTimeout(() => reject(new Error(message)), seconds * 1e3);
    });
    try {
      const next = await Promise.race([this.#lines.next(), late]);
      if (this.#failure !== undefined) throw this.#failure;
      return next.done === true ? undefined : next.value;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer to a line. @throws Error when there is none. */
  async ask(line: string, seconds: number): Promise<string> {
    this.write(line);
    const answer = await this.read(seconds);
    if (answer === undefined) throw new Error(`${this.#name} ended without an answer`);
    return answer;
  }

  /** Waits until it has ended, which it does when it has read all its input, and gives its exit status. */
  async end(): Promise<number | null> {
    this.#child.stdin!.end();
    const { exitCode, signalCode, pid } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      await once(this.#child, "exit");
    }
    return this.#child.exitCode;
  }

  /** Ends it at once, if it has not ended. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** What a C++ tool answers: a line with its output, and one for every timing. */
export function runOnce({ words, folder }: Command, seconds: number): Response {
  const [program = "", ...rest] = words;
  const { status, signal, stdout, stderr, error } = spawnSync(program, rest, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    timeout: seconds * 1e3,
  });
  if (error !== undefined || status !== 0) {
    const reason = error?.message ?? (stderr.trim() || `ended with ${signal ?? status}`);
    return { id: null, success: false, error: reason };
  }
  const [output = "null", ...timings] = stdout.trimEnd().split("\n");
  return {
    id: null,
    success: true,
    output: JSON.parse(output),
    timings: timings.map((line) => JSON.parse(line) as Timing),
  };
}
