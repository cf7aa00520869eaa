/** Throughput as a figure beside the time, with a bar that is given as throughput. */

import type { Metric } from "../../row.js";

/** The figures `milliseconds` and `throughput` of a program that takes so many floating-point operations. */
export function throughput(
  operations: number,
  milliseconds: number,
): { readonly milliseconds: number; readonly throughput: number } {
  return { milliseconds, throughput: operations / (1e6 * milliseconds) };
}

/** Reports both; at least so many GFLOP/s are asked for, which the table shows as the time that they take. */
export function throughputMetrics(
  label: string,
  operations: number,
  leastGigaflops: number,
): readonly Metric[] {
  const limit = operations / (1e6 * leastGigaflops);
  return [
    {
      name: "milliseconds",
      label: `${label} (bar: ${leastGigaflops} GFLOP/s)`,
      unit: "ms",
      bars: [{ kind: "atMost", limit }],
      compare: true,
    },
    { name: "throughput", label: "throughput", unit: "GFLOP/s" },
  ];
}
