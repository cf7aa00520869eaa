/** How the times of TensorFlow.js beside ours become ratios and verdicts, and what counts as a wrong answer of it. */

import { describe, expect, it } from "vitest";
import type { Workload } from "../../bench/gradbench/compare/session.js";
import { faultsBeside, type PeerTime } from "../../bench/gradbench/compare/tensorflow-js.js";
import { tensorFlowJsText } from "../../bench/gradbench/compare/tensorflow-js-summary.js";

const plan = { flags: "", peer: "manual", derivatives: ["gradient"] } as const;

const workload = (functionName: string, tensorFlowJs?: PeerTime): Workload => ({
  functionName,
  description: "",
  ours: 100,
  theirs: 100,
  ...(tensorFlowJs === undefined ? {} : { tensorFlowJs }),
  prepare: 0,
  compile: 0,
  faults: [],
});

const took = (evaluate: number, whole: number, ...faults: string[]): PeerTime => ({
  evaluate,
  whole,
  faults,
});

describe("tensorFlowJsText", () => {
  it("judges the median of the derivatives with right answers", () => {
    const workloads = [
      workload("primal", took(300, 400)),
      workload("gradient", took(800, 1500)),
      workload("gradient", took(900, 1000)),
      workload("gradient", took(1500, 2000)),
      workload("gradient", took(1, 1, "wrong")),
    ];
    const text = tensorFlowJsText([
      { name: "eval", plan, workloads },
      { name: "other", plan, workloads: [workload("gradient")] },
    ]);
    const [, , line, ...rest] = text.split("\n");
    const cells = "eval 3 9 8 15 short 15 10 20 PASS 3 1";
    expect(line!.split(/ +/)).toEqual(cells.split(" "));
    expect(rest).toEqual([]);
  });

  it("is empty where it was not asked", () => {
    expect(tensorFlowJsText([{ name: "eval", plan, workloads: [workload("gradient")] }])).toBe("");
  });
});

describe("faultsBeside", () => {
  const ours = { id: 1, success: true, output: [1, 2] };

  it("allows what float32 makes of an answer", () => {
    const output = [1, 2].map((value) => Math.fround(value * (1 + 1e-6)));
    expect(faultsBeside(ours, [{ id: 1, success: true, output }])).toEqual([]);
  });

  it("tells of other answers and of failures", () => {
    const wrong = faultsBeside(ours, [{ id: 1, success: true, output: [1, 2.1] }]);
    expect(wrong).toEqual(["output.1: 2.1 where 2 is right"]);
    expect(faultsBeside(ours, [{ id: 1, success: false, error: "none" }])).toEqual(["none"]);
  });
});
