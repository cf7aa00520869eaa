/** `npm run mutation`: prints how many broken derivatives the checks notice; fails if one gets away without a reason. */

import { complaints, describeReport, runMutations } from "./run.js";

const report = await runMutations();
console.log(describeReport(report));
for (const complaint of complaints(report)) {
  console.error(complaint);
  process.exitCode = 1;
}
