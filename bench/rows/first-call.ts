/** Whether a long call is slow because it is the first: a first call against later ones, where compiling is little beside running. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Tensor } from "gradtape";
import { noise } from "../noise.js";
import { openJaxJs } from "../peers.js";
import { type Figures, type Metric, OURS, type Row } from "../row.js";
import { expectClose, median, milliseconds } from "../timing.js";

/** Matrices of this side: the product takes some tenths of a second. */
const SIDE = 2560;
/** So many different columns, again and again, so that the answer is known. */
const COLUMNS = 4;
const ELEMENTS = 10_000_000;
/** So many different elements, again and again. */
const PERIOD = 1000;
/** How often y becomes tanh(y·x + 0.5). */
const ROUNDS = 40;
const LATER_CALLS = 3;

function matrices(): readonly [a: Float32Array, b: Float32Array] {
  const columns = noise(SIDE * COLUMNS, 0.05, 2);
  const b = Float32Array.from({ length: SIDE * SIDE }, (_, index) => {
    const row = Math.floor(index / SIDE);
    return columns[row * COLUMNS + (index % COLUMNS)]!;
  });
  return [noise(SIDE * SIDE, 1, 1), b];
}

/** The mean of tanh(a·b). */
function meanOfProduct(): number {
  const [a, b] = matrices();
  let sum = 0;
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      let element = 0;
      for (let inner = 0; inner < SIDE; inner++) {
        element += a[row * SIDE + inner]! * b[inner * SIDE + column]!;
      }
      sum += Math.tanh(element);
    }
  }
  return sum / (SIDE * COLUMNS);
}

function vector(): Float32Array {
  const period = noise(PERIOD, 1, 3);
  return Float32Array.from({ length: ELEMENTS }, (_, index) => period[index % PERIOD]!);
}

/** The largest element, which no order of additions blurs. */
function largestOfRounds(): number {
  const ends = Array.from(noise(PERIOD, 1, 3), (x) => {
    let y = x;
    for (let round = 0; round < ROUNDS; round++) y = Math.tanh(y * x + 0.5);
    return y;
  });
  return Math.max(...ends);
}

async function measure(opened: Promise<() => number>, expected: () => number): Promise<Figures> {
  const run = await opened;
  let answer = Number.NaN;
  const timed = () =>
    milliseconds(() => {
      answer = run();
    });
  const first = timed();
  const later = median(Array.from({ length: LATER_CALLS }, timed));
  expectClose(answer, expected(), 1e-4);
  return { first, later, ratio: first / later };
}

async function gradtapeProduct(): Promise<() => number> {
  const tf = await import("gradtape");
  const [a, b] = matrices().map((values) => tf.constant(values, { shape: [SIDE, SIDE] }));
  const mean = tf.compile((left: Tensor, right: Tensor) =>
    tf.reduceMean(tf.tanh(tf.matmul(left, right))),
  );
  return () => mean(a!, b!).item();
}

async function gradtapeRounds(): Promise<() => number> {
  const tf = await import("gradtape");
  const x = tf.constant(vector());
  const largest = tf.compile((operand: Tensor) => {
    let y = operand;
    for (let round = 0; round < ROUNDS; round++) y = tf.tanh(y.mul(operand).add(0.5));
    return tf.reduceMax(y);
  });
  return () => largest(x).item();
}

async function jaxJsProduct(): Promise<() => number> {
  const { jit, numpy } = await openJaxJs();
  const [a, b] = matrices().map((values) => numpy.array(values, { shape: [SIDE, SIDE] }));
  const mean = jit((left: JaxArray, right: JaxArray) =>
    numpy.tanh(numpy.matmul(left, right)).mean(),
  );
  return () => mean(a!.ref, b!.ref).item();
}

const METRICS: readonly Metric[] = [
  { name: "first", label: "the first call", unit: "ms" },
  { name: "later", label: "a later call", unit: "ms" },
  {
    name: "ratio",
    label: "the first as a multiple",
    unit: "",
    bars: [{ kind: "atMost", limit: 1.3 }],
  },
];

export const firstCallMatmul: Row = {
  name: "first-call-matmul",
  title: `the first call of a compiled mean of tanh(a·b), ${SIDE}×${SIDE}, compilation included`,
  processes: 3,
  contenders: {
    [OURS]: () => measure(gradtapeProduct(), meanOfProduct),
    "jax-js jit": () => measure(jaxJsProduct(), meanOfProduct),
  },
  metrics: METRICS,
};

export const firstCallElementwise: Row = {
  name: "first-call-elementwise",
  title: `the first call of ${ROUNDS} compiled rounds of tanh(y·x + 0.5), ${ELEMENTS} elements, compilation included`,
  processes: 3,
  contenders: {
    [OURS]: () => measure(gradtapeRounds(), largestOfRounds),
  },
  metrics: METRICS,
};
