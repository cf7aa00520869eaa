/** The program of every measuring process: runs one contender of one row and prints its figures as the last line. */

import { rows } from "./rows/index.js";

const [rowName, contenderName] = process.argv.slice(2);
const measure = rows.find(({ name }) => name === rowName)?.contenders[contenderName ?? ""];
if (measure === undefined) throw new Error(`no contender ${contenderName} in row ${rowName}`);
const figures = await measure();
const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
process.stdout.write(`\n${JSON.stringify({ ...figures, peakMegabytes })}\n`, () => process.exit());
