/** GradBench's protocol from the side of a tool: what it answers to each message. */

import { type EvalFunction, type EvalModule, run, type Timing } from "./evaluation.js";

/** What the tool knows, by the names of the evals. */
export type Modules = Readonly<Record<string, EvalModule>>;

/** A response; it has the id of its message, or null where that had none. */
export interface Response {
  readonly id: number | null;
  readonly tool?: string;
  readonly success?: boolean;
  readonly error?: string;
  readonly output?: unknown;
  readonly timings?: readonly Timing[];
}

/** What a tool calls itself, and how it goes through the steps of a function. */
export interface Tool {
  readonly name: string;
  readonly run: typeof run;
}

const OURS: Tool = { name: "gradtape", run };

type Fields = Readonly<Record<string, unknown>>;

/** The response to a line, as a line without its end. */
export function answerLine(line: string, modules: Modules, tool = OURS): string {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    return JSON.stringify(failure(null, `the line is not JSON: ${messageOf(error)}`));
  }
  const response = answer(message, modules, tool);
  try {
    return JSON.stringify(response);
  } catch (error) {
    return JSON.stringify(failure(response.id, `the output is too long: ${messageOf(error)}`));
  }
}

/** The response to a message. Whatever goes wrong is told in the response. */
export function answer(message: unknown, modules: Modules, tool = OURS): Response {
  if (!isFields(message)) return failure(null, "a message must be an object");
  const { id, kind } = message;
  if (typeof id !== "number" || !Number.isInteger(id)) {
    return failure(null, `a message must have an integer id, got ${JSON.stringify(id)}`);
  }
  switch (kind) {
    case "start":
      return { id, tool: tool.name };
    case "define":
      return define(id, message, modules);
    case "evaluate":
      return evaluate(id, message, modules, tool);
    default:
      return { id };
  }
}

function define(id: number, message: Fields, modules: Modules): Response {
  const found = moduleOf(message, modules);
  return typeof found === "string" ? failure(id, found) : { id, success: true };
}

function evaluate(id: number, message: Fields, modules: Modules, tool: Tool): Response {
  const found = functionOf(message, modules);
  if (typeof found === "string") return failure(id, found);
  try {
    return { id, success: true, ...tool.run(found, message["input"]) };
  } catch (error) {
    return failure(id, messageOf(error));
  }
}

/** The function that a message names, or why there is none. */
function functionOf(message: Fields, modules: Modules): EvalFunction | string {
  const found = moduleOf(message, modules);
  if (typeof found === "string") return found;
  const name = message["function"];
  if (typeof name === "string" && Object.hasOwn(found, name)) return found[name]!;
  const names = Object.keys(found).join(", ");
  return `no function ${JSON.stringify(name)} in module ${String(message["module"])}; there are ${names}`;
}

function moduleOf({ module: name }: Fields, modules: Modules): EvalModule | string {
  if (typeof name === "string" && Object.hasOwn(modules, name)) return modules[name]!;
  return `no module ${JSON.stringify(name)}; there are ${Object.keys(modules).join(", ")}`;
}

function failure(id: number | null, error: string): Response {
  return { id, success: false, error };
}

function messageOf(error: unknown): string {
  return String(error);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
