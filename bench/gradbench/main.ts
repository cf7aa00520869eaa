/** The tool as a program: reads a message a line, and writes a response a line. */

import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { modules } from "./modules/index.js";
import { answerLine } from "./protocol.js";

/** Answers until the input ends or nobody listens any more. */
export async function serve(input: Readable, output: Writable): Promise<void> {
  let open = true;
  output.on("error", () => {
    open = false;
  });
  for await (const line of createInterface({ input })) {
    if (!open) break;
    if (line.trim() !== "") output.write(`${answerLine(line, modules)}\n`);
  }
}
