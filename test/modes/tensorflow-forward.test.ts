/** TensorFlow's tests of forward mode (`forwardprop_test.py`), by their meaning; the name of the original is in parentheses. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { NONE, watching } from "../tape/tapes.js";
import { double, expectClose, leavesNothingActive } from "./modes.js";
import { type Differentiable, expectJacobians } from "./orders.js";

leavesNothingActive();

const POWER_DERIVATIVES = [
  1.1 ** 3.5,
  3.5 * 1.1 ** 2.5,
  3.5 * 2.5 * 1.1 ** 1.5,
  3.5 * 2.5 * 1.5 * 1.1 ** 0.5,
];

function forwardGradient(f: Differentiable): Differentiable {
  return (x) => {
    using accumulator = new tf.ForwardAccumulator(x, 1);
    return accumulator.jvp(f(x));
  };
}

describe("TensorFlow's forward mode", () => {
  it("a tangent is cos(x) · v (testJVPManual)", () => {
    const [y, dy] = tf.jvp((x: tf.Tensor) => tf.sin(x), [double(0.1)], [0.2]);
    expectClose(y, Math.sin(0.1), 1e-15);
    expectClose(dy, Math.cos(0.1) * 0.2, 1e-15);
  });

  it.each([0, 1, 2, 3])(
    "x^3.5 to order %i by forward mode alone (testHigherOrderPureForward)",
    (order) => {
      let f: Differentiable = (x) => tf.pow(x, 3.5);
      for (let count = 0; count < order; count++) f = forwardGradient(f);
      expectClose(f(double(1.1)), POWER_DERIVATIVES[order]!, 1e-12);
    },
  );

  it("the inner accumulator has no tangent of an outer one's (testGradPureForward)", () => {
    const x = double(1.1);
    const outer = new tf.ForwardAccumulator(x, 1);
    const inner = new tf.ForwardAccumulator(x, 1);
    const y = tf.pow(x, 3.5);
    inner.stop();
    outer.stop();
    expectClose(inner.jvp(y), POWER_DERIVATIVES[1]!, 1e-12);
    expectClose(outer.jvp(inner.jvp(y)), POWER_DERIVATIVES[2]!, 1e-12);
    expect(inner.jvp(outer.jvp(y), NONE)).toBeNull();
  });

  it("products over sums of sin · tan to order 3 (testNumericHigherOrder)", () => {
    const f: Differentiable = (x) => {
      const pointwise = tf.multiply(tf.sin(x), tf.tan(x));
      return tf.reduceProd(pointwise.add(tf.reduceSum(pointwise)), { axis: 1 });
    };
    const x = double([
      [2, 3],
      [1, 4],
    ]);
    expectJacobians(f, x, 3, 1e-6);
  });

  it("a custom gradient that closes over its argument to order 3 (testCustomGradient)", () => {
    const f = tf.customGradient((x: tf.Tensor) => {
      const value = Float64Array.from(x.data(), Math.sin);
      return [tf.constant(value), (dy) => dy.mul(tf.cos(x))];
    });
    expectJacobians(f, double([1, 2]), 3);
  });

  it("recomputation to order 3 (testCustomGradientRecomputeGrad)", () => {
    const f = tf.recomputeGrad((x: tf.Tensor) => tf.reduceProd(tf.square(tf.tanh(x))));
    expectJacobians(f, double([1]), 3);
    expectJacobians(f, double([1, 2]), 3);
  });

  it("an error in a custom gradient is not swallowed (testExceptionInCustomGradientNotSwallowed)", () => {
    const failure = new RangeError("test error string");
    const f = tf.customGradient((x: tf.Tensor) => [
      x.mul(2),
      () => {
        throw failure;
      },
    ]);
    const c = tf.constant(1);
    using accumulator = new tf.ForwardAccumulator(c, 2);
    expect(() => f(c)).toThrow(failure);
    expect(accumulator.recording).toBe(true);
  });

  it.each([
    ["elu", tf.nn.elu, -0.5],
    ["elu", tf.nn.elu, 0.5],
    ["silu", tf.nn.silu, 0.5],
    ["silu", tf.nn.silu, -0.5],
  ] as const)("%s to order 3 (testElementwiseNNOps)", (_, f, value) => {
    expectJacobians((x) => f(x), double(value), 3);
    expectJacobians((x) => f(x), double([value]), 3);
  });

  it("a dense layer and a convolution to order 2 (testKerasLayers)", () => {
    const spread = (shape: readonly number[]): tf.Tensor => {
      const size = shape.reduce((product, length) => product * length, 1);
      return tf.linspace(double(-1), double(1), size).reshape(shape);
    };
    const kernel = spread([1, 5]);
    expectJacobians((x) => tf.tanh(tf.matmul(x, kernel)), double([[0.1]]), 2);
    const filter = spread([2, 2, 4, 2]);
    const image = spread([1, 2, 4, 4]);
    const convolution = (x: tf.Tensor): tf.Tensor =>
      tf.square(tf.nn.conv2d(x, filter, { strides: 1, padding: "VALID" }));
    expectJacobians(convolution, image, 2);
  });

  it("batch normalisation by moments to order 2 (testBatchNorm)", () => {
    const f: Differentiable = (x) => {
      const [mean, variance] = tf.nn.moments(x, 0);
      return x.sub(mean).div(tf.sqrt(variance.add(1e-3)));
    };
    expectJacobians(f, double([[0.1], [0.2], [-0.3]]), 2, 1e-4);
  });

  it("equal tensors with different tangents (testReusingJVP)", () => {
    const m1 = tf.random.uniform([6, 5], { seed: 1, dtype: "float64" });
    const m2 = tf.identity(m1);
    const [v1, v2] = [2, 3].map((seed) => tf.random.uniform([6, 5], { seed, dtype: "float64" }));
    using accumulator = new tf.ForwardAccumulator([m1, m2], [v1!, v2!]);
    const gram = (m: tf.Tensor): tf.Tensor => tf.matmul(m, m, { transposeB: true });
    const due = (m: tf.Tensor, v: tf.Tensor): tf.Tensor =>
      tf.matmul(v, m, { transposeB: true }).add(tf.matmul(m, v, { transposeB: true }));
    expectClose(accumulator.jvp(gram(m1)), due(m1, v1!), 1e-12);
    expectClose(accumulator.jvp(gram(m2)), due(m2, v2!), 1e-12);
  });

  it("a Hessian-vector product forward over back is that of back over back (testHVPCorrectness)", () => {
    const f = (x: tf.Tensor): tf.Tensor => tf.reduceProd(tf.square(tf.tanh(x)));
    const x = double([1, 2, 3]);
    const v = double([3, 4, 5]);
    const [product] = tf.hvp(f, [x], [v]);
    const outer = watching(x);
    const inner = watching(x);
    const gradient = inner.gradient(f(x), x);
    expectClose(product, outer.gradient(gradient, x, { outputGradients: v }), 1e-12);
    expectClose(product, tf.linalg.matvec(tf.hessian(f)(x), v), 1e-12);
  });

  it("a product with the Hessian of a network's variables (testVariablesHVP)", () => {
    const normal = (shape: readonly number[], seed: number): tf.Variable =>
      new tf.Variable(tf.random.normal(shape, { seed, dtype: "float64" }));
    const variables = [normal([2, 18], 1), normal([2, 2, 2, 2], 2), normal([8, 1], 3)] as const;
    const loss = (): tf.Tensor => {
      const [dense, filter, last] = variables;
      const hidden = tf.nn.relu(
        tf.matmul(
          double([
            [-0.5, 1],
            [0.5, -1],
          ]),
          dense,
        ),
      );
      const image = hidden.reshape([-1, 3, 3, 2]);
      const convolved = tf.nn.conv2d(image, filter, { strides: 1, padding: "VALID" });
      const out = tf.matmul(tf.tanh(convolved).reshape([-1, 8]), last);
      return tf.reduceSum(tf.square(out.sub(double([[-1], [2]]))));
    };
    const first = new tf.GradientTape();
    const vector = first.gradient(loss(), variables);
    const accumulator = new tf.ForwardAccumulator(variables, vector);
    const tape = new tf.GradientTape();
    const gradients = tape.gradient(loss(), variables);
    accumulator.stop();
    const forwardOverBack = accumulator.jvp(gradients);
    const outer = new tf.GradientTape();
    const inner = new tf.GradientTape();
    const inside = inner.gradient(loss(), variables);
    const backOverBack = outer.gradient(inside, variables, { outputGradients: vector });
    forwardOverBack.forEach((product, index) => {
      expectClose(product, backOverBack[index]!, 1e-9);
    });
  });
});

describe("TensorFlow's control flow and Hessians", () => {
  it("loops and conditions of the host (testOfFunctionWhile, testOfFunctionCond)", () => {
    const y = tf.constant(1);
    using accumulator = new tf.ForwardAccumulator(y, 1);
    let sum = tf.constant(0);
    for (let count = 0; count < 5; count++) sum = sum.add(y.mul(count));
    expect(accumulator.jvp(sum).item()).toBe(10);
    const choose = (k: number): tf.Tensor => (k > 1 ? y.mul(3) : tf.constant(0));
    expect(accumulator.jvp(choose(5)).item()).toBe(3);
    expect(accumulator.jvp(choose(0), { unconnectedGradients: "zero" }).item()).toBe(0);
  });

  it("the Hessian of xᵀMx is M + Mᵀ (testHessian1D)", () => {
    const matrix = new tf.Variable(tf.random.normal([4, 4], { seed: 1, dtype: "float64" }));
    const x = tf.random.normal([4], { seed: 2, dtype: "float64" });
    const f = (own: tf.Tensor): tf.Tensor =>
      tf.reduceSum(
        own
          .reshape([4, 1])
          .mul(matrix)
          .mul(own.reshape([1, 4])),
      );
    expectClose(tf.hessian(f)(x), matrix.add(tf.transpose(matrix)), 1e-12);
  });

  it("the whole Hessian of a dense layer's variables is symmetric (testHessianOfVariables)", () => {
    const inputs = double([
      [-0.5, 1],
      [0.5, -1],
    ]);
    const loss = (kernel: tf.Tensor | tf.Variable, bias: tf.Tensor | tf.Variable): tf.Tensor =>
      tf.reduceSum(
        tf.square(
          tf
            .matmul(inputs, kernel)
            .add(bias)
            .sub(double([[-1], [2]])),
        ),
      );
    const kernel = new tf.Variable(double([[0.3], [-0.2]]));
    const bias = new tf.Variable(double([0.1]));
    const [ofKernel, ofBias] = tf.hessian(loss, { argnums: [0, 1] })(kernel, bias);
    expect(ofKernel[0].shape).toEqual([2, 1, 2, 1]);
    expect(ofKernel[1].shape).toEqual([2, 1, 1]);
    expect(ofBias[0].shape).toEqual([1, 2, 1]);
    expectClose(
      ofKernel[0].reshape([2, 2]),
      [
        [1, -2],
        [-2, 4],
      ],
      1e-12,
    );
    expectClose(ofKernel[1].reshape([2]), ofBias[0].reshape([2]), 1e-12);
    expectClose(ofBias[1], [[4]], 1e-12);
  });
});
