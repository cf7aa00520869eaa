/** Elementwise operations over every kind of layout, single, compiled and with gradients, as plain numbers. */

import * as tf from "gradtape";

/** The values and gradients, to be compared between engines and policies. */
export function results(): unknown {
  const matrix = tf.constant([
    [0.5, -1.5, 2],
    [3, 0.25, -0.75],
  ]);
  const tape = new tf.GradientTape();
  tape.watch(matrix);
  const row = tf.constant([1, 2, 3]);
  const values = [
    tf.add(matrix, row),
    tf.multiply(matrix, 2),
    tf.tanh(tf.transpose(matrix)),
    tf.where(tf.greater(matrix, 0), tf.reverse(matrix, [1]), row),
    tf.math.floordiv(tf.constant([7, -7], { dtype: "int32" }), 2),
    tf.cast(tf.ones([4]), "float64").mul(3),
  ];
  const loss = tf.reduceSum(tf.multiply(tf.tanh(matrix), tf.add(matrix, row)));
  const compiled = tf.compile(
    tf.valueAndGrad((x: tf.Tensor) => tf.reduceSum(tf.tanh(x).mul(x.add(row)).div(2))),
  )(matrix);
  return [...values, ...compiled, tape.gradient(loss, matrix)].map((value) => value.toArray());
}
