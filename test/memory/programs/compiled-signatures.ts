/** A thousand signatures of one compiled function and of its derivative, in a loop without a pause. */

import * as tf from "gradtape";

const SIGNATURES = 1000;
const WARM = 100;
const SIZE = 50_000;

declare const gc: () => void;

const f = tf.compile((x: tf.Tensor) => tf.reduceSum(tf.cumsum(tf.tanh(x))));

/** The value, which is 0, or now and then the first element of the gradient, which is the number of elements. */
function call(number: number): number {
  const x = tf.zeros([SIZE + number]);
  if (number % 8 !== 0) return f(x).item();
  const tape = new tf.GradientTape();
  tape.watch(x);
  return tape.gradient(f(x), x).at(0).item() - x.size;
}

function resident(): number {
  gc();
  return process.memoryUsage().rss;
}

for (let number = 0; number < WARM; number++) call(number);
const before = resident();
let sum = 0;
for (let number = WARM; number < SIGNATURES; number++) sum += Math.abs(call(number));
console.log(JSON.stringify({ sum, resident: resident() - before, traces: f.traces().length }));
