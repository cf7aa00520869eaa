/** The rows of a matrix used one by one: the gradient must not cost a matrix of zeros for each of them. */

import type { Array as JaxArray } from "@jax-js/jax";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, milliseconds, warmMilliseconds } from "../timing.js";

const COLUMNS = 64;
const ROWS = 1000;
/** Milliseconds beyond which twice the rows are not waited for. */
const PATIENCE = 1000;

function matrixValues(rows: number): Float32Array {
  return Float32Array.from({ length: rows * COLUMNS }, (_, index) => (index % 7) - 3);
}

/** `prepare` makes a function that gives the last element of the gradient of Σ x², which is 2x. */
function measure(prepare: (values: Float32Array, rows: number) => () => number): Figures {
  const pass = (rows: number): (() => void) => {
    const values = matrixValues(rows);
    const run = prepare(values, rows);
    return () => expectClose(run(), 2 * values[values.length - 1]!, 1e-6);
  };
  const single = pass(ROWS);
  const first = milliseconds(single);
  const once = warmMilliseconds(single);
  if (once > PATIENCE) return { first, once };
  const twice = warmMilliseconds(pass(2 * ROWS));
  return { first, once, twice, growth: twice / once };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  return measure((values, rows) => {
    const x = tf.constant(values, { shape: [rows, COLUMNS] });
    return () => {
      const tape = new tf.GradientTape();
      tape.watch(x);
      let total = tf.constant(0);
      for (let row = 0; row < rows; row++) total = total.add(x.at(row).square().sum());
      return tape.gradient(total, x).at(-1, -1).item();
    };
  });
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  return measure((values, rows) => {
    const x = tf.tensor2d(values, [rows, COLUMNS]);
    const gradient = tf.grad((matrix) => {
      let total = tf.scalar(0);
      for (let row = 0; row < rows; row++) {
        total = total.add(matrix.slice([row, 0], [1, COLUMNS]).square().sum());
      }
      return total;
    });
    return () => tf.tidy(() => gradient(x).dataSync().at(-1)!);
  });
}

async function jaxJs(): Promise<Figures> {
  const { grad, numpy } = await openJaxJs();
  return measure((values, rows) => {
    const x = numpy.array(values, { shape: [rows, COLUMNS] });
    const gradient = grad((matrix: JaxArray) => {
      let total = numpy.array(0);
      for (let row = 0; row < rows; row++) {
        total = total.add(numpy.square(matrix.ref.slice(row)).sum());
      }
      matrix.dispose();
      return total;
    });
    return () => gradient(x.ref).dataSync().at(-1)!;
  });
}

export const matrixRows: Row = {
  name: "matrix-rows",
  title: `the rows of a matrix with ${COLUMNS} columns squared and summed one by one, with gradient`,
  processes: 1,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [
    { name: "first", label: `${ROWS} rows, the first time`, unit: "ms" },
    {
      name: "once",
      label: `${ROWS} rows`,
      unit: "ms",
      bars: [{ kind: "atMost", limit: 30 }],
      compare: true,
    },
    { name: "twice", label: `${2 * ROWS} rows`, unit: "ms" },
    {
      name: "growth",
      label: "growth for twice the rows",
      unit: "",
      bars: [{ kind: "atMost", limit: 2.5 }],
    },
  ],
};
