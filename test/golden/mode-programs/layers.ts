/** Layers and small networks made of many operations. */
import * as tf from "gradtape";
import { at, indices, type Programs } from "./program.js";

const { add, matmul, multiply, sigmoid, subtract, tanh } = tf;
const LAST = { axis: -1, keepdims: true } as const;

function dense(x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return add(matmul(x, w), b);
}

/** Rows divided by their lengths. */
function unit(x: tf.Tensor): tf.Tensor {
  return tf.divide(x, tf.norm(x, LAST));
}

const feedForward: Programs = {
  mlp: (x, w1, b1, w2, b2) => dense(tanh(dense(x, w1, b1)), w2, b2),
  mlpCrossEntropy: (x, w1, b1, w2, b2) => {
    const logits = dense(tf.nn.relu(dense(x, w1, b1)), w2, b2);
    return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(indices([1, 0]), logits));
  },
  mlpSoftLabels: (x, w, b, labels) =>
    tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(labels, dense(tf.nn.gelu(x), w, b))),
  autoencoder: (x, w) =>
    tf.reduceMean(tf.square(subtract(x, matmul(sigmoid(matmul(x, w)), w, { transposeB: true })))),
  residual: (x, w1, w2) => add(x, matmul(tf.nn.silu(matmul(x, w1)), w2)),
  highway: (x, w, g) => {
    const gate = sigmoid(matmul(x, g));
    return add(multiply(gate, tanh(matmul(x, w))), multiply(subtract(1, gate), x));
  },
  gatedLinear: (x, v, w) => multiply(matmul(x, v), sigmoid(matmul(x, w))),
  maxout: (x, v, w) => tf.maximum(matmul(x, v), matmul(x, w)),
  logisticRegression: (x, w, b) =>
    tf.reduceMean(tf.nn.sigmoidCrossEntropyWithLogits([1, 0, 1], add(tf.linalg.matvec(x, w), b))),
  ridge: (x, w, y, strength) =>
    add(
      tf.nn.l2Loss(subtract(tf.linalg.matvec(x, w), y)),
      multiply(tf.exp(strength), tf.nn.l2Loss(w)),
    ),
  focalLoss: (x) => {
    const p = tf.nn.softmax(x);
    return multiply(tf.square(subtract(1, p)), tf.negative(tf.math.log(p)));
  },
  contrastive: (a, b) => {
    const scores = tf.divide(matmul(unit(a), unit(b), { transposeB: true }), 0.5);
    return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(indices([0, 1]), scores));
  },
  embeddingBag: (table, w) => {
    const rows = tf.gather(
      table,
      indices([
        [0, 2],
        [3, 2],
      ]),
    );
    return tanh(matmul(tf.reduceMean(rows, { axis: 1 }), w));
  },
};

const normalisations: Programs = {
  layerNorm: (x, gain, bias) => {
    const [mean, variance] = tf.nn.moments(x, [-1], { keepdims: true });
    const scaled = multiply(subtract(x, mean), tf.math.rsqrt(add(variance, 1e-3)));
    return add(multiply(scaled, gain), bias);
  },
  batchNorm: (x, gain, bias) => {
    const mean = tf.reduceMean(x, { axis: 0 });
    const deviation = tf.sqrt(add(tf.math.reduceVariance(x, { axis: 0 }), 1e-3));
    return add(multiply(tf.divide(subtract(x, mean), deviation), gain), bias);
  },
  rmsNorm: (x, gain) =>
    multiply(multiply(x, tf.math.rsqrt(add(tf.reduceMean(tf.square(x), LAST), 1e-3))), gain),
};

/** softmax(q·kᵀ / √depth) · v, with later positions masked where it is causal. */
function attend(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, isCausal: boolean): tf.Tensor {
  const scores = tf.divide(matmul(q, k, { transposeB: true }), Math.SQRT2);
  const mask = [
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ];
  return matmul(tf.nn.softmax(isCausal ? tf.where(mask, scores, -1e9) : scores), v);
}

const sequences: Programs = {
  attention: (q, k, v) => attend(q, k, v, false),
  attentionCausal: (q, k, v) => attend(q, k, v, true),
  attentionBlock: (x, wq, wk, wv) =>
    add(x, attend(matmul(x, wq), matmul(x, wk), matmul(x, wv), false)),
  attentionHeads: (x, wq, wk, wv) => {
    const [q, k, v] = [wq, wk, wv].map((w) => tf.einsum("td,hde->hte", x, w));
    const scores = tf.einsum("hqe,hke->hqk", at([q!], 0), at([k!], 0));
    return tf.einsum("hqk,hke->qhe", tf.nn.softmax(scores), at([v!], 0));
  },
  gruStep: (x, h, wz, wr, wh) => {
    const both = tf.concat([x, h], 1);
    const z = sigmoid(matmul(both, wz));
    const r = sigmoid(matmul(both, wr));
    const candidate = tanh(matmul(tf.concat([x, multiply(r, h)], 1), wh));
    return add(multiply(subtract(1, z), h), multiply(z, candidate));
  },
  lstmStep: (x, h, c, w, b) => {
    const gates = tf.split(dense(tf.concat([x, h], 1), w, b), 4, 1);
    const [i, f, g, o] = gates as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const cell = add(multiply(sigmoid(f), c), multiply(sigmoid(i), tanh(g)));
    return tf.concat([multiply(sigmoid(o), tanh(cell)), cell], 1);
  },
  recurrence: (xs, h, w, u) =>
    tf
      .unstack(xs)
      .reduce<tf.Tensor>(
        (state, x) => tanh(add(tf.linalg.matvec(w, x), tf.linalg.matvec(u, state))),
        h,
      ),
};

const images: Programs = {
  convnet: (x, w, v) => {
    const features = tf.nn.relu(tf.nn.conv2d(x, w, { padding: "SAME" }));
    const pooled = tf.nn.avgPool2d(features, { ksize: 2, strides: 2, padding: "VALID" });
    return matmul(tf.reshape(pooled, [1, -1]), v);
  },
  convnetLoss: (x, w, bias, v) => {
    const features = tf.nn.biasAdd(tf.nn.conv2d(x, w, { padding: "VALID" }), bias);
    const pooled = tf.nn.maxPool2d(tanh(features), { ksize: 2, strides: 1, padding: "VALID" });
    const logits = matmul(tf.reshape(pooled, [1, -1]), v);
    return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(indices([1]), logits));
  },
};

export const layers: Programs = { ...feedForward, ...normalisations, ...sequences, ...images };
