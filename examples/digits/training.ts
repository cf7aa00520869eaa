/** Training with mini-batches, and the share of right answers. */

import * as tf from "gradtape";
import { type Digits, SIDE, takeDigits } from "./data.js";
import type { Classifier } from "./layers.js";
import type { Progress } from "./progress.js";

/** How to train. */
export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  /** Its learning rate falls from step to step, in a straight line that reaches zero after the last. */
  readonly optimizer: tf.optimizers.Optimizer;
  readonly progress: Progress;
}

/** The mean cross-entropy of the classifier's answers. */
export function crossEntropy(classifier: Classifier, { images, labels }: Digits): tf.Tensor {
  const logits = classifier.call(images);
  return tf.reduceMean(tf.nn.sparseSoftmaxCrossEntropyWithLogits(labels, logits));
}

/** One step downhill for one batch; gives the loss before it. */
export function trainStep(
  classifier: Classifier,
  batch: Digits,
  optimizer: tf.optimizers.Optimizer,
): tf.Tensor {
  const { variables } = classifier;
  using tape = new tf.GradientTape();
  const loss = crossEntropy(classifier, batch);
  const gradients = tape.gradient(loss, variables);
  optimizer.applyGradients(gradients.map((gradient, index) => [gradient, variables[index]!]));
  return loss;
}

/** Trains the classifier in place; gives the mean loss of each epoch. */
export function train(
  classifier: Classifier,
  digits: Digits,
  { epochs, batchSize, optimizer, progress }: TrainingOptions,
): number[] {
  const steps = Math.ceil(digits.labels.size / batchSize);
  const { learningRate } = optimizer;
  // Traced twice: for a whole batch, and for the last one of an epoch.
  const compiledStep = tf.compile((batch: Digits) => trainStep(classifier, batch, optimizer));
  const losses: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const start = performance.now();
    progress.begin(epoch, steps);
    let sum = 0;
    let step = 0;
    for (const batch of shuffledBatches(digits, batchSize)) {
      optimizer.learningRate = learningRate * (1 - (epoch - 1 + step / steps) / epochs);
      sum += compiledStep(batch).item();
      step++;
      progress.step(sum / step);
    }
    progress.end(sum / steps, (performance.now() - start) / 1000);
    losses.push(sum / steps);
  }
  return losses;
}

/** The digits in a new order, so many at a time; the last batch may be smaller. */
function* shuffledBatches(digits: Digits, batchSize: number): Generator<Digits> {
  const count = digits.labels.size;
  const order = tf.random.shuffle(tf.range(count));
  for (let begin = 0; begin < count; begin += batchSize) {
    const size = Math.min(batchSize, count - begin);
    const { images, labels } = takeDigits(digits, tf.slice(order, [begin], [size]));
    yield { images: moved(images), labels };
  }
}

/** The images moved by up to one pixel in either direction, so that what is learned does not hang on where a digit stands. */
function moved(images: tf.Tensor): tf.Tensor {
  const [down = 0, right = 0] = tf.random
    .uniform([2], { minval: -1, maxval: 2, dtype: "int32" })
    .data();
  const pictures = images.reshape([-1, SIDE, SIDE]);
  return tf.roll(pictures, [down, right], [1, 2]).reshape(images.shape);
}

/** The share of digits that are classified right, from 0 to 1. */
export function accuracy(classifier: Classifier, { images, labels }: Digits): number {
  const right = tf.equal(classifier.predict(images), labels);
  return tf.reduceMean(tf.cast(right, "float32")).item();
}
