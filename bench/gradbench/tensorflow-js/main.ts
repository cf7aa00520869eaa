/** The tool over TensorFlow.js, with its modules for those evals that it can do. */

import type { Readable, Writable } from "node:stream";
import { openTensorFlowJs } from "../../peers.js";
import { serveLines } from "../lines.js";
import { answerLine } from "../protocol.js";
import { modules } from "./modules/index.js";
import { run } from "./run.js";

/** Answers until the input ends or nobody listens any more. */
export async function serve(input: Readable, output: Writable): Promise<void> {
  const backend = process.argv[2] ?? "wasm";
  if (backend !== "wasm" && backend !== "cpu") throw new Error(`no backend ${backend}`);
  await openTensorFlowJs(backend);
  const tool = { name: `tensorflow-js-${backend}`, run };
  await serveLines(input, output, (line) => answerLine(line, modules, tool));
}
