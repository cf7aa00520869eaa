/** The tool over TensorFlow.js answers the recorded sessions of the evals that it can do, as closely as float32 allows. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { answerLine, type Response } from "../../bench/gradbench/protocol.js";
import { modules } from "../../bench/gradbench/tensorflow-js/modules/index.js";
import { run } from "../../bench/gradbench/tensorflow-js/run.js";
import { openTensorFlowJs } from "../../bench/peers.js";
import { differences, FLOAT32 } from "./close.js";
import type { Exchange } from "./session.js";

beforeAll(async () => {
  await openTensorFlowJs("wasm");
});

describe.each(Object.keys(modules))("%s", (name) => {
  const file = new URL(`./sessions/${name}.json`, import.meta.url);
  const exchanges = JSON.parse(readFileSync(file, "utf8")) as Exchange[];

  it.each(
    exchanges
      .filter(({ message }) => message["kind"] === "evaluate")
      .map((exchange) => ({ exchange, ...exchange.message })),
  )("answers $function $description", ({ exchange: { message, output } }) => {
    const line = answerLine(JSON.stringify(message), modules, { name: "tensorflow-js", run });
    const response = JSON.parse(line) as Response;
    expect(response.error).toBe(undefined);
    expect(differences(output, response.output, FLOAT32)).toEqual([]);
  });

  it("is asked for every function", () => {
    const asked = exchanges.flatMap(({ message }) => message["function"] ?? []);
    expect(new Set(asked)).toEqual(new Set(Object.keys(modules[name]!)));
  });
});
