/** A forward accumulator over a long loop whose every step makes a tensor of 4 MB and its tangent. */

import * as tf from "gradtape";

const STEPS = 60;
const SIZE = 2 ** 20;

const x = tf.ones([SIZE]);
const accumulator = new tf.ForwardAccumulator(x, tf.ones([SIZE]));
let y = x;
for (let step = 0; step < STEPS; step++) y = tf.multiply(y, 0.999);
accumulator.stop();
const tangent = accumulator.jvp(y).at(0).item();
console.log(JSON.stringify({ tangent, peakKilobytes: process.resourceUsage().maxRSS }));
