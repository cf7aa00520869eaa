/** What nesting costs: the third derivative of a scalar function, as the gradient of the gradient of the gradient. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Scalar } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, type Metric, OURS, type Row } from "../row.js";
import { expectClose, warmMilliseconds } from "../timing.js";

const X = 1.5;
/** 24 x. */
const EXPECTED = 36;

function microseconds(derivative: () => number): number {
  expectClose(derivative(), EXPECTED, 1e-5);
  return 1000 * warmMilliseconds(derivative);
}

/** `byProduct` differentiates x·x·x·x, `byPower` pow(x, 4). */
function measure(byProduct: () => number, byPower: () => number): Figures {
  const product = microseconds(byProduct);
  const power = microseconds(byPower);
  return { product, power, faster: Math.min(product, power) };
}

async function gradtape(compiled: boolean): Promise<Figures> {
  const tf = await import("gradtape");
  const thirdOf = (f: (x: Tensor) => Tensor) => {
    const plain = tf.grad(tf.grad(tf.grad(f)));
    const third = compiled ? tf.compile(plain) : plain;
    return () => third(tf.constant(X)).item();
  };
  return measure(
    thirdOf((x) => x.mul(x).mul(x).mul(x)),
    thirdOf((x) => x.pow(4)),
  );
}

async function tensorFlowJs(backend: "cpu" | "wasm"): Promise<Figures> {
  const tf = await openTensorFlowJs(backend);
  const thirdOf = (f: (x: Scalar) => Scalar) => {
    const third = tf.grad(tf.grad(tf.grad(f as Parameters<typeof tf.grad>[0])));
    return () => tf.tidy(() => third(tf.scalar(X)).dataSync()[0]!);
  };
  return measure(
    thirdOf((x) => x.mul(x).mul(x).mul(x)),
    thirdOf((x) => x.pow(4)),
  );
}

async function jaxJs(compiled: boolean): Promise<Figures> {
  const { grad, jit, numpy } = await openJaxJs();
  const thirdOf = (f: (x: JaxArray) => JaxArray) => {
    const plain = grad(grad(grad(f)));
    const third = compiled ? jit(plain) : plain;
    return () => third(numpy.array(X)).item();
  };
  return measure(
    thirdOf((x) => x.ref.mul(x.ref).mul(x.ref).mul(x)),
    thirdOf((x) => numpy.power(x, 4)),
  );
}

const TITLE = `the third derivative of x⁴ at ${X}, float32 scalars`;
const PEERS: Row["contenders"] = {
  "tfjs cpu": () => tensorFlowJs("cpu"),
  "tfjs wasm": () => tensorFlowJs("wasm"),
  "jax-js": () => jaxJs(false),
};

function metrics(limit: number): readonly Metric[] {
  return [
    { name: "product", label: "of x·x·x·x", unit: "µs" },
    { name: "power", label: "of pow(x, 4)", unit: "µs" },
    {
      name: "faster",
      label: "of the faster one",
      unit: "µs",
      bars: [{ kind: "atMost", limit }],
      compare: true,
    },
  ];
}

export const thirdDerivative: Row = {
  name: "third-derivative",
  title: TITLE,
  processes: 3,
  contenders: { [OURS]: () => gradtape(false), ...PEERS },
  metrics: metrics(25),
};

export const thirdDerivativeCompiled: Row = {
  name: "third-derivative-compiled",
  title: `${TITLE}, compiled`,
  processes: 3,
  contenders: { [OURS]: () => gradtape(true), ...PEERS, "jax-js jit": () => jaxJs(true) },
  metrics: metrics(2),
};
