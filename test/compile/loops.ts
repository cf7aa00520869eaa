/** Loops for tests, and what they are run on. */

import * as tf from "gradtape";
import { randomWeights, tensorFrom } from "../harness/operands.js";

/** Weights of a shape, in float64. */
export function some(name: string, ...shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensorFrom(randomWeights(size, name), "float64", shape);
}

export function integer(value: number): tf.Tensor {
  return tf.constant(value, { dtype: "int32" });
}

export function double(value: number): tf.Tensor {
  return tf.constant(value, { dtype: "float64" });
}

/** A loop of so many iterations whose number is not known before. */
export function repeat(
  count: tf.Tensor,
  step: (x: tf.Tensor, index: tf.Tensor) => tf.Tensor,
  start: tf.Tensor,
): tf.Tensor {
  return tf.whileLoop(
    (index: tf.Tensor) => tf.less(index, count),
    (index: tf.Tensor, x: tf.Tensor) => [index.add(1), step(x, index)],
    [integer(0), start],
  )[1] as tf.Tensor;
}

/** What any number of variables are after so many iterations; the body is given the number of the iteration first. */
export function times(
  count: tf.Tensor | number,
  body: (index: tf.Tensor, ...variables: tf.Tensor[]) => readonly tf.Tensor[],
  ...initial: readonly tf.Tensor[]
): readonly tf.Tensor[] {
  const loop = tf.whileLoop(
    (index: tf.Tensor) => tf.less(index, count),
    (index: tf.Tensor, ...own: tf.Tensor[]) => [index.add(1), ...body(index, ...own)],
    [integer(0), ...initial],
  );
  return (loop as tf.Tensor[]).slice(1);
}
