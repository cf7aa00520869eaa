/** A synchronous loop that drops large tensors: memory must stay flat although nothing is disposed of. */

import { type Figures, OURS, type Row } from "../row.js";
import { expectClose } from "../timing.js";

const STEPS = 2000;
/** 4 MB of float32. */
const SIZE = 2 ** 20;

function residentMegabytes(): number {
  return process.memoryUsage.rss() / 1e6;
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const w = new tf.Variable(new Float32Array(SIZE).fill(1));
  const quarters: number[] = [];
  const start = performance.now();
  for (let step = 1; step <= STEPS; step++) {
    const tape = new tf.GradientTape();
    const loss = tf.reduceSum(tf.add(tf.multiply(w, w), w));
    const gradient = tape.gradient(loss, w);
    w.assignSub(tf.multiply(gradient, 1e-3));
    if (step % (STEPS / 4) === 0) quarters.push(residentMegabytes());
  }
  const perStep = (performance.now() - start) / STEPS;
  // w' = w − 0.001 (2w + 1) has the closed form below.
  expectClose(w.at(0).item(), 1.5 * 0.998 ** STEPS - 0.5, 1e-3);
  const [first, second, third, last] = quarters;
  return { first: first!, second: second!, third: third!, last: last!, perStep };
}

export const flatMemory: Row = {
  name: "flat-memory",
  title: `${STEPS} synchronous steps that each make several 4 MB tensors, nothing disposed of`,
  processes: 1,
  contenders: { [OURS]: gradtape },
  metrics: [
    { name: "first", label: `resident after ${STEPS / 4} steps`, unit: "MB" },
    { name: "second", label: `after ${STEPS / 2}`, unit: "MB" },
    { name: "third", label: `after ${(3 * STEPS) / 4}`, unit: "MB" },
    { name: "last", label: `after ${STEPS}`, unit: "MB" },
    {
      name: "peakMegabytes",
      label: "peak resident memory",
      unit: "MB",
      bars: [{ kind: "atMost", limit: 512 }],
    },
    { name: "perStep", label: "a step", unit: "ms" },
  ],
};
