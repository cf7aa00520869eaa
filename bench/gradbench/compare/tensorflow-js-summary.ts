/** What the comparison with TensorFlow.js comes to: how many times our time its own is, by eval, beside the bar. */

import { aligned, format } from "../../table.js";
import { median } from "../../timing.js";
import { BAR_OF_TENSORFLOW_JS } from "./plan.js";
import type { Workload } from "./session.js";
import type { Measured } from "./summary.js";
import type { PeerTime } from "./tensorflow-js.js";

const HEADINGS = [
  "eval",
  "workloads",
  "derivatives",
  "least",
  "most",
  "",
  "with conversions",
  "least",
  "most",
  "",
  "other functions",
  "wrong",
];

/** Its times as multiples of ours where its answers are right, smallest first. */
function ratiosOf(workloads: readonly Workload[], time: keyof Omit<PeerTime, "faults">): number[] {
  return workloads
    .flatMap(({ ours, tensorFlowJs }) =>
      tensorFlowJs?.faults.length === 0 ? [tensorFlowJs[time] / ours] : [],
    )
    .sort((a, b) => a - b);
}

/** Median, least and most, and whether the median holds the bar. */
function judged(ratios: readonly number[]): string[] {
  if (ratios.length === 0) return ["–", "–", "–", ""];
  const middle = median(ratios);
  const verdict = middle >= BAR_OF_TENSORFLOW_JS ? "PASS" : "short";
  return [format(middle), format(ratios[0]), format(ratios.at(-1)), verdict];
}

function line({ name, plan, workloads }: Measured): string[] {
  const isDerivative = ({ functionName }: Workload) => plan.derivatives.includes(functionName);
  const derivatives = workloads.filter(isDerivative);
  const others = workloads.filter((one) => !isDerivative(one));
  const wrong = workloads.filter(({ tensorFlowJs }) => (tensorFlowJs?.faults.length ?? 0) > 0);
  const ratios = ratiosOf(derivatives, "evaluate");
  return [
    name,
    String(ratios.length),
    ...judged(ratios),
    ...judged(ratiosOf(derivatives, "whole")),
    judged(ratiosOf(others, "evaluate"))[0]!,
    String(wrong.length),
  ];
}

/** The evals that it can do as a table; empty where it was not asked. */
export function tensorFlowJsText(all: readonly Measured[]): string {
  const asked = all.filter(({ workloads }) =>
    workloads.some(({ tensorFlowJs }) => tensorFlowJs !== undefined),
  );
  if (asked.length === 0) return "";
  const title = `the time of TensorFlow.js as a multiple of ours, at least ${BAR_OF_TENSORFLOW_JS}:`;
  return [title, ...aligned([HEADINGS, ...asked.map(line)], [0])].join("\n");
}
