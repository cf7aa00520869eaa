/** `npm run bench`: speed, memory and size side by side with TensorFlow.js and jax-js, on one core and on two, against the bars. */

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { CORES, coresText, placesFor } from "./cores.js";
import { type Column, engines, measureRow, withMeasuringProgram } from "./harness.js";
import type { Row } from "./row.js";
import { rows } from "./rows/index.js";
import { judge, rowText, type Verdict, verdictsText } from "./table.js";

interface Result {
  readonly row: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly verdicts: readonly Verdict[];
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}

function parsedWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        cores: { type: "string", default: "both" },
        json: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals: names } = parsedWords();
const unknown = names.find((name) => !rows.some((row) => row.name === name));
if (unknown !== undefined) {
  refuse(`no row "${unknown}"; there are ${rows.map(({ name }) => name).join(", ")}`);
}
if (!Object.hasOwn(CORES, values.cores)) {
  refuse(`--cores takes ${Object.keys(CORES).join(", ")}, got ${values.cores}`);
}

function print(text: string): void {
  if (!values.json) console.log(`${text}\n`);
}

const nodes = await engines();
const { places, warnings } = placesFor(CORES[values.cores]!);
for (const warning of warnings) console.error(warning);
const processor = cpus()[0]?.model ?? "unknown processor";
const versions = nodes.map(({ version }) => version).join(" and ");
const counts = places.map(({ count }) => coresText(count)).join(" and ");
print(`Node ${versions}, ${counts} of ${processor}`);

async function resultOf(program: string, row: Row): Promise<Result> {
  const columns = await measureRow(program, row, nodes, places);
  const verdicts = judge(row, columns);
  print(rowText(row, columns, verdicts));
  return { row: row.name, title: row.title, columns, verdicts };
}

const results = await withMeasuringProgram(async (program) => {
  const done: Result[] = [];
  for (const row of rows) {
    if (names.length === 0 || names.includes(row.name)) done.push(await resultOf(program, row));
  }
  return done;
});
if (values.json) console.log(JSON.stringify(results, null, 2));
const verdicts = results.flatMap((result) => result.verdicts);
if (verdicts.length > 0) print(verdictsText(verdicts));
// A bar that is not reached is a finding; a program that does not run is an error.
if (results.some(({ columns }) => columns.some(({ failure }) => failure !== undefined))) {
  process.exitCode = 1;
}
