/** The comparison with GradBench's C++ tools and TensorFlow.js: our tool and others by turns on the inputs of the evals, beside the bars. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Plan, plans } from "./compare/plan.js";
import { type Setup, session, type Workload } from "./compare/session.js";
import { isSound, type Measured, summaryText, workloadText } from "./compare/summary.js";
import { tensorFlowJsText } from "./compare/tensorflow-js-summary.js";

const USAGE = `usage: npx tsx --tsconfig tsconfig.base.json bench/gradbench/compare.ts --gradbench CHECKOUT [options] [eval…]

  --gradbench CHECKOUT  a checkout of GradBench in which its tools manual and finite are built
  --python PROGRAM      a Python that the evals run in (python3)
  --node PROGRAM        the Node.js that our tool runs in (BENCH_NODE, or the one that runs this)
  --tensorflow-js NAME  runs TensorFlow.js too, where it can do the eval: its backend wasm or cpu
  --processor NUMBER    the processor that the tools run on (the last one)
  --min-seconds SECONDS how long a function is run at least in every turn (0.2)
  --turns NUMBER        how many turns each tool has on an input (2)
  --patience SECONDS    how long an answer may take (600)
  --mean                takes the mean of the times on an input, as GradBench's charts do, not the median`;

function refuse(reason: string): never {
  console.error(`${reason}\n\n${USAGE}`);
  process.exit(2);
}

function parsedWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        gradbench: { type: "string" },
        python: { type: "string", default: "python3" },
        node: { type: "string", default: process.env["BENCH_NODE"] ?? process.execPath },
        "tensorflow-js": { type: "string" },
        processor: { type: "string", default: String(availableParallelism() - 1) },
        "min-seconds": { type: "string", default: "0.2" },
        turns: { type: "string", default: "2" },
        patience: { type: "string", default: "600" },
        mean: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = parsedWords();

function positive(name: "min-seconds" | "turns" | "patience"): number {
  const value = Number(values[name]);
  return value > 0 ? value : refuse(`--${name} takes a number above 0, got ${values[name]}`);
}

function chosenProcessor(): number | undefined {
  if (spawnSync("taskset", ["-c", values.processor, "true"]).status === 0) {
    return Number(values.processor);
  }
  console.error("taskset cannot hold programs to that processor; they run on any");
  return undefined;
}

const unknown = positionals.find((name) => !Object.hasOwn(plans, name));
if (unknown !== undefined)
  refuse(`no eval "${unknown}"; there are ${Object.keys(plans).join(", ")}`);
const checkout = values.gradbench ?? refuse("--gradbench is missing");
const names = positionals.length === 0 ? Object.keys(plans) : positionals;

async function measureEval(name: string, plan: Plan, setup: Setup): Promise<Measured> {
  const workloads: Workload[] = [];
  try {
    for await (const workload of session(name, plan, setup)) {
      workloads.push(workload);
      console.log(workloadText(name, plan, workload));
    }
    if (workloads.length === 0) throw new Error("the eval asked for nothing");
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    console.log(`${name}: ${failure}`);
    return { name, plan, workloads, failure };
  }
  return { name, plan, workloads };
}

/** The command of the tool over TensorFlow.js, if it was chosen. */
function tensorFlowJs(): Pick<Setup, "tensorFlowJs"> {
  const backend = values["tensorflow-js"];
  if (backend === undefined) return {};
  if (backend !== "wasm" && backend !== "cpu") refuse(`no backend "${backend}"`);
  const tool = fileURLToPath(new URL("./tensorflow-js/tool.js", import.meta.url));
  return { tensorFlowJs: [values.node, tool, backend] };
}

const version = spawnSync(values.node, ["--version"], { encoding: "utf8" }).stdout?.trim();
console.log(`Node ${version} on ${cpus()[0]?.model ?? "an unknown processor"}`);
const folder = mkdtempSync(join(tmpdir(), "gradtape-compare-"));
try {
  const setup: Setup = {
    checkout: resolve(checkout),
    python: values.python,
    tool: [values.node, fileURLToPath(new URL("./tool.js", import.meta.url))],
    ...tensorFlowJs(),
    processor: chosenProcessor(),
    minimumSeconds: positive("min-seconds"),
    turns: positive("turns"),
    patience: positive("patience"),
    mean: values.mean,
    folder,
  };
  const all: Measured[] = [];
  for (const name of names) all.push(await measureEval(name, plans[name]!, setup));
  for (const text of [summaryText(all), tensorFlowJsText(all)])
    if (text !== "") console.log(`\n${text}`);
  // A bar that is not reached is a finding; an answer that is wrong or missing is an error.
  if (!all.every(isSound)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
