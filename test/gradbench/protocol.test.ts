/** Messages that the tool cannot serve: each is answered, with its id and a reason, and the next one is served. */

import { describe, expect, it } from "vitest";
import { evalFunction } from "../../bench/gradbench/eval-function.js";
import { run } from "../../bench/gradbench/evaluation.js";
import { modules } from "../../bench/gradbench/modules/index.js";
import { answer, answerLine, type Response } from "../../bench/gradbench/protocol.js";

const respond = (line: string): Response => JSON.parse(answerLine(line, modules)) as Response;

const evaluate = (module: unknown, name: unknown, input?: unknown): Response =>
  answer({ id: 7, kind: "evaluate", module, function: name, input }, modules);

describe("lines that are no messages", () => {
  it.each(["", "{", "nonsense", '{"id":1,"kind":"start"'])("refuses %j", (line) => {
    const { id, success, error } = respond(line);
    expect({ id, success }).toEqual({ id: null, success: false });
    expect(error).toMatch(/^the line is not JSON: /);
  });

  it.each(["null", "3", '"start"', "[]", "[{}]"])("refuses %s", (line) => {
    const error = "a message must be an object";
    expect(respond(line)).toEqual({ id: null, success: false, error });
  });

  it.each(["{}", '{"id":"1","kind":"start"}', '{"id":1.5}', '{"id":null}'])(
    "refuses %s",
    (line) => {
      const { id, success, error } = respond(line);
      expect({ id, success }).toEqual({ id: null, success: false });
      expect(error).toMatch(/^a message must have an integer id, got /);
    },
  );
});

describe("kinds", () => {
  it.each(["analysis", "end", "log", "unheard-of", 3, undefined, null])(
    "acknowledges %j",
    (kind) => {
      expect(answer({ id: 5, kind }, modules)).toEqual({ id: 5 });
    },
  );

  it("names itself at the start", () => {
    expect(answer({ id: 0, kind: "start", eval: "hello" }, modules)).toEqual({
      id: 0,
      tool: "gradtape",
    });
  });
});

describe("modules and functions", () => {
  it.each(["nothing", "constructor", "__proto__", "", 3, null, undefined])(
    "has no %j",
    (module) => {
      const defined = answer({ id: 3, kind: "define", module }, modules);
      expect(defined).toMatchObject({ id: 3, success: false });
      expect(defined.error).toMatch(/^no module .*; there are ba, det, gmm, /);
      expect(evaluate(module, "square", 2)).toEqual({ ...defined, id: 7 });
    },
  );

  it.each(["cube", "toString", "__proto__", "", 3, null, undefined])("has no hello %j", (name) => {
    const { id, success, error } = evaluate("hello", name, 2);
    expect({ id, success }).toEqual({ id: 7, success: false });
    expect(error).toMatch(/^no function .* in module hello; there are square, double$/);
  });

  it("evaluates what has not been defined before", () => {
    expect(evaluate("hello", "square", 3)).toMatchObject({ id: 7, success: true, output: 9 });
  });
});

describe("inputs", () => {
  const others = Object.entries(modules).flatMap(([module, functions]) =>
    Object.keys(functions).map((name) => ({ module, name })),
  );

  it.each(others)("tells what is wrong with those of $module $name", ({ module, name }) => {
    for (const input of [undefined, null, {}, [], "text"]) {
      const response = evaluate(module, name, input);
      expect(response, JSON.stringify(input)).toMatchObject({ id: 7, success: false });
      expect(response.error).toMatch(/Error: /);
    }
  });

  it("goes on after a failure", () => {
    expect(evaluate("lse", "gradient", { x: [[1], [2, 3]] }).success).toBe(false);
    expect(evaluate("lse", "gradient", { x: [1, 1] })).toMatchObject({ output: [0.5, 0.5] });
  });
});

describe("repetition", () => {
  const counting = evalFunction({
    prepare: (): [] => [],
    evaluate: () => 7,
    output: (result: number) => result,
  });

  function runs(input: unknown): number {
    const { output, timings } = run(counting, input);
    expect(output).toBe(7);
    return timings.filter(({ name }) => name === "evaluate").length;
  }

  it("runs once unless more is asked for", () => {
    for (const input of [3, null, undefined, {}, { min_runs: 1, min_seconds: 0 }]) {
      expect(runs(input)).toBe(1);
    }
  });

  it("runs as often as it is to", () => {
    expect(runs({ min_runs: 5, min_seconds: 0 })).toBe(5);
  });

  it("runs as long as it is to", () => {
    const { timings } = run(counting, { min_runs: 2, min_seconds: 0.01 });
    const spent = timings
      .filter(({ name }) => name === "evaluate")
      .reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
    expect(spent).toBeGreaterThanOrEqual(1e7);
  });
});
