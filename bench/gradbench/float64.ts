/** Tensors of the numbers in a message, and back. */

import * as tf from "gradtape";

/** A scalar, a vector, or a matrix given by its rows. */
export function float64(values: number | readonly number[]): tf.Tensor;
export function float64(values: readonly (readonly number[])[], columns: number): tf.Tensor;
export function float64(
  values: number | readonly number[] | readonly (readonly number[])[],
  columns?: number,
): tf.Tensor {
  return typeof values === "object" && columns !== undefined
    ? tf.constant(values.flat(), { dtype: "float64", shape: [values.length, columns] })
    : tf.constant(values, { dtype: "float64" });
}

/** The number in a scalar. */
export function toNumber(x: tf.Tensor): number {
  return x.item();
}

/** The numbers in a tensor, nested as its axes are. */
export function toArrays(x: tf.Tensor): tf.NestedNumbers {
  return x.toArray();
}

/** The numbers in a tensor one after another. */
export function toList(x: tf.Tensor): number[] {
  return Array.from(x.data({ copy: false }));
}
