/** Recorded sessions with all evals: every answer is compared with that of an independent program. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Evaluated } from "../../bench/gradbench/evaluation.js";
import { modules } from "../../bench/gradbench/modules/index.js";
import { answerLine, type Response } from "../../bench/gradbench/protocol.js";
import { differences } from "./close.js";
import { type Exchange, toleranceOf } from "./session.js";

const folder = new URL("./sessions/", import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));

function exchangesOf(name: string): Exchange[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Exchange[];
}

function respond(message: Exchange["message"]): Response {
  return JSON.parse(answerLine(JSON.stringify(message), modules)) as Response;
}

/** One preparation, one first call that compiles, and then as many runs as were asked for. */
function expectTimings(timings: Response["timings"], runs: number): void {
  const given: Evaluated["timings"] = timings ?? [];
  const kinds = given.map(({ name }) => name);
  expect(kinds).toEqual(["prepare", "compile", ...Array.from({ length: runs }, () => "evaluate")]);
  for (const { nanoseconds } of given) {
    expect(Number.isInteger(nanoseconds) && nanoseconds >= 0).toBe(true);
  }
}

function check({ message, output }: Exchange): void {
  const response = respond(message);
  const { id, kind, module, input } = message;
  expect(response.id).toBe(id);
  if (kind === "start") expect(response).toEqual({ id, tool: "gradtape" });
  else if (kind === "define") expect(response).toEqual({ id, success: true });
  else if (kind === "evaluate") {
    expect(response.error).toBe(undefined);
    expect(response.success).toBe(true);
    expect(differences(output, response.output, toleranceOf(String(module)))).toEqual([]);
    const { min_runs = 1 } = Object(input) as { min_runs?: number };
    expectTimings(response.timings, min_runs);
  } else expect(response).toEqual({ id });
}

describe.each(names)("%s", (name) => {
  const exchanges = exchangesOf(name);

  it.each(exchanges.map((exchange, place) => ({ place, exchange, ...exchange.message })))(
    "answers message $place, $kind $function $description",
    ({ exchange }) => check(exchange),
  );

  it("is asked for every function", () => {
    const asked = exchanges.flatMap(({ message }) => message["function"] ?? []);
    expect(new Set(asked)).toEqual(new Set(Object.keys(modules[name as keyof typeof modules])));
  });
});

it("has a session with every eval, of 200 kB together", () => {
  expect(new Set(names)).toEqual(new Set(Object.keys(modules)));
  const sizes = readdirSync(folder).map(
    (file) => statSync(fileURLToPath(new URL(file, folder))).size,
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
});
