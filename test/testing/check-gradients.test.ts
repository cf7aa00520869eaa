/** `checkGradients` of `gradtape/testing`: right derivatives pass, and a wrong one is pointed at. */

import * as tf from "gradtape";
import { checkGradients, GradientCheckError, type GradientReport } from "gradtape/testing";
import { describe, expect, it } from "vitest";

const FLOAT64 = { dtype: "float64" } as const;
const vector = tf.constant([0.3, -0.7, 1.1], FLOAT64);

/** x² with a derivative that is wrong where x is the given number. */
function wrongAt(place: number): (x: tf.Tensor) => tf.Tensor {
  return tf.customGradient((x: tf.Tensor) => [
    tf.square(x),
    (cotangent: tf.Tensor) =>
      tf.where(tf.equal(x, place), cotangent.mul(x), cotangent.mul(x).mul(2)),
  ]);
}

function reportOf(check: () => GradientReport): GradientReport {
  try {
    check();
  } catch (error) {
    if (error instanceof GradientCheckError) return error.report;
    throw error;
  }
  throw new Error("nothing was found");
}

describe("right derivatives", () => {
  it("pass in both modes to third order, in nests, with integers among the inputs", () => {
    const program = (
      { a, b }: { a: tf.Tensor; b: tf.Tensor },
      index: tf.Tensor,
    ): readonly tf.Tensor[] => [tf.tanh(a.mul(b)), tf.gather(a, index), tf.reduceSum(tf.exp(b))];
    const inputs = [
      { a: vector, b: tf.constant([1, 0.5, 0.2], FLOAT64) },
      tf.constant([2, 0], { dtype: "int32" }),
    ] as const;
    const report = checkGradients(program, inputs, { order: 3 });
    expect(report.passed).toBe(true);
    expect(report.checked).toBeGreaterThan(100);
    expect(report.worst).toBeUndefined();
    expect(String(report)).toBe(
      `all ${report.checked} derivatives agree with difference quotients`,
    );
  });

  it("pass in float32 with the tolerance that differences of float32 need", () => {
    expect(checkGradients((x) => tf.sin(x), [tf.constant([0.5, 1])]).passed).toBe(true);
  });

  it("are checked with regard to variables and empty tensors", () => {
    const w = new tf.Variable([1, 2], FLOAT64);
    expect(checkGradients((x) => x.mul(x), [w]).checked).toBe(4);
    expect(checkGradients((x) => x.mul(x), [tf.zeros([0], FLOAT64)]).checked).toBe(0);
  });
});

describe("a wrong derivative", () => {
  it("is an error that names mode, input, element and both numbers", () => {
    const report = reportOf(() => checkGradients(wrongAt(1.1), [vector]));
    expect(report.passed).toBe(false);
    expect(report.deviations.map(({ element }) => element)).toEqual([2, 2]);
    expect(report.deviations.map(({ modes }) => modes)).toEqual([["forward"], ["reverse"]]);
    const { analytic, numeric, error, allowed } = report.worst!;
    expect(analytic * 2).toBeCloseTo(numeric, 9);
    expect(error).toBeGreaterThan(allowed);
    expect(String(report)).toMatch(
      /^2 of 6 derivatives are off, the worst first:\n {2}forward: by input 0 \(float64\[3\]\), element \[2\]: /,
    );
  });

  it("is found in the second order where the first is right", () => {
    // The rule closes over a constant copy of x, so that its own derivative is lost.
    const flat = tf.customGradient((x: tf.Tensor) => {
      const copy = tf.stopGradient(x);
      return [tf.square(x), (cotangent: tf.Tensor) => cotangent.mul(copy).mul(2)];
    });
    expect(checkGradients(flat, [vector]).passed).toBe(true);
    const report = reportOf(() => checkGradients(flat, [vector], { order: 2 }));
    expect(report.worst!.modes).toHaveLength(2);
    expect(String(report)).toContain(" over ");
  });

  it("is found in forward mode alone where only the forward rule is wrong", () => {
    const skewed = tf.customGradient((x: tf.Tensor) => [
      tf.square(x),
      (cotangent: tf.Tensor) => cotangent.mul(x).mul(2),
      (tangent: tf.Tensor) => tangent.mul(x),
    ]);
    const report = checkGradients(skewed, [vector], { throws: false });
    expect(new Set(report.deviations.map(({ modes }) => modes[0]))).toEqual(new Set(["forward"]));
    expect(checkGradients(skewed, [vector], { modes: ["reverse"] }).passed).toBe(true);
  });

  it("that is NaN counts as the worst", () => {
    const broken = tf.customGradient((x: tf.Tensor) => [
      tf.square(x),
      (cotangent: tf.Tensor) => tf.where(tf.less(x, 0), Number.NaN, cotangent),
    ]);
    const report = checkGradients(broken, [vector], { throws: false });
    expect(report.worst!.analytic).toBeNaN();
  });

  it("passes when the tolerance says so", () => {
    expect(checkGradients(wrongAt(1.1), [vector], { tolerance: 1 }).passed).toBe(true);
  });
});

describe("bad input", () => {
  it.each([
    ["no function", () => checkGradients(3 as never, [vector]), tf.ArgumentError],
    ["no list", () => checkGradients((x) => x, vector as never), tf.ArgumentError],
    ["order 0", () => checkGradients((x) => x, [vector], { order: 0 }), tf.ArgumentError],
    [
      "an unknown mode",
      () => checkGradients((x) => x, [vector], { modes: ["backward" as never] }),
      tf.ArgumentError,
    ],
    [
      "an unknown option",
      () => checkGradients((x) => x, [vector], { eps: 1 } as never),
      tf.ArgumentError,
    ],
    [
      "integers alone",
      () => checkGradients((x) => x, [tf.constant([1], { dtype: "int32" })]),
      tf.DTypeError,
    ],
    ["a number as result", () => checkGradients(() => 3, [vector]), tf.ArgumentError],
  ])("%s is a typed error", (_, check, kind) => {
    expect(check).toThrow(kind);
  });
});
