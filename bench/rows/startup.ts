/** How long a program waits for its first gradient. */

import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose } from "../timing.js";

/** Milliseconds from before the library is loaded until its first gradient, that of x² at 3, is read. */
async function untilFirst(gradient: () => Promise<number>): Promise<Figures> {
  const start = performance.now();
  const value = await gradient();
  const first = performance.now() - start;
  expectClose(value, 6, 0);
  return { first };
}

async function gradtape(): Promise<number> {
  const tf = await import("gradtape");
  const x = tf.constant(3);
  const tape = new tf.GradientTape();
  tape.watch(x);
  return tape.gradient(tf.square(x), x).item();
}

async function tensorFlowJs(): Promise<number> {
  const tf = await openTensorFlowJs("cpu");
  return tf
    .grad((x) => tf.square(x))(tf.scalar(3))
    .dataSync()[0]!;
}

async function jaxJs(): Promise<number> {
  const { grad, numpy } = await openJaxJs();
  return grad(numpy.square)(numpy.array(3)).item();
}

const EMPTY = "empty process";

export const startup: Row = {
  name: "startup",
  title: "import and a first gradient, in a fresh process",
  processes: 9,
  baseline: EMPTY,
  contenders: {
    [OURS]: () => untilFirst(gradtape),
    "tfjs cpu": () => untilFirst(tensorFlowJs),
    "jax-js": () => untilFirst(jaxJs),
    [EMPTY]: () => Promise.resolve({}),
  },
  metrics: [
    {
      name: "first",
      label: "from before the import to the value",
      unit: "ms",
      bars: [{ kind: "atMost", limit: 60 }],
      compare: true,
    },
    { name: "processMilliseconds", label: "the whole process", unit: "ms" },
    {
      name: "aboveBaseline",
      label: "the whole process beyond an empty one",
      unit: "ms",
      bars: [{ kind: "atMost", limit: 60 }],
    },
    { name: "peakMegabytes", label: "peak resident memory", unit: "MB" },
  ],
};
