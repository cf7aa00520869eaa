/** A recurrent layer over a long sequence: the gradient of a gated recurrent unit with regard to its weights. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor as PeerTensor, Tensor2D } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs, openTensorFlowJs, readTidily } from "../peers.js";
import { EAGER, type Figures, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const STEPS = 100;
const BATCH = 16;
const WIDTH = 64;
/** Reset gate, update gate and candidate lie side by side. */
const GATES = 3 * WIDTH;

/** By name: the weights of the inputs, those of the state, and the bias. */
const SHAPES: readonly (readonly number[])[] = [[WIDTH, GATES], [WIDTH, GATES], [GATES]];

function parameters(): readonly Float32Array[] {
  return [noise(WIDTH * GATES, 0.2, 1), noise(WIDTH * GATES, 0.2, 2), noise(GATES, 0.2, 3)];
}

const sequence = () => noise(STEPS * BATCH * WIDTH, 1, 4);

/** The mean square of all states, and the last element of its gradient by each parameter, computed in float64. */
const VALUE = 0.0831380355;
const LAST = [-0.0000939990848, 0.000569626462, 0.00501227557];

/** `run` gives the value and the gradient by each parameter. */
function measure(run: () => readonly ArrayLike<number>[]): Figures {
  const [value, ...gradients] = run();
  expectClose(value![0]!, VALUE, 1e-5);
  expectClose(gradients.length, LAST.length, 0);
  gradients.forEach((gradient, place) => {
    expectClose(gradient[gradient.length - 1]! / LAST[place]!, 1, 1e-3);
  });
  return { gradient: warmMilliseconds(run) };
}

async function gradtape(compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const x = tf.constant(sequence(), { shape: [STEPS * BATCH, WIDTH] });
  const start = tf.zeros([BATCH, WIDTH]);
  const step = (weights: Tensor) => (state: Tensor, fromInput: Tensor) => {
    const [resetInput, updateInput, candidateInput] = tf.split(fromInput, 3, 1);
    const [resetState, updateState, candidateState] = tf.split(tf.matmul(state, weights), 3, 1);
    const reset = tf.sigmoid(resetInput!.add(resetState!));
    const update = tf.sigmoid(updateInput!.add(updateState!));
    const candidate = tf.tanh(candidateInput!.add(reset.mul(candidateState!)));
    return candidate.add(update.mul(state.sub(candidate)));
  };
  const plain = tf.valueAndGrad(
    (inputWeights: Tensor, stateWeights: Tensor, bias: Tensor) => {
      const fromInputs = tf.matmul(x, inputWeights).add(bias).reshape([STEPS, BATCH, GATES]);
      const states = tf.scan(step(stateWeights), fromInputs, { initializer: start });
      return tf.reduceMean(tf.square(states));
    },
    { argnums: [0, 1, 2] },
  );
  const both = compiled ? tf.compile(plain) : plain;
  const [w, u, b] = parameters().map((values, place) =>
    tf.constant(values, { shape: SHAPES[place]! }),
  );
  return measure(() => {
    const [value, gradients] = both(w!, u!, b!);
    return [value, ...gradients].map((tensor) => tensor.data({ copy: false }));
  });
}

/** TensorFlow.js has no scan; the steps are recorded one after the other. */
async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const x = tf.tensor2d(sequence(), [STEPS * BATCH, WIDTH]);
  const both = tf.valueAndGrads(
    (inputWeights: PeerTensor, stateWeights: PeerTensor, bias: PeerTensor) => {
      const fromInputs = tf.matMul(x, inputWeights).add(bias).reshape([STEPS, BATCH, GATES]);
      let state: PeerTensor = tf.zeros([BATCH, WIDTH]);
      const states = tf.unstack(fromInputs).map((fromInput) => {
        const [resetInput, updateInput, candidateInput] = tf.split(fromInput, 3, 1);
        const fromState = tf.matMul(state as Tensor2D, stateWeights);
        const [resetState, updateState, candidateState] = tf.split(fromState, 3, 1);
        const reset = tf.sigmoid(resetInput!.add(resetState!));
        const update = tf.sigmoid(updateInput!.add(updateState!));
        const candidate = tf.tanh(candidateInput!.add(reset.mul(candidateState!)));
        state = candidate.add(update.mul(state.sub(candidate)));
        return state;
      });
      return tf.mean(tf.square(tf.stack(states)));
    },
  );
  const inputs = parameters().map((values, place) => tf.tensor(values, [...SHAPES[place]!]));
  return measure(() =>
    readTidily(tf, () => {
      const { value, grads } = both(inputs);
      return [value, ...grads];
    }),
  );
}

/** Neither has jax-js; its jit compiles all the steps. */
async function jaxJs(compiled: boolean): Promise<Figures> {
  const { jit, nn, numpy, valueAndGrad } = await openJaxJs();
  const x = numpy.array(sequence(), { shape: [STEPS * BATCH, WIDTH] });
  const plain = valueAndGrad(
    (inputs: JaxArray, inputWeights: JaxArray, stateWeights: JaxArray, bias: JaxArray) => {
      const fromInputs = numpy
        .matmul(inputs, inputWeights)
        .add(bias)
        .reshape([STEPS, BATCH, GATES]);
      let state = numpy.zeros([BATCH, WIDTH]);
      const states = Array.from({ length: STEPS }, (_, place) => {
        const fromInput = numpy.split(fromInputs.ref.slice(place), 3, 1);
        const [resetInput, updateInput, candidateInput] = fromInput;
        const fromState = numpy.split(numpy.matmul(state.ref, stateWeights.ref), 3, 1);
        const [resetState, updateState, candidateState] = fromState;
        const reset = nn.sigmoid(resetInput!.add(resetState!));
        const update = nn.sigmoid(updateInput!.add(updateState!));
        const candidate = numpy.tanh(candidateInput!.add(reset.mul(candidateState!)));
        state = candidate.ref.add(update.mul(state.sub(candidate)));
        return state.ref;
      });
      for (const held of [state, fromInputs, stateWeights]) held.dispose();
      return numpy.square(numpy.stack(states)).mean();
    },
    { argnums: [1, 2, 3] },
  );
  const both = compiled ? jit(plain) : plain;
  const [w, u, b] = parameters().map((values, place) =>
    numpy.array(values, { shape: [...SHAPES[place]!] }),
  );
  return measure(() => {
    const [value, gradients] = both(x.ref, w!.ref, u!.ref, b!.ref);
    return [value, ...gradients].map((array) => array.dataSync());
  });
}

export const gru: Row = {
  name: "gru",
  title: `gradient of a gated recurrent unit over ${STEPS} steps, ${WIDTH} wide, batch ${BATCH}, float32`,
  processes: 1,
  contenders: {
    [OURS]: () => gradtape(true),
    [EAGER]: () => gradtape(false),
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": () => jaxJs(false),
    "jax-js jit": () => jaxJs(true),
  },
  metrics: [
    { name: "gradient", label: "value and gradient by all weights", unit: "ms", compare: true },
  ],
};
