/** The five programs of TensorFlow's tutorial on automatic differentiation, with its names, each checking its results. */

import * as tf from "gradtape";
import { check, checkThrows } from "./check.js";

/** A tape records what is computed of the tensors that it watches. */
export function derivativeOfAnInput() {
  console.log("1. z = (Σx)², x a matrix of ones");
  const x = tf.ones([2, 2]);

  using t = new tf.GradientTape();
  t.watch(x);
  const y = tf.reduceSum(x);
  const z = tf.multiply(y, y);

  // The derivative of z with respect to the original input tensor x.
  const dz_dx = t.gradient(z, x);

  check("dz/dx = 2·Σx", dz_dx, [
    [8, 8],
    [8, 8],
  ]);
  return { dz_dx };
}

/** Gradients can be asked for anything that was computed while the tape recorded. */
export function derivativeOfAnIntermediate() {
  console.log("2. The same z through the intermediate y = Σx");
  const x = tf.ones([2, 2]);

  using t = new tf.GradientTape();
  t.watch(x);
  const y = tf.reduceSum(x);
  const z = tf.multiply(y, y);

  // The derivative of z with respect to the intermediate value y.
  const dz_dy = t.gradient(z, y);

  check("dz/dy = 2y", dz_dy, 8);
  return { dz_dy };
}

/** A tape computes one gradient and lets go of what it recorded; a persistent one computes as many as are wanted. */
export function persistentTape() {
  console.log("3. A persistent tape: y = x², z = y², x = 3");
  const x = tf.constant(3);

  const t = new tf.GradientTape({ persistent: true });
  t.watch(x);
  const y = x.mul(x);
  const z = y.mul(y);
  t.stop();

  const dz_dx = t.gradient(z, x);
  const dy_dx = t.gradient(y, x);

  check("dz/dx = 4x³", dz_dx, 108);
  check("dy/dx = 2x", dy_dx, 6);

  // Python's `del t`: gives up all that the tape holds. `using` does the same at the end of a block.
  t[Symbol.dispose]();
  checkThrows("t.gradient(z, x) of the released tape", () => t.gradient(z, x), tf.TapeError);
  return { dz_dx, dy_dx };
}

/** Loops and conditions are JavaScript's own: the tape records the operations that were run. */
export function controlFlow() {
  console.log("4. Control flow: f multiplies by x for every i below y with 1 < i < 5, x = 2");

  function f(x: tf.Tensor, y: number): tf.Tensor {
    let output = tf.constant(1);
    for (let i = 0; i < y; i++) {
      if (i > 1 && i < 5) output = tf.multiply(output, x);
    }
    return output;
  }

  function grad(x: tf.Tensor, y: number): tf.Tensor {
    using t = new tf.GradientTape();
    t.watch(x);
    const out = f(x, y);
    return t.gradient(out, x);
  }

  const x = tf.convertToTensor(2);
  const gradients = [grad(x, 6), grad(x, 5), grad(x, 4)] as const;

  check("y = 6: df/dx = 3x²", gradients[0], 12);
  check("y = 5: df/dx = 3x²", gradients[1], 12);
  check("y = 4: df/dx = 2x", gradients[2], 4);
  return { gradients };
}

/** A gradient computed while an outer tape records is recorded there, so it can be differentiated again. */
export function higherOrder() {
  console.log("5. Second order: y = x³, x a variable at 1");
  const x = new tf.Variable(1);

  using t = new tf.GradientTape();
  using t2 = new tf.GradientTape();
  // Tapes watch a trainable variable by themselves.
  const y = x.mul(x).mul(x);

  const dy_dx = t2.gradient(y, x);
  const d2y_dx2 = t.gradient(dy_dx, x);

  check("dy/dx = 3x²", dy_dx, 3);
  check("d²y/dx² = 6x", d2y_dx2, 6);
  return { dy_dx, d2y_dx2 };
}

/** Runs the five programs in order. */
export function tutorial(): void {
  console.log("Automatic differentiation with a gradient tape\n");
  for (const program of [
    derivativeOfAnInput,
    derivativeOfAnIntermediate,
    persistentTape,
    controlFlow,
    higherOrder,
  ]) {
    program();
    console.log();
  }
}
