/** Ten thousand calls of compiled functions: with and without tapes, into arrays, with loops of changing length, and with errors. */

import * as tf from "gradtape";

const CALLS = 10_000;
const WARM = 2000;

declare const gc: () => void;

const repeated = tf.compile((count: tf.Tensor, x: tf.Tensor) => {
  const [, y] = tf.whileLoop(
    (n: tf.Tensor) => tf.less(n, count),
    (n: tf.Tensor, own: tf.Tensor) => [n.add(1), tf.tanh(own).add(x)],
    [tf.constant(0, { dtype: "int32" }), x],
  ) as [tf.Tensor, tf.Tensor];
  return tf.reduceSum(y);
});
const gradient = tf.compile(tf.grad((x: tf.Tensor) => tf.reduceSum(tf.tanh(x).mul(x))));
const row = tf.compile((table: tf.Tensor, index: tf.Tensor) => tf.gather(table, index));
const x = tf.ones([256]);
const outputs = new Float32Array(256);
const w = new tf.Variable(tf.ones([64]));
const step = tf.compile((rate: tf.Tensor) => {
  w.assignSub(tf.random.normal([64]).mul(rate));
  return tf.reduceMean(w.read());
});

function call(number: number): void {
  gradient.into(outputs, x);
  const tape = new tf.GradientTape();
  tape.watch(x);
  tape.gradient(repeated(tf.constant(number % 37, { dtype: "int32" }), x), x);
  step(tf.constant(0.001));
  try {
    row(x, tf.constant(number % 3 === 0 ? 256 : number % 256, { dtype: "int32" }));
  } catch (error) {
    if (!(error instanceof tf.IndexError)) throw error;
  }
}

function used(): { heap: number; resident: number } {
  gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

for (let number = 0; number < WARM; number++) call(number);
const before = used();
for (let number = 0; number < CALLS; number++) call(number);
const after = used();
console.log(
  JSON.stringify({
    heap: after.heap - before.heap,
    resident: after.resident - before.resident,
    sum: outputs.reduce((sum, value) => sum + value, 0),
  }),
);
