/** The tool over gradtape. */

import type { Readable, Writable } from "node:stream";
import { serveLines } from "./lines.js";
import { modules } from "./modules/index.js";
import { answerLine } from "./protocol.js";

/** Answers until the input ends or nobody listens any more. */
export async function serve(input: Readable, output: Writable): Promise<void> {
  await serveLines(input, output, (line) => answerLine(line, modules));
}
