/** A tape of a million scalar operations and its gradient. */

import * as tf from "gradtape";

const LENGTH = 1_000_000;

const x = tf.constant(1);
const tape = new tf.GradientTape();
tape.watch(x);
let y = x;
for (let step = 0; step < LENGTH; step++) y = tf.multiply(y, x);
const gradient = tape.gradient(y, x).item();
console.log(JSON.stringify({ gradient, peakKilobytes: process.resourceUsage().maxRSS }));
