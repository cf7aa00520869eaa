/** A synchronous loop whose every step makes several 4 MB tensors and disposes of none. */

import * as tf from "gradtape";

const STEPS = 300;
const SIZE = 2 ** 20;

const w = new tf.Variable(new Float32Array(SIZE).fill(1));
for (let step = 0; step < STEPS; step++) {
  const tape = new tf.GradientTape();
  const loss = tf.reduceSum(tf.multiply(w, w));
  w.assignSub(tf.multiply(tape.gradient(loss, w), 0.001));
}
const first = w.at(0).item();
console.log(JSON.stringify({ first, peakKilobytes: process.resourceUsage().maxRSS }));
