/** The Hessian of a network's loss times a vector, with regard to all of its parameters. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";
import { labelsOf } from "./training.js";

const BATCH = 64;
const INPUTS = 256;
const CLASSES = 10;
/** The parameters, weights and biases by turns. */
const SHAPES: readonly (readonly number[])[] = [
  [INPUTS, 256],
  [256],
  [256, 128],
  [128],
  [128, CLASSES],
  [CLASSES],
];
const SIZES = SHAPES.map((shape) => shape.reduce((product, length) => product * length));
const SCALES = [0.1, 0.1, 0.1, 0.1, 0.2, 0.1];
const POINT = SIZES.map((size, place) => noise(size, SCALES[place]!, 2 + place));
const DIRECTION = SIZES.map((size, place) => noise(size, 1, 12 + place));
const PICTURES = noise(BATCH * INPUTS, 1, 1);
const LABELS = labelsOf(BATCH, CLASSES);

/** The product H·v along v, and its last element for each parameter: difference quotients of the gradient in float64. */
const ALONG_DIRECTION = 25.7974468;
const LAST = [-0.01774156, 0.03480785, 0.0225366, 0.0290846, -0.06553027, -0.01958811];

/** `product` gives H·v, by parameter. */
function measure(product: () => readonly ArrayLike<number>[]): Figures {
  const parts = product();
  const along = parts.map((part, place) =>
    DIRECTION[place]!.reduce((sum, value, index) => sum + value * part[index]!, 0),
  );
  expectClose(
    along.reduce((sum, part) => sum + part),
    ALONG_DIRECTION,
    1e-5,
  );
  parts.forEach((part, place) => {
    expectClose(part[part.length - 1]!, LAST[place]!, 1e-6);
  });
  return { product: warmMilliseconds(product) };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const tensors = (values: readonly Float32Array[]) =>
    values.map((value, place) => tf.constant(value, { shape: SHAPES[place]! }));
  const x = tf.constant(PICTURES, { shape: [BATCH, INPUTS] });
  const labels = tf.constant(LABELS, { shape: [BATCH, CLASSES] });
  const loss = ([w1, b1, w2, b2, w3, b3]: readonly Tensor[]) => {
    const first = tf.nn.relu(tf.matmul(x, w1!).add(b1!));
    const second = tf.nn.relu(tf.matmul(first, w2!).add(b2!));
    const logits = tf.matmul(second, w3!).add(b3!);
    return tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(labels, logits));
  };
  const point = tensors(POINT);
  const direction = tensors(DIRECTION);
  return measure(() => {
    const [product] = tf.hvp(loss, [point], [direction]);
    return product.map((part) => part.data({ copy: false }));
  });
}

/**
 * The gradient of ⟨gradient, vector⟩. TensorFlow.js does not differentiate through saved results, which the gradients of
 * `softmaxCrossEntropy`, `logSoftmax` and `exp` use; so the loss is written out on an exponential that saves its operand.
 */
async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const exponential: (x: PeerTensor) => PeerTensor = tf.customGrad((operand, save) => {
    const x = operand as PeerTensor;
    (save as (tensors: PeerTensor[]) => void)([x]);
    return {
      value: tf.exp(x),
      gradFunc: (upstream: PeerTensor, saved: PeerTensor[]) => upstream.mul(exponential(saved[0]!)),
    };
  });
  const tensors = (values: readonly Float32Array[]) =>
    values.map((value, place) => tf.tensor(value, [...SHAPES[place]!]));
  const x = tf.tensor2d(PICTURES, [BATCH, INPUTS]);
  const labels = tf.tensor2d(LABELS, [BATCH, CLASSES]);
  const loss = (...[w1, b1, w2, b2, w3, b3]: PeerTensor[]) => {
    const first = tf.relu(tf.matMul(x, w1!).add(b1!));
    const second = tf.relu(tf.matMul(first, w2!).add(b2!));
    const logits = tf.matMul(second, w3!).add(b3!);
    const logSums = tf.log(exponential(logits).sum(1));
    return logSums.sub(labels.mul(logits).sum(1)).mean();
  };
  const point = tensors(POINT);
  const direction = tensors(DIRECTION);
  const product = tf.grads((...parameters) =>
    tf.addN(
      tf
        .grads(loss)(parameters as PeerTensor[])
        .map((part, place) => part.mul(direction[place]!).sum()),
    ),
  );
  return measure(() => readTidily(tf, () => product(point)));
}

async function jaxJs(): Promise<Figures> {
  const { grad, jvp, nn, numpy } = await openJaxJs();
  const arrays = (values: readonly Float32Array[]) =>
    values.map((value, place) => numpy.array(value, { shape: [...SHAPES[place]!] }));
  const x = numpy.array(PICTURES, { shape: [BATCH, INPUTS] });
  const labels = numpy.array(LABELS, { shape: [BATCH, CLASSES] });
  const loss = ([w1, b1, w2, b2, w3, b3]: JaxArray[]) => {
    const first = nn.relu(numpy.matmul(x.ref, w1!).add(b1!));
    const second = nn.relu(numpy.matmul(first, w2!).add(b2!));
    const logits = numpy.matmul(second, w3!).add(b3!);
    return labels.ref
      .mul(nn.logSoftmax(logits))
      .sum()
      .mul(-1 / BATCH);
  };
  const gradient = grad(loss) as (parameters: JaxArray[]) => JaxArray[];
  const point = arrays(POINT);
  const direction = arrays(DIRECTION);
  const held = (values: readonly JaxArray[]) => values.map((value) => value.ref);
  return measure(() => {
    const [gradients, products] = jvp(gradient, [held(point)], [held(direction)]);
    for (const part of gradients) part.dispose();
    return products.map((part) => part.dataSync());
  });
}

export const mlpHvp: Row = {
  name: "mlp-hvp",
  title: `the Hessian-vector product of a ${INPUTS}-256-128-${CLASSES} network on ${BATCH} pictures, all parameters`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [{ name: "product", label: "a product", unit: "ms", compare: true }],
};
