/** What the training rows share: labels, and a step of gradient descent in each library on a network of theirs. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor2D } from "@tensorflow/tfjs";
import type { Tensor, Variable } from "gradtape";
import type { JaxJs, TensorFlowJs } from "../peers.js";
import type { Metric } from "../row.js";

/** A function that trains once and gives the loss that there was before. */
export type Step = () => number;

/** One-hot rows, every class in its turn. */
export function labelsOf(batch: number, classes: number): Float32Array {
  return Float32Array.from({ length: batch * classes }, (_, index) =>
    index % classes === Math.floor(index / classes) % classes ? 1 : 0,
  );
}

/** A step of ours, which changes `variables`; `logits` uses them. */
export function gradtapeStepOf(
  tf: typeof import("gradtape"),
  training: {
    readonly x: Tensor;
    readonly labels: Tensor;
    readonly variables: readonly Variable[];
    readonly rate: number;
    readonly compiled: boolean;
    readonly logits: (inputs: Tensor) => Tensor;
  },
): Step {
  const { x, labels, variables, rate, compiled, logits } = training;
  const optimizer = new tf.optimizers.SGD({ learningRate: rate });
  const plain = (inputs: Tensor, targets: Tensor): Tensor => {
    const tape = new tf.GradientTape();
    const loss = tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(targets, logits(inputs)));
    const gradients = tape.gradient(loss, variables);
    optimizer.applyGradients(gradients.map((gradient, place) => [gradient, variables[place]!]));
    return loss;
  };
  const step = compiled ? tf.compile(plain) : plain;
  return () => step(x, labels).item();
}

/** A step of TensorFlow.js, which changes the variables that `logits` uses. */
export function tensorFlowJsStepOf(
  tf: TensorFlowJs,
  {
    labels,
    rate,
    logits,
  }: { readonly labels: Tensor2D; readonly rate: number; readonly logits: () => Tensor2D },
): Step {
  const optimizer = tf.train.sgd(rate);
  const loss = () => tf.losses.softmaxCrossEntropy(labels, logits()).asScalar();
  return () => tf.tidy(() => optimizer.minimize(loss, true)!.dataSync()[0]!);
}

/** A step of jax-js, which replaces the parameters. */
export function jaxJsStepOf(
  { jit, nn, valueAndGrad }: JaxJs,
  training: {
    readonly x: JaxArray;
    readonly labels: JaxArray;
    readonly parameters: readonly JaxArray[];
    readonly rate: number;
    readonly compiled: boolean;
    readonly logits: (parameters: JaxArray[], inputs: JaxArray) => JaxArray;
  },
): Step {
  const { x, labels, rate, compiled, logits } = training;
  const batch = labels.shape[0]!;
  const differentiated = valueAndGrad(
    (parameters: JaxArray[], inputs: JaxArray, targets: JaxArray) =>
      targets
        .mul(nn.logSoftmax(logits(parameters, inputs)))
        .sum()
        .mul(-1 / batch),
  );
  const train = (held: JaxArray[], inputs: JaxArray, targets: JaxArray): [JaxArray, JaxArray[]] => {
    const before = held.map((parameter) => parameter.ref);
    const [loss, gradients] = differentiated(held, inputs, targets);
    return [loss, before.map((parameter, place) => parameter.sub(gradients[place]!.mul(rate)))];
  };
  const step = compiled ? jit(train) : train;
  let held = [...training.parameters];
  return () => {
    const [loss, updated] = step(held, x.ref, labels.ref);
    held = updated;
    return loss.item();
  };
}

/** What is reported of a step. */
export function stepMetrics(limit: number): readonly Metric[] {
  return [
    {
      name: "step",
      label: "a step",
      unit: "ms",
      bars: [{ kind: "atMost", limit }],
      compare: true,
    },
  ];
}
