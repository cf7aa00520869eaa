/** Runs the measuring programs, each alone in a fresh process, and takes medians over repetitions. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import type { Cores } from "./cores.js";
import { type Figures, OURS, type Row } from "./row.js";
import { median } from "./timing.js";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

/** A Node to measure with. */
export interface Engine {
  /** Path of its binary. */
  readonly path: string;
  /** As `process.version` has it. */
  readonly version: string;
}

/** The figures of one contender on one engine and so many processors. */
export interface Column {
  readonly contender: string;
  readonly engine: Engine;
  readonly cores: number;
  readonly figures: Figures;
  /** Why there are no figures. */
  readonly failure?: string;
}

/** The Node that runs this, and the one that the environment variable BENCH_NODE points to. */
export async function engines(): Promise<readonly Engine[]> {
  const own = { path: process.execPath, version: process.version };
  const other = process.env["BENCH_NODE"];
  if (other === undefined || other === "") return [own];
  const { stdout } = await run(other, ["--version"]);
  return [own, { path: other, version: stdout.trim() }];
}

/** Packages stay outside the bundle and are found as from this file: "gradtape" is the built library. */
const installedPackages: Plugin = {
  name: "installed-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path }) => ({
      path: path.startsWith("node:") ? path : import.meta.resolve(path),
      external: true,
    }));
  },
};

/** Gives `use` the measuring program as one file of plain JavaScript. */
export async function withMeasuringProgram<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gradtape-bench-"));
  try {
    const outfile = join(folder, "child.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("./child.ts", import.meta.url))],
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      outfile,
      plugins: [installedPackages],
    });
    return await use(outfile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A column that is to be measured. */
interface Part {
  readonly contender: string;
  readonly engine: Engine;
  readonly cores: Cores;
  readonly runs: Figures[];
  failure: string;
}

async function measureOnce(program: string, row: string, { contender, engine, cores }: Part) {
  const [first = "", ...rest] = [...cores.prefix, engine.path, program, row, contender];
  const start = performance.now();
  const { stdout } = await run(first, rest, {
    cwd: PROJECT,
    maxBuffer: 2 ** 24,
  });
  const processMilliseconds = performance.now() - start;
  const lastLine = stdout.trimEnd().split("\n").at(-1)!;
  return { ...(JSON.parse(lastLine) as Figures), processMilliseconds };
}

/** All columns of a row: our own on every engine, peers on the first, and each on one core and on more. */
export async function measureRow(
  program: string,
  row: Row,
  engines: readonly Engine[],
  places: readonly Cores[],
): Promise<readonly Column[]> {
  const suitable = row.once === true ? places.slice(-1) : places;
  const plan = Object.keys(row.contenders).flatMap((contender) =>
    (contender === OURS || contender === row.baseline ? engines : engines.slice(0, 1)).flatMap(
      (engine) =>
        suitable.map((cores): Part => ({ contender, engine, cores, runs: [], failure: "" })),
    ),
  );
  // Contenders take turns, so that a busy spell of the machine falls on all of them.
  for (let turn = 0; turn < row.processes; turn++) {
    for (const part of plan) {
      if (part.failure !== "") continue;
      try {
        part.runs.push(await measureOnce(program, row.name, part));
      } catch (error) {
        part.failure = failureOf(error);
      }
    }
  }
  const columns = plan.map(({ contender, engine, cores: { count: cores }, runs, failure }) =>
    failure === ""
      ? { contender, engine, cores, figures: mediansOf(runs) }
      : { contender, engine, cores, figures: {}, failure },
  );
  return row.baseline === undefined ? columns : aboveBaseline(columns, row.baseline);
}

function mediansOf(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((one) => one[name]!))]));
}

function aboveBaseline(columns: readonly Column[], baseline: string): readonly Column[] {
  return columns.map((column) => {
    const empty = columns.find(
      ({ contender, engine, cores }) =>
        contender === baseline && engine === column.engine && cores === column.cores,
    );
    const own = column.figures["processMilliseconds"];
    const least = empty?.figures["processMilliseconds"];
    if (column === empty || own === undefined || least === undefined) return column;
    return { ...column, figures: { ...column.figures, aboveBaseline: own - least } };
  });
}

/** The line of a failed process that says what went wrong. */
function failureOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).split("\n");
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0]!;
}
