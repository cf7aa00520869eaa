/** What nesting costs: the third derivative of a scalar function, as the gradient of the gradient of the gradient. */

import type { Array as JaxArray } from "@jax-js/jax";
import type { Scalar } from "@tensorflow/tfjs";
import type { Tensor } from "gradtape";
import { openJaxJs, openTensorFlowJs } from "../peers.js";
import { type Figures, OURS, type Row } from "../row.js";
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

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const thirdOf = (f: (x: Tensor) => Tensor) => {
    const third = tf.grad(tf.grad(tf.grad(f)));
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

async function jaxJs(): Promise<Figures> {
  const { grad, numpy } = await openJaxJs();
  const thirdOf = (f: (x: JaxArray) => JaxArray) => {
    const third = grad(grad(grad(f)));
    return () => third(numpy.array(X)).item();
  };
  return measure(
    thirdOf((x) => x.ref.mul(x.ref).mul(x.ref).mul(x)),
    thirdOf((x) => numpy.power(x, 4)),
  );
}

export const thirdDerivative: Row = {
  name: "third-derivative",
  title: `the third derivative of x⁴ at ${X}, float32 scalars`,
  processes: 3,
  contenders: {
    [OURS]: gradtape,
    "tfjs cpu": () => tensorFlowJs("cpu"),
    "tfjs wasm": () => tensorFlowJs("wasm"),
    "jax-js": jaxJs,
  },
  metrics: [
    { name: "product", label: "of x·x·x·x", unit: "µs" },
    { name: "power", label: "of pow(x, 4)", unit: "µs" },
    {
      name: "faster",
      label: "of the faster one",
      unit: "µs",
      bars: [{ kind: "atMost", limit: 25 }],
      compare: true,
    },
  ],
};
