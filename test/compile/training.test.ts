/** Whole training steps compiled, optimizers included: they go on step by step as they do uncompiled. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

const inputs = tf.random.normal([20, 3], { seed: 1, dtype: "float64" });
const labels = tf.reduceSum(tf.tanh(inputs), { axis: 1, keepdims: true });

const OPTIMIZERS: Readonly<Record<string, () => tf.optimizers.Optimizer>> = {
  SGD: () => new tf.optimizers.SGD({ learningRate: 0.1 }),
  momentum: () => new tf.optimizers.SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  Adam: () => new tf.optimizers.Adam({ learningRate: 0.05 }),
  AdamW: () => new tf.optimizers.AdamW({ learningRate: 0.05 }),
  RMSprop: () => new tf.optimizers.RMSprop({ learningRate: 0.01, momentum: 0.5, centered: true }),
};

/** The losses of some steps, and what was learned. */
function train(
  optimizer: tf.optimizers.Optimizer,
  wrap: (step: () => tf.Tensor) => () => tf.Tensor,
): { losses: number[]; weights: unknown[] } {
  const w = new tf.Variable(tf.random.normal([3, 4], { seed: 2, dtype: "float64" }));
  const v = new tf.Variable(tf.random.normal([4, 1], { seed: 3, dtype: "float64" }));
  const loss = (): tf.Tensor =>
    tf.reduceMean(tf.square(tf.matmul(tf.tanh(tf.matmul(inputs, w)), v).sub(labels)));
  const step = wrap(() => optimizer.minimize(loss));
  const losses: number[] = [];
  for (let number = 0; number < 12; number++) {
    if (number === 6) optimizer.learningRate /= 2;
    losses.push(step().item());
  }
  return { losses, weights: [w.toArray(), v.toArray()] };
}

describe("a compiled step", () => {
  it.each(Object.entries(OPTIMIZERS))("of %s does what the step does", (_, make) => {
    const eager = train(make(), (step) => step);
    let traces = 0;
    const optimizer = make();
    const compiled = train(optimizer, (step) =>
      tf.compile(() => {
        traces++;
        return step();
      }),
    );
    for (const [step, loss] of eager.losses.entries()) {
      expect(compiled.losses[step]).toBeCloseTo(loss, 10);
    }
    compiled.weights.flat(3).forEach((weight, place) => {
      expect(weight).toBeCloseTo(eager.weights.flat(3)[place] as number, 10);
    });
    expect(compiled.losses.at(-1)).toBeLessThan(compiled.losses[0]!);
    expect(optimizer.iterations).toBe(12);
    expect(traces).toBe(1);
  });
});
