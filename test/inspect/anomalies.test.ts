/** `detectAnomalies`: which operation made the first number that is not finite, where, and in which direction. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { isRecording } from "../../src/core/dispatch.js";
import { derivativeWatcher } from "../../src/core/watcher.js";

/** The error that a program ends in. */
function anomalyOf(program: () => unknown): tf.AnomalyError {
  try {
    tf.detectAnomalies(program);
  } catch (error) {
    if (error instanceof tf.AnomalyError) return error;
    throw error;
  }
  throw new Error("no anomaly was found");
}

const HERE = /inspect[\\/]anomalies\.test\.ts:\d+:\d+/;

describe("forward", () => {
  it("names the operation, the line of the call, the element and its value", () => {
    const x = tf.constant([
      [1, 2],
      [0, -1],
    ]);
    const error = anomalyOf(() => tf.math.log(x));
    expect(error).toMatchObject({ op: "log", phase: "forward", element: [1, 0], value: -Infinity });
    expect(error.line).toMatch(HERE);
    expect(error.message).toContain("log made -Infinity out of finite numbers");
    expect(error.message).toContain("element [1, 0] of float32[2, 2]");
    expect(error.message).toMatch(HERE);
  });

  it("finds the first of several", () => {
    const error = anomalyOf(() => {
      const ratio = tf.divide([1, 2], [1, 0]);
      return tf.subtract(ratio, ratio);
    });
    expect(error).toMatchObject({ op: "divide", element: [1], value: Infinity });
  });

  it("finds overflow of float32, in scalars and in arrays of every layout", () => {
    expect(anomalyOf(() => tf.exp(100)).op).toBe("exp");
    const large = tf.fill([3, 4], 1e30);
    expect(anomalyOf(() => tf.square(tf.transpose(large))).op).toBe("square");
    expect(anomalyOf(() => tf.reduceProd(large)).op).toBe("reduceProd");
  });

  it("passes over what comes in not finite, and what only moves it", () => {
    const mask = tf.constant([0, -Infinity, 0]);
    const shares = tf.detectAnomalies(() => tf.nn.softmax(tf.add([1, 2, 3], mask)));
    expect(shares.toArray()).toEqual([expect.any(Number), 0, expect.any(Number)]);
    expect(
      tf
        .detectAnomalies(() => tf.reverse(mask, 0))
        .at(1)
        .item(),
    ).toBe(-Infinity);
  });

  it.each(["float32", "float64"] as const)("finds a single one at any place of a %s", (dtype) => {
    for (const length of [2, 3, 5, 8, 9]) {
      for (const place of [0, 1, length - 1]) {
        for (const poison of [Number.NaN, Infinity, -Infinity]) {
          const denominators = Array.from({ length }, (_, index) => (index === place ? 0 : 3));
          const numerators = denominators.map((value) => (value === 0 ? poison : 1e-40));
          const finite = numerators.map((value) =>
            Number.isNaN(value) ? 0 : Math.sign(value) * Math.min(Math.abs(value), 1),
          );
          const error = anomalyOf(() =>
            tf.divide(tf.constant(finite, { dtype }), tf.constant(denominators, { dtype })),
          );
          expect(error.element).toEqual([place]);
          expect(error.value).toBe(poison);
        }
      }
    }
  });

  it("takes large numbers whose sum overflows for finite", () => {
    const large = tf.constant([1e308, 1e308, 1e308, 1e308, 1e308], { dtype: "float64" });
    expect(
      tf
        .detectAnomalies(() => tf.negative(large))
        .at(4)
        .item(),
    ).toBe(-1e308);
  });

  it("looks into the results of loops and of functions that vectorizedMap runs", () => {
    const divideByRow = (row: tf.Tensor): tf.Tensor => tf.divide(1, row);
    expect(anomalyOf(() => tf.vectorizedMap(divideByRow, tf.constant([1, 0]))).op).toBe("divide");
  });
});

describe("backward", () => {
  it("names the operation whose backward pass it is, and where that was called", () => {
    const x = tf.constant([4, 0]);
    const error = anomalyOf(() => {
      using tape = new tf.GradientTape();
      tape.watch(x);
      const y = tf.sqrt(x);
      return tape.gradient(y, x);
    });
    expect(error).toMatchObject({ op: "sqrt", phase: "pullback", element: [1], value: Infinity });
    expect(error.line).toMatch(HERE);
    expect(error.message).toContain("the backward pass of sqrt made Infinity");
    expect(error.message).toContain("operand x");
  });

  it("finds nothing where an infinite partial meets a cotangent of 0", () => {
    const x = tf.constant([4, 0]);
    const gradient = tf.detectAnomalies(() => {
      using tape = new tf.GradientTape();
      tape.watch(x);
      return tape.gradient(tf.where(tf.greater(x, 0), tf.sqrt(x), 0), x);
    });
    expect(gradient.toArray()).toEqual([0.25, 0]);
  });

  it("finds what a custom gradient makes", () => {
    const broken = tf.customGradient((x: tf.Tensor) => [
      tf.identity(x),
      (cotangent: tf.Tensor) => tf.divide(cotangent, 0),
    ]);
    const error = anomalyOf(() => tf.grad(broken)(tf.constant(1)));
    expect(error).toMatchObject({ op: "customGradient", phase: "pullback", value: Infinity });
  });

  it("finds sums of cotangents that overflow", () => {
    const x = tf.constant(1);
    const error = anomalyOf(() => {
      using tape = new tf.GradientTape();
      tape.watch(x);
      const sum = tf.add(x.mul(3e38), x.mul(3e38).mul(0.5));
      return tape.gradient(sum.mul(0.3), x);
    });
    expect(error.value).toBe(Infinity);
  });

  it("finds it in forward mode, and in Jacobians", () => {
    const root = (x: tf.Tensor): tf.Tensor => tf.sqrt(x);
    const forward = anomalyOf(() => tf.jvp(root, [tf.constant(0)], [1]));
    expect(forward).toMatchObject({ op: "sqrt", phase: "pushforward" });
    expect(forward.line).toMatch(HERE);
  });
});

describe("around it", () => {
  it("gives back what the body gives, and what it throws", () => {
    expect(tf.detectAnomalies(() => 7)).toBe(7);
    const own = new Error("own");
    expect(() =>
      tf.detectAnomalies(() => {
        throw own;
      }),
    ).toThrow(own);
  });

  it("leaves nothing behind, also after an anomaly", () => {
    anomalyOf(() => tf.math.log(0));
    expect(isRecording()).toBe(false);
    expect(derivativeWatcher()).toBeUndefined();
    expect(tf.math.log(0).item()).toBe(-Infinity);
    const x = tf.constant(3);
    expect(
      tf
        .grad((one: tf.Tensor) => one.mul(one))(x)
        .item(),
    ).toBe(6);
  });

  it("may be nested", () => {
    const error = anomalyOf(() => tf.detectAnomalies(() => tf.math.log(0)));
    expect(error.op).toBe("log");
    expect(isRecording()).toBe(false);
  });

  it("refuses what is no function, and async functions", () => {
    expect(() => tf.detectAnomalies(3 as never)).toThrow(tf.ArgumentError);
    expect(() => tf.detectAnomalies(async () => 1)).toThrow(/async function/);
    expect(isRecording()).toBe(false);
  });
});
