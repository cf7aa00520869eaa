/** How many bytes a tape holds between a chain of large steps and its gradient, without and with `recomputeGrad`. */

import * as tf from "gradtape";

const STEPS = 16;
const SIZE = 2 ** 18;

function chain(x: tf.Tensor): tf.Tensor {
  let y = x;
  for (let step = 0; step < STEPS; step++) y = tf.sin(y);
  return tf.reduceSum(y);
}

/** The bytes in buffers, when those that were given up have been swept. */
async function present(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().arrayBuffers;
}

/** The bytes held, and the first element of the gradient. */
async function measured(f: (x: tf.Tensor) => tf.Tensor): Promise<[bytes: number, slope: number]> {
  const x = tf.fill([SIZE], 0.5).mul(1);
  const before = await present();
  const tape = new tf.GradientTape();
  tape.watch(x);
  const y = f(x);
  const bytes = (await present()) - before;
  return [bytes, tape.gradient(y, x).at(0).item()];
}

const [plain, slope] = await measured(chain);
const [recomputed, same] = await measured(tf.recomputeGrad(chain));
console.log(
  JSON.stringify({
    plain,
    recomputed,
    stepBytes: 4 * SIZE,
    steps: STEPS,
    difference: slope - same,
  }),
);
