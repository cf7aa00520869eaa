/** lstm: the loss of a network of LSTM layers with diagonal weights over a sequence of characters, and its gradient. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toList, toNumber } from "../float64.js";
import type { NetworkInput } from "../messages.js";

/** For every layer a row of weights and one of biases, each for four gates; and weights and biases around the layers. */
type Parameters = Readonly<Record<"layers" | "around", tf.Tensor>>;

/** What is carried from one character to the next: a vector for every layer. */
interface State {
  readonly hidden: readonly tf.Tensor[];
  readonly cell: readonly tf.Tensor[];
}

/** The mean of −Σ gold · log softmax over the predictions; the softmax has 2 more in its denominator. */
function loss(parameters: Parameters, initial: tf.Tensor, sequence: tf.Tensor): tf.Tensor {
  const [length = 0, bits = 0] = sequence.shape;
  const before = sequence.slice([0, 0], [length - 1, bits]);
  const after = sequence.slice([1, 0], [length - 1, bits]);
  const predictions = predictionsOf(parameters, initial, before);
  const denominators = tf.reduceSum(tf.exp(predictions), { axis: 1, keepdims: true }).add(2);
  return tf.reduceMean(after.mul(predictions.sub(tf.math.log(denominators)))).neg();
}

/** What the network makes of each character, one after the other. */
function predictionsOf(
  { layers, around }: Parameters,
  initial: tf.Tensor,
  sequence: tf.Tensor,
): tf.Tensor {
  const parametersOfLayers = tf.unstack(layers);
  const [inputWeight, outputWeight, outputBias] = tf.unstack(around) as [Tensor, Tensor, Tensor];
  const rows = tf.unstack(initial);
  const start = {
    hidden: rows.filter((_, row) => row % 2 === 0),
    cell: rows.filter((_, row) => row % 2 === 1),
    prediction: outputBias,
  };
  const { prediction } = tf.scan(
    (state: State, character: tf.Tensor) => {
      const next = { hidden: [] as tf.Tensor[], cell: [] as tf.Tensor[] };
      let signal = character.mul(inputWeight);
      state.hidden.forEach((hidden, layer) => {
        const weight = parametersOfLayers[2 * layer]!;
        const bias = parametersOfLayers[2 * layer + 1]!;
        const gates = tf.concat([signal, hidden, signal, hidden], 0).mul(weight).add(bias);
        const [forget, take, give, change] = tf.split(gates, 4) as [Tensor, Tensor, Tensor, Tensor];
        const kept = state.cell[layer]!.mul(tf.sigmoid(forget));
        const cell = kept.add(tf.sigmoid(take).mul(tf.tanh(change)));
        signal = tf.sigmoid(give).mul(tf.tanh(cell));
        next.hidden.push(signal);
        next.cell.push(cell);
      });
      return { ...next, prediction: signal.mul(outputWeight).add(outputBias) };
    },
    sequence,
    { initializer: start },
  );
  return prediction;
}

type Tensor = tf.Tensor;

function prepare(input: NetworkInput): [Parameters, initial: tf.Tensor, sequence: tf.Tensor] {
  const bits = input.state[0]!.length;
  return [
    { layers: float64(input.main_params, 4 * bits), around: float64(input.extra_params, bits) },
    float64(input.state, bits),
    float64(input.sequence, bits),
  ];
}

export const lstm = {
  objective: evalFunction({ prepare, evaluate: loss, output: toNumber }),
  jacobian: evalFunction({
    prepare,
    evaluate: tf.grad(loss),
    output: ({ layers, around }: Parameters) => [...toList(layers), ...toList(around)],
  }),
};
