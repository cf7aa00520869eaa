/** The modules that are generated: valid ones, for every operation, its derivatives, and random programs. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { closeGraph } from "../../src/core/graph.js";
import { Executable } from "../../src/runtime/executable.js";
import { casesOf, gradientsOf, inputsOf, outputWeights } from "../harness/cases.js";
import { takes } from "../harness/dtypes.js";
import { operandTensor } from "../harness/operands.js";
import { collectOps } from "../harness/ops.js";
import { writeProgram } from "../properties/generate.js";
import { inputsOf as programInputs, runProgram } from "../properties/interpreter.js";
import { gradientOf, scalarOf } from "../properties/problem.js";
import { LANED } from "../properties/settings.js";

type Run = (inputs: readonly tf.Tensor[]) => readonly tf.Tensor[];

/** The module of a function; undefined where nothing is left of it to compute. */
function moduleOf(run: Run, inputs: readonly tf.Tensor[]): Uint8Array<ArrayBuffer> {
  const traced = tf.graph.trace((own: readonly tf.Tensor[]) => run(own), [inputs]);
  const { program } = new Executable(closeGraph(traced).graph);
  return program!.bytes;
}

function expectValid(run: Run, inputs: readonly tf.Tensor[], label: string): void {
  const bytes = moduleOf(run, inputs);
  expect([...bytes.subarray(0, 8)], label).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  expect(WebAssembly.validate(bytes), label).toBe(true);
}

const ops = (await collectOps()).map(({ op }) => op);

describe("are valid", () => {
  it.each(["float32", "float64"] as const)(
    "for every operation and its gradient in %s",
    (dtype) => {
      for (const one of ops.flatMap((op) => casesOf(op).slice(0, 2))) {
        if (!takes(one, dtype)) continue;
        const inputs = inputsOf(one, dtype);
        const weights = outputWeights(one, dtype).map((weight) => operandTensor(weight, dtype, ""));
        expectValid(
          (own) => [...one.run(own), ...gradientsOf(one, own, weights)],
          inputs,
          one.label,
        );
      }
    },
  );

  it("for random programs and their gradients", () => {
    for (let seed = 0; seed < 12; seed++) {
      const program = writeProgram(seed, LANED);
      if (program.steps.length === 0) continue;
      const gradient = gradientOf(scalarOf(program));
      const run: Run = (own) => [...runProgram(program, own), ...gradient(own)];
      expectValid(run, programInputs(program), `program ${seed}`);
    }
  });
});

it("grow with what a function does, and not with the sizes of its tensors", () => {
  const f: Run = ([x]) => [tf.reduceSum(tf.tanh(x!).mul(x!), { axis: 1 })];
  const [small, large] = [100, 100_000].map((rows) => moduleOf(f, [tf.zeros([rows, 9])]).length);
  expect(large! - small!).toBeLessThan(200);
  const loop =
    (count: number): Run =>
    ([x]) => [
      tf.scan((sum: tf.Tensor, one: tf.Tensor) => tf.sin(sum.add(one)), x!, {
        initializer: tf.zeros([count]),
      }),
    ];
  const [short, long] = [10, 10_000].map((rows) => moduleOf(loop(3), [tf.zeros([rows, 3])]).length);
  expect(long! - short!).toBeLessThan(100);
});
