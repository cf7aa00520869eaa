/** What `checkpoint` costs and saves: the gradient of a long scan whose steps make large intermediates, with it and without. */

import type { Tensor } from "gradtape";
import { byTurns } from "../by-turns.js";
import { noise } from "../noise.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose } from "../timing.js";

const STEPS = 10_000;
const STATE = 16;
const WIDTH = 64;
const FIRST = noise(STATE * WIDTH, 2, 1);
const SECOND = noise(STATE * WIDTH, 2, 2);
const ENTRIES = noise(STEPS, 1, 3);

/** The last element of the gradient by each of the two matrices, computed in float64. */
const EXPECTED = [-8.37038894, 4.60241857] as const;

/** A function that computes the gradient and checks it. */
async function gradientOfScan(checkpoint: boolean): Promise<() => void> {
  const tf = await import("gradtape");
  const entries = tf.constant(ENTRIES);
  const start = tf.zeros([STATE]);
  const sumOfStates = (first: Tensor, second: Tensor): Tensor => {
    const step = (state: Tensor, entry: Tensor) => {
      const column = state.reshape([STATE, 1]);
      const left = tf.tanh(column.mul(first).add(entry));
      const right = tf.tanh(column.mul(second).add(entry));
      return left.mul(right).mean({ axis: 1 });
    };
    return tf.scan(step, entries, { initializer: start, checkpoint }).sum();
  };
  const gradient = tf.grad(sumOfStates, { argnums: [0, 1] });
  const matrices = [FIRST, SECOND].map((values) => tf.constant(values, { shape: [STATE, WIDTH] }));
  return () => {
    gradient(matrices[0]!, matrices[1]!).forEach((part, place) => {
      expectClose(part.at(-1, -1).item(), EXPECTED[place]!, 1e-5);
    });
  };
}

/** Both in one process, by turns. */
async function times(): Promise<Figures> {
  const plain = await gradientOfScan(false);
  const checkpointed = await gradientOfScan(true);
  const { base, other, ratio } = byTurns(plain, checkpointed);
  return { plain: base, checkpointed: other, ratio };
}

/** One of them alone in a process, three times. */
async function memory(checkpoint: boolean): Promise<Figures> {
  const gradient = await gradientOfScan(checkpoint);
  for (let run = 0; run < 3; run++) gradient();
  return { memory: (process.resourceUsage().maxRSS * 1024) / 1e6 };
}

export const checkpointedScan: Row = {
  name: "checkpointed-scan",
  title: `gradient of a scan of ${STEPS} steps over ${STATE} numbers by way of [${STATE}, ${WIDTH}]`,
  processes: 3,
  contenders: {
    [OURS]: times,
    "plain alone": () => memory(false),
    "checkpointed alone": () => memory(true),
  },
  metrics: [
    { name: "plain", label: "plain, by turns", unit: "ms" },
    { name: "checkpointed", label: "checkpointed, by turns", unit: "ms" },
    {
      name: "ratio",
      label: "  as a multiple of plain",
      unit: "",
      bars: [{ kind: "atMost", limit: 1.5 }],
    },
    { name: "memory", label: "peak resident memory of three gradients", unit: "MB" },
  ],
};
