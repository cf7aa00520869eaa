/** `npm run bench`: speed, memory and size side by side with TensorFlow.js and jax-js, against the bars. */

import { cpus } from "node:os";
import { engines, measureRow, withMeasuringProgram } from "./harness.js";
import { rows } from "./rows/index.js";
import { judge, rowText } from "./table.js";

const flags = process.argv.slice(2);
const asJson = flags.includes("--json");
const names = flags.filter((flag) => flag !== "--json");
for (const name of names) {
  if (!rows.some((row) => row.name === name)) {
    console.error(`no row "${name}"; there are: ${rows.map((row) => row.name).join(", ")}`);
    process.exit(2);
  }
}
const chosen = names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));

const nodes = await engines();
const print = asJson ? (): void => {} : (text: string): void => console.log(`${text}\n`);
print(`Node ${nodes.map(({ version }) => version).join(" and ")}, ${cpus()[0]?.model ?? "unknown processor"}`);

const results = await withMeasuringProgram(async (program) => {
  const all = [];
  for (const row of chosen) {
    const columns = await measureRow(program, row, nodes);
    const verdicts = judge(row, columns);
    print(rowText(row, columns, verdicts));
    all.push({ row: row.name, title: row.title, columns, verdicts });
  }
  return all;
});
const verdicts = results.flatMap((result) => result.verdicts);
const reached = verdicts.filter((verdict) => verdict.reached).length;
if (asJson) console.log(JSON.stringify(results, null, 2));
print(`${reached} of ${verdicts.length} bars reached`);
