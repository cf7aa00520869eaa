/** lstm: the loss of a network of LSTM layers with diagonal weights over a sequence of characters, and its gradient. */

import * as tf from "@tensorflow/tfjs";
import type { NetworkInput } from "../../messages.js";
import { evalFunction, matrix, type Tensor, toList, toNumber, unstack } from "../eval-function.js";

/** The mean of −Σ gold · log softmax over the predictions; the softmax has 2 more in its denominator. */
function loss(layers: Tensor, around: Tensor, initial: Tensor, sequence: Tensor): Tensor {
  const [length = 0, bits = 0] = sequence.shape;
  const before = sequence.slice([0, 0], [length - 1, bits]);
  const after = sequence.slice([1, 0], [length - 1, bits]);
  const predictions = predictionsOf(layers, around, initial, before);
  const denominators = tf.sum(tf.exp(predictions), 1, true).add(2);
  return tf.mean(after.mul(predictions.sub(tf.log(denominators)))).neg();
}

/** There is no scan: characters go through the network one after the other, each operation recorded anew. */
function predictionsOf(layers: Tensor, around: Tensor, initial: Tensor, sequence: Tensor): Tensor {
  const parameters = tf.unstack(layers);
  const [inputWeight, outputWeight, outputBias] = tf.unstack(around);
  const rows = tf.unstack(initial);
  const hidden = rows.filter((_, row) => row % 2 === 0);
  const cells = rows.filter((_, row) => row % 2 === 1);
  const signals = unstack(sequence.mul(inputWeight!)).map((character) => {
    let signal = character;
    for (let layer = 0; layer < hidden.length; layer++) {
      const weight = parameters[2 * layer]!;
      const bias = parameters[2 * layer + 1]!;
      const before = hidden[layer]!;
      const gates = tf.concat([signal, before, signal, before]).mul(weight).add(bias);
      const [forget, take, give, change] = tf.split(gates, 4);
      const kept = cells[layer]!.mul(tf.sigmoid(forget!));
      const cell = kept.add(tf.sigmoid(take!).mul(tf.tanh(change!)));
      signal = tf.sigmoid(give!).mul(tf.tanh(cell));
      hidden[layer] = signal;
      cells[layer] = cell;
    }
    return signal;
  });
  return tf.stack(signals).mul(outputWeight!).add(outputBias!);
}

function jacobian(layers: Tensor, around: Tensor, initial: Tensor, sequence: Tensor): Tensor[] {
  const gradients = tf.grads((a, b) => loss(a as Tensor, b as Tensor, initial, sequence));
  return gradients([layers, around]);
}

function prepare(
  input: NetworkInput,
): [layers: Tensor, around: Tensor, initial: Tensor, sequence: Tensor] {
  const bits = input.state[0]!.length;
  return [
    matrix(input.main_params, 4 * bits),
    matrix(input.extra_params, bits),
    matrix(input.state, bits),
    matrix(input.sequence, bits),
  ];
}

export const lstm = {
  objective: evalFunction({ prepare, evaluate: loss, output: toNumber }),
  jacobian: evalFunction({
    prepare,
    evaluate: jacobian,
    output: (gradients) => gradients.flatMap(toList),
  }),
};
