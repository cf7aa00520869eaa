/** What a program of the golden cases of JAX and PyTorch is, and how programs are made of linear operations. */
import * as tf from "gradtape";

/** A function of float64 tensors; the Python scripts have the same function under the same name. */
export type Program = (...operands: tf.Tensor[]) => tf.Tensor;

export type Programs = Readonly<Record<string, Program>>;

/** The squares of what a program gives: with them a linear operation has second derivatives. */
export function squared(program: Program): Program {
  return (...operands) => tf.square(program(...operands));
}

/** The entry at a position that is there. */
export function at<T>(values: readonly T[], position: number): T {
  const value = values[position];
  if (value === undefined) throw new Error(`nothing at position ${position}`);
  return value;
}

/** The sum of all, from left to right. */
export function total(first: tf.Tensor, ...others: readonly tf.Tensor[]): tf.Tensor {
  return others.reduce((sum, other) => tf.add(sum, other), first);
}

/** A float64 tensor of numbers that a program has for itself. */
export function numbers(values: tf.Literal): tf.Tensor {
  return tf.constant(values, { dtype: "float64" });
}

/** An int32 tensor of indices that a program has for itself. */
export function indices(values: tf.Literal): tf.Tensor {
  return tf.constant(values, { dtype: "int32" });
}
