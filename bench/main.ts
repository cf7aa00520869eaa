/** `npm run bench`: speed, memory and size side by side with TensorFlow.js and jax-js, against the bars. */

import { cpus } from "node:os";
import { type Column, engines, measureRow, withMeasuringProgram } from "./harness.js";
import type { Row } from "./row.js";
import { rows } from "./rows/index.js";
import { judge, rowText, type Verdict } from "./table.js";

interface Result {
  readonly row: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly verdicts: readonly Verdict[];
}

const words = process.argv.slice(2);
const asJson = words.includes("--json");
const names = words.filter((word) => word !== "--json");
const unknown = names.find((name) => !rows.some((row) => row.name === name));
if (unknown !== undefined) {
  console.error(`no row "${unknown}"; there are ${rows.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

function print(text: string): void {
  if (!asJson) console.log(`${text}\n`);
}

const nodes = await engines();
const processor = cpus()[0]?.model ?? "unknown processor";
print(`Node ${nodes.map(({ version }) => version).join(" and ")} on ${processor}`);

async function resultOf(program: string, row: Row): Promise<Result> {
  const columns = await measureRow(program, row, nodes);
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
if (asJson) console.log(JSON.stringify(results, null, 2));
const verdicts = results.flatMap((result) => result.verdicts);
if (verdicts.length > 0) {
  print(`${verdicts.filter(({ reached }) => reached).length} of ${verdicts.length} bars reached`);
}
// A bar that is not reached is a finding; a program that does not run is an error.
if (results.some(({ columns }) => columns.some(({ failure }) => failure !== undefined))) {
  process.exitCode = 1;
}
