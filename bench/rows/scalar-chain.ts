/** What one operation costs beside its arithmetic: a chain of scalar multiplications and its gradient. */

import type { Array as JaxArray } from "@jax-js/jax";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const LENGTH = 1000;
const X = 1.0001;
/** y = x · x · … has LENGTH + 1 factors. */
const EXPECTED = (LENGTH + 1) * X ** LENGTH;

function microsecondsPerOperation(gradientOfChain: () => number): Figures {
  expectClose(gradientOfChain(), EXPECTED, 1e-4);
  return { overhead: (1000 * warmMilliseconds(gradientOfChain)) / LENGTH };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  return microsecondsPerOperation(() => {
    const x = tf.constant(X);
    const tape = new tf.GradientTape();
    tape.watch(x);
    let y = x;
    for (let step = 0; step < LENGTH; step++) y = tf.multiply(y, x);
    return tape.gradient(y, x).item();
  });
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const gradient = tf.grad((x) => {
    let y = x;
    for (let step = 0; step < LENGTH; step++) y = tf.mul(y, x);
    return y;
  });
  return microsecondsPerOperation(() => tf.tidy(() => gradient(tf.scalar(X)).dataSync()[0]!));
}

async function jaxJs(): Promise<Figures> {
  const { grad, numpy } = await openJaxJs();
  const gradient = grad((x: JaxArray) => {
    let y = x.ref;
    for (let step = 0; step < LENGTH; step++) y = y.mul(x.ref);
    x.dispose();
    return y;
  });
  return microsecondsPerOperation(() => gradient(numpy.array(X)).item());
}

export const scalarChain: Row = {
  name: "scalar-chain",
  title: `${LENGTH} scalar multiplications y = y·x with x watched, forward and gradient`,
  processes: 3,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [
    {
      name: "overhead",
      label: "per operation",
      unit: "µs",
      bars: [
        { kind: "atMost", limit: 0.5 },
        { kind: "ahead", peer: "tfjs cpu", times: 50 },
      ],
      compare: true,
    },
  ],
};
