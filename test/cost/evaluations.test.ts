/** What derivatives cost, counted in evaluations: nothing of the forward pass twice, and nothing quadratic in the length of a program. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { evaluationsOf } from "./evaluations.js";

const normal = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.random.normal(shape, { seed, stddev: 0.3 });

const labels = tf.oneHot(tf.constant([0, 2, 1, 2], { dtype: "int32" }), 3);

function mlp(): readonly [() => tf.Tensor, readonly tf.Tensor[]] {
  const inputs = normal([4, 5], 1);
  const weights = [normal([5, 6], 2), normal([6], 3), normal([6, 3], 4), normal([3], 5)] as const;
  const [w1, b1, w2, b2] = weights;
  const loss = (): tf.Tensor => {
    const hidden = tf.tanh(tf.matmul(inputs, w1).add(b1));
    const logits = tf.matmul(hidden, w2).add(b2);
    return tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(labels, logits));
  };
  return [loss, weights];
}

function cnn(): readonly [() => tf.Tensor, readonly tf.Tensor[]] {
  const images = normal([4, 8, 8, 1], 1);
  const weights = [normal([3, 3, 1, 4], 2), normal([3, 3, 4, 2], 3), normal([8, 3], 4)] as const;
  const [first, second, dense] = weights;
  const layer = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
    const convolved = tf.nn.relu(tf.nn.conv2d(x, w, { strides: 1, padding: "SAME" }));
    return tf.nn.maxPool2d(convolved, { ksize: 2, strides: 2, padding: "VALID" });
  };
  const loss = (): tf.Tensor => {
    const features = layer(layer(images, first), second).reshape([4, 8]);
    return tf.reduceMean(tf.nn.softmaxCrossEntropyWithLogits(labels, tf.matmul(features, dense)));
  };
  return [loss, weights];
}

describe("value and gradient", () => {
  it.each([
    ["an MLP", mlp],
    ["a CNN", cnn],
    [
      "Σ tanh",
      () => {
        const x = normal([100], 1);
        return [() => tf.reduceSum(tf.tanh(x)), [x]] as const;
      },
    ],
  ])("of %s evaluate nothing of the forward pass again", (_, make) => {
    const [loss, weights] = make();
    const tape = new tf.GradientTape();
    tape.watch(weights);
    let value: tf.Tensor | undefined;
    const forward = evaluationsOf(() => {
      value = loss();
    });
    const backward = evaluationsOf(() => tape.gradient(value!, weights));
    expect(forward.length).toBeGreaterThan(1);
    expect(backward.length).toBeGreaterThan(1);
    const known = new Set(forward);
    expect(known.size).toBe(forward.length);
    expect(backward.filter((name) => known.has(name))).toEqual([]);
  });

  type Sum = (x: tf.Tensor) => tf.Tensor;
  it.each<[string, (f: Sum, x: tf.Tensor) => unknown]>([
    ["grad", (f, x) => tf.grad(f)(x)],
    ["valueAndGrad", (f, x) => tf.valueAndGrad(f)(x)],
    ["jacobian", (f, x) => tf.jacobian(f)(x)],
    ["hessian", (f, x) => tf.hessian(f)(x)],
    ["hvp", (f, x) => tf.hvp(f, [x], [x])],
  ])("%s runs the function once", (_, differentiate) => {
    let calls = 0;
    const f = (x: tf.Tensor): tf.Tensor => {
      calls++;
      return tf.reduceSum(tf.square(x));
    };
    differentiate(f, tf.constant([1, 2, 3]));
    expect(calls).toBe(1);
  });
});

/** Evaluations for a program of some length, and of twice that. */
function growth(program: (length: number) => void): number {
  const count = (length: number): number => evaluationsOf(() => program(length)).length;
  return count(400) / count(200);
}

function chain(length: number): (x: tf.Tensor) => tf.Tensor {
  return (x) => {
    let y = x;
    for (let step = 0; step < length; step++) y = tf.sin(y.mul(x));
    return tf.reduceSum(y);
  };
}

describe("evaluations grow with the length of a program as the program does", () => {
  const x = tf.constant([0.5, 0.7]);

  it.each<[string, (length: number) => void]>([
    ["a gradient", (length) => void tf.grad(chain(length))(x)],
    ["a tangent", (length) => void tf.jvp(chain(length), [x], [[1, 0]])],
    ["a Jacobian", (length) => void tf.jacobian(chain(length))(x)],
    ["a Hessian", (length) => void tf.hessian(chain(length))(x)],
    ["a Hessian-vector product", (length) => void tf.hvp(chain(length), [x], [[1, 0]])],
    [
      "a scan",
      (length) => {
        const f = (a: tf.Tensor): tf.Tensor =>
          tf.reduceSum(
            tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)), tf.ones([length]), {
              initializer: tf.reduceSum(a),
            }),
          );
        tf.grad(f)(x);
      },
    ],
    [
      "a traced scan",
      (length) => {
        const f = (a: tf.Tensor): tf.Tensor =>
          tf.reduceSum(
            tf.scan((s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e)), tf.ones([length]), {
              initializer: a,
            }),
          );
        tf.vectorizedMap(tf.grad(f), x);
      },
    ],
    [
      "a traced loop of unknown length",
      (length) => {
        const f = (a: tf.Tensor): tf.Tensor => {
          const [, y] = tf.whileLoop(
            (i) => tf.less(i, length),
            (i, y) => [i.add(1), tf.sin(y.mul(a))],
            [tf.constant(0, { dtype: "int32" }), a],
          );
          return y;
        };
        tf.vectorizedMap(tf.grad(f), x);
      },
    ],
    ["a function that is run again", (length) => void tf.grad(tf.recomputeGrad(chain(length)))(x)],
  ])("%s", (_, program) => {
    const ratio = growth(program);
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.1);
  });
});
