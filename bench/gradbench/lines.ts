/** A tool as a program: a message a line comes in, and a response a line goes out. */

import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Answers until the input ends or nobody listens any more. */
export async function serveLines(
  input: Readable,
  output: Writable,
  answer: (line: string) => string,
): Promise<void> {
  let open = true;
  output.on("error", () => {
    open = false;
  });
  for await (const line of createInterface({ input })) {
    if (!open) break;
    if (line.trim() !== "") output.write(`${answer(line)}\n`);
  }
}
