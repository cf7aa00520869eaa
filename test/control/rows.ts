/** What `vectorizedMap` gives, and its derivatives, compared with a loop over rows. */
import * as tf from "gradtape";
import { expectValues, gradient, type TensorFunction } from "./control.js";

/** What a function gives row by row, on values. */
export function byRow(f: TensorFunction, ...inputs: readonly tf.Tensor[]): tf.Tensor {
  const count = inputs[0]!.shape[0]!;
  return tf.stack(Array.from({ length: count }, (_, row) => f(...inputs.map((x) => x.at(row)))));
}

export const inRows = (f: TensorFunction, ...inputs: readonly tf.Tensor[]): tf.Tensor =>
  tf.vectorizedMap((own: tf.Tensor[]) => f(...own), [...inputs]);

/** Values, gradients in the rows, gradients around them, tangents and second derivatives are those of every row by itself. */
export function expectRows(f: TensorFunction, ...inputs: readonly tf.Tensor[]): void {
  const slope = gradient(f);
  const tangent: TensorFunction = (x, ...rest) =>
    tf.jvp((own: tf.Tensor) => f(own, ...rest), [x], [tf.onesLike(x)])[1];
  const second = gradient((...own) => slope(...own).mul(own[0]!));
  expectValues(inRows(f, ...inputs), byRow(f, ...inputs));
  expectValues(inRows(slope, ...inputs), byRow(slope, ...inputs));
  expectValues(inRows(tangent, ...inputs), byRow(tangent, ...inputs));
  expectValues(inRows(second, ...inputs), byRow(second, ...inputs));
  const around = gradient((...own) => inRows(f, ...own));
  expectValues(around(...inputs), byRow(slope, ...inputs));
  const tangentAround: TensorFunction = (x, ...rest) =>
    tf.jvp((own: tf.Tensor) => inRows(f, own, ...rest), [x], [tf.onesLike(x)])[1];
  expectValues(tangentAround(...inputs), byRow(tangent, ...inputs));
}

/** x ← x² / 10 as long as it is above a bound. */
export const halvedAbove: TensorFunction = (x, bound) =>
  tf.whileLoop(
    (v) => tf.greater(v, bound),
    (v) => [v.mul(v).mul(0.1)],
    [x],
  )[0];
