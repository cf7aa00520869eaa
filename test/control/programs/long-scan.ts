/** The gradient of a scan of 10,000 steps whose every step makes a dozen tensors of 8 kB; with "checkpoint" its states are computed again. */

import * as tf from "gradtape";

const STEPS = 10_000;
const SIZE = 1000;
const TENSORS = 12;

const [mode] = process.argv.slice(2);
const kilobytesAtStart = process.resourceUsage().maxRSS;

const spread = tf.cast(tf.range(SIZE), "float64").div(SIZE);
const entries = tf.cast(tf.range(STEPS), "float64").div(STEPS);

/** The next state, a scalar, by way of large tensors. */
function step(state: tf.Tensor, entry: tf.Tensor): tf.Tensor {
  let wide = spread.mul(state).add(entry);
  for (let count = 0; count < TENSORS; count++) wide = tf.square(wide).mul(0.5).add(0.1);
  return tf.reduceMean(wide);
}

const gradient = tf.grad((start: tf.Tensor) =>
  tf.reduceSum(tf.scan(step, entries, { initializer: start, checkpoint: mode === "checkpoint" })),
)(tf.constant(0.5, { dtype: "float64" }));

const kilobytes = process.resourceUsage().maxRSS - kilobytesAtStart;
console.log(JSON.stringify({ gradient: gradient.item(), kilobytes }));
