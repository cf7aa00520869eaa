/** The libraries that we are compared with, each ready to use. */

import type { Tensor as TensorFlowJsTensor } from "@tensorflow/tfjs";

export type TensorFlowJs = typeof import("@tensorflow/tfjs");
export type JaxJs = typeof import("@jax-js/jax");

/** TensorFlow.js on one of its backends that run in Node without an addon. */
export async function openTensorFlowJs(backend: "cpu" | "wasm"): Promise<TensorFlowJs> {
  const tf = await import("@tensorflow/tfjs");
  tf.enableProdMode();
  if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend}`);
  await tf.ready();
  return tf;
}

/**
 * What is computed inside `tidy`, read. Arrays are read outside of it, because it searches its result for tensors, in a typed array
 * element by element.
 */
export function readTidily(
  tf: TensorFlowJs,
  compute: () => TensorFlowJsTensor[],
): readonly ArrayLike<number>[] {
  return tf.tidy(compute).map((tensor) => {
    const values = tensor.dataSync();
    tensor.dispose();
    return values;
  });
}

/** jax-js on its WebAssembly backend, its default and its fastest in Node. */
export async function openJaxJs(): Promise<JaxJs> {
  const jax = await import("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return jax;
}
