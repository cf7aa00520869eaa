/** What compiled functions and large operations give where a part of WebAssembly is missing, and how often that is told. */

import * as tf from "gradtape";
import { cripple } from "./crippled.js";

// The library looks for WebAssembly when it first has something to compile.
cripple(process.argv[2]);

const warnings: string[] = [];
console.warn = (...words: unknown[]): void => void warnings.push(words.join(" "));

const x = tf.constant(Array.from({ length: 35 }, (_, place) => Math.sin(place))).reshape([5, 7]);
const w = tf.constant(Array.from({ length: 21 }, (_, place) => Math.cos(place))).reshape([7, 3]);

const layer = tf.compile((one: tf.Tensor) => tf.nn.softmax(tf.matmul(one, w)).mul(2));
const loop = tf.compile((one: tf.Tensor) =>
  tf.scan((sum: tf.Tensor, row: tf.Tensor) => tf.tanh(sum.add(row)), one),
);
const gradient = tf.compile(
  tf.valueAndGrad((one: tf.Tensor) => tf.reduceSum(tf.square(loop(one)).mul(tf.cumsum(one)))),
);
const random = tf.compile(() => tf.random.normal([5]));
const pick = tf.compile((index: tf.Tensor) => tf.gather(x, index));
const convolution = tf.compile((image: tf.Tensor, filter: tf.Tensor) =>
  tf.nn.conv2d(image, filter, { padding: "SAME" }),
);

function errorOf(f: () => unknown): string {
  try {
    f();
    return "none";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

tf.random.setSeed(1);
const v = new tf.Variable(1);
const step = tf.compile((change: tf.Tensor) => v.assignAdd(change).read());
const written = new Float32Array(15);
layer.into(written, x);
const tape = new tf.GradientTape();
tape.watch(x);
const outside = tape.gradient(layer(x), x, { outputGradients: layer(x).add(1) });
const large = tf.range(5000).cast("float32").div(1000);
const results = [
  layer(x),
  loop(x),
  ...gradient(x),
  outside,
  random(),
  random(),
  pick(tf.constant([4, 0], { dtype: "int32" })),
  convolution(x.reshape([1, 5, 7, 1]), w.reshape([7, 3, 1, 1])),
  step(tf.constant(2)),
  step(tf.constant(3)),
  tf.tanh(large).add(tf.exp(tf.negative(large))),
  tf.matmul(large.reshape([50, 100]), large.reshape([100, 50])).div(1000),
].map((one) => [...one.data()]);
const errors = [
  errorOf(() => pick(tf.constant([5], { dtype: "int32" }))),
  errorOf(() => layer(tf.ones([2, 2]))),
];
console.log(JSON.stringify({ results: [[...written], ...results], errors, warnings }));
