/** What a comparison with the C++ tools comes to: the ratios of an eval beside its bar, and their mean over the evals. */

import { aligned, format } from "../../table.js";
import { median } from "../../timing.js";
import { BAR_OF_MEAN, type Plan } from "./plan.js";
import type { Workload } from "./session.js";

/** An eval and what was measured of it. */
export interface Measured {
  readonly name: string;
  readonly plan: Plan;
  readonly workloads: readonly Workload[];
  /** Why the session ended early. */
  readonly failure?: string;
}

/** Our times as multiples of those that they are compared with, smallest first. */
function derivativeRatios({ plan, workloads }: Measured): number[] {
  return workloads
    .filter(({ functionName }) => plan.derivatives.includes(functionName))
    .map((one) => one.ours / baseOf(one, plan, workloads))
    .sort((a, b) => a - b);
}

/** The time that a derivative is compared with. */
function baseOf(one: Workload, { ownBase }: Plan, workloads: readonly Workload[]): number {
  if (ownBase === undefined) return one.theirs;
  const base = workloads.find(
    ({ functionName, description }) => functionName === ownBase && description === one.description,
  );
  return base?.ours ?? Number.NaN;
}

function primalRatios({ plan, workloads }: Measured): number[] {
  return workloads
    .filter(({ functionName }) => !plan.derivatives.includes(functionName))
    .map(({ ours, theirs }) => ours / theirs);
}

/** Whether an eval ran to its end with right answers only. */
export function isSound({ workloads, failure }: Measured): boolean {
  return failure === undefined && workloads.every(({ faults }) => faults.length === 0);
}

/** Whether the bar of an eval holds; undefined where there is none. */
function holds(measured: Measured): boolean | undefined {
  const { plan } = measured;
  if (plan.bar === undefined) return undefined;
  const ratios = derivativeRatios(measured);
  const judged = plan.each === true ? Math.max(...ratios) : median(ratios);
  return isSound(measured) && ratios.length > 0 && judged <= plan.bar;
}

const HEADINGS = [
  "eval",
  "beside",
  "workloads",
  "derivatives",
  "least",
  "most",
  "bar",
  "",
  "other functions",
  "compile ms",
  "most",
  "prepare ms",
  "most",
  "faults",
];

function summaryLine(measured: Measured): string[] {
  const { name, plan, workloads, failure } = measured;
  const ratios = derivativeRatios(measured);
  const bar = plan.bar === undefined ? "" : `${plan.bar}${plan.each === true ? " each" : ""}`;
  const held = holds(measured);
  const milliseconds = (pick: "compile" | "prepare"): string[] => {
    const times = workloads.map((one) => one[pick] / 1e6);
    return [format(median(times)), format(Math.max(...times))];
  };
  const faults = workloads.filter((one) => one.faults.length > 0).length;
  return [
    name,
    plan.ownBase === undefined ? plan.peer : `our ${plan.ownBase}`,
    String(ratios.length),
    format(median(ratios)),
    format(ratios[0]),
    format(ratios.at(-1)),
    bar,
    held === undefined ? "" : held ? "PASS" : "short",
    format(median(primalRatios(measured))),
    ...milliseconds("compile"),
    ...milliseconds("prepare"),
    failure === undefined ? String(faults) : `${faults}, ended early`,
  ].map((cell) => (cell === "NaN" || cell === "-Infinity" ? "–" : cell));
}

/** All evals as a table, and the geometric mean below it. */
export function summaryText(all: readonly Measured[]): string {
  return [...aligned([HEADINGS, ...all.map(summaryLine)], [0, 1]), "", meanText(all)].join("\n");
}

function meanText(all: readonly Measured[]): string {
  const medians = all
    .filter(({ plan }) => plan.apart !== true)
    .map((measured) => median(derivativeRatios(measured)))
    .filter((ratio) => !Number.isNaN(ratio));
  if (medians.length === 0) return "no eval for the mean";
  const mean = Math.exp(medians.reduce((sum, ratio) => sum + Math.log(ratio), 0) / medians.length);
  const verdict = mean <= BAR_OF_MEAN ? "PASS" : "short";
  return `geometric mean of the derivatives over ${medians.length} evals: ${format(mean)}, at most ${BAR_OF_MEAN}: ${verdict}`;
}

/** One measured workload as a line, with what was wrong below it. */
export function workloadText(name: string, { peer }: Plan, workload: Workload): string {
  const { functionName, description, ours, theirs, tensorFlowJs, compile, prepare } = workload;
  const microseconds = (nanoseconds: number): string => `${format(nanoseconds / 1e3)} µs`;
  const figures = [
    `${microseconds(ours)}, ${peer} ${microseconds(theirs)}, ratio ${format(ours / theirs)}`,
    `compile ${format(compile / 1e6)} ms`,
    `prepare ${format(prepare / 1e6)} ms`,
    ...(tensorFlowJs === undefined
      ? []
      : [
          `TensorFlow.js ${microseconds(tensorFlowJs.evaluate)}, ${format(tensorFlowJs.evaluate / ours)} times ours, ` +
            `from numbers to numbers ${microseconds(tensorFlowJs.whole)}`,
        ]),
  ].join("; ");
  const faults = [
    ...workload.faults,
    ...(tensorFlowJs?.faults ?? []).map((fault) => `TensorFlow.js: ${fault}`),
  ];
  return [`${name} ${functionName} ${description}: ${figures}`, ...faults].join("\n  ! ");
}
