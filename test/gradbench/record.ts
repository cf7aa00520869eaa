/**
 * Records the sessions that the tests replay. It needs a checkout of GradBench in which its tool `manual` is built
 * (`make -C cpp json.hpp && make -C tools/manual`), and a Python with numpy, scipy, pydantic 2 and dataclasses-json:
 *
 *     npx tsx test/gradbench/record.ts <checkout> [python]
 *
 * Every answer is checked twice, by the eval itself and against that of `manual` (or of reference.ts), which is what is stored.
 */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { modules } from "../../bench/gradbench/modules/index.js";
import { answer } from "../../bench/gradbench/protocol.js";
import { differences } from "./close.js";
import { writeData } from "./recorder-data.js";
import { type Plan, plans } from "./recorder-plan.js";
import { type Exchange, toleranceOf } from "./session.js";

type Message = Exchange["message"];

const [checkoutGiven, python = "python3"] = process.argv.slice(2);
if (checkoutGiven === undefined) {
  console.error("usage: npx tsx test/gradbench/record.ts <checkout of GradBench> [python]");
  process.exit(2);
}
const checkout = resolve(checkoutGiven);

/** What an independent program answers to an evaluate message. */
function expectedOutput(message: Message, { reference }: Plan, folder: string): unknown {
  const { module: name, function: functionName, input } = message;
  const own = reference?.(functionName as string, input as never);
  if (own !== undefined) return own;
  const file = join(folder, "input.json");
  writeFileSync(file, JSON.stringify(input));
  const program = join(checkout, "tools", "manual", "bin", name as string);
  const run = spawnSync(program, [file, functionName as string], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${program} ${String(functionName)}: ${run.stderr}`);
  return JSON.parse(run.stdout.split("\n")[0]!);
}

/** Our answer to a message, compared with that of an independent program. */
function exchange(message: Message, plan: Plan, folder: string) {
  const response = answer(message, modules);
  if (message["kind"] !== "evaluate") return { response, stored: { message } };
  const output = expectedOutput(message, plan, folder);
  const found = differences(output, response.output, toleranceOf(message["module"] as string));
  if (response.success !== true || found.length > 0) {
    const reasons = [response.error, ...found.slice(0, 5)].join("\n  ");
    throw new Error(`${String(message["module"])} ${String(message["function"])}: ${reasons}`);
  }
  return { response, stored: { message, output } };
}

/** Goes through a session with an eval, which must find every answer valid. */
async function sessionWith(module: string, flags: string, folder: string): Promise<Exchange[]> {
  const evals = join(checkout, "python", "gradbench");
  const program = join(evals, "gradbench", "evals", module, "run.py");
  const child = spawn(python, [program, ...flags.split(" ").filter(Boolean)], {
    cwd: folder,
    env: { ...process.env, PYTHONPATH: evals },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exchanges: Exchange[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as Message;
    if (message["kind"] === "analysis" && message["valid"] !== true) {
      throw new Error(`${module}: the eval finds an answer invalid: ${String(message["error"])}`);
    }
    const { response, stored } = exchange(message, plans[module]!, folder);
    exchanges.push(stored);
    child.stdin.write(`${JSON.stringify(response)}\n`);
  }
  return exchanges;
}

async function record(module: string, plan: Plan, folder: string): Promise<void> {
  const lists: Exchange[][] = [];
  for (const flags of plan.sessions) lists.push(await sessionWith(module, flags, folder));
  const all = lists.flat();
  const first = all.find(({ message }) => message["kind"] === "evaluate")!.message["input"];
  const opening = all.slice(0, 2);
  const further = (plan.further ?? []).flatMap(({ functions, input }) => {
    const own = input(first as never);
    return functions.map((name, index) => {
      const id = all.length + index;
      return exchange({ id, kind: "evaluate", module, function: name, input: own }, plan, folder)
        .stored;
    });
  });
  const stored = [...(plan.tooLong ? opening : all), ...further];
  const file = fileURLToPath(new URL(`./sessions/${module}.json`, import.meta.url));
  writeFileSync(file, `${JSON.stringify(stored, null, 1)}\n`);
  console.log(`${module}: ${stored.length} messages`);
}

const folder = mkdtempSync(join(tmpdir(), "gradtape-record-"));
try {
  writeData(folder);
  // The evals ask `manual` themselves, below the folder that they run in.
  symlinkSync(join(checkout, "tools"), join(folder, "tools"));
  for (const [module, plan] of Object.entries(plans)) await record(module, plan, folder);
} finally {
  rmSync(folder, { recursive: true });
}
spawnSync("npx", ["biome", "format", "--write", "test/gradbench/sessions"], { stdio: "inherit" });
