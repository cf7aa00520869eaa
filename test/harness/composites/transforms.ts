/** Calls of the functions that take functions: derivatives, control flow, and rules of one's own. */

import * as tf from "gradtape";
import { between, type Composite, given } from "./composite.js";

const smooth = (x: tf.Tensor): tf.Tensor => tf.sin(x).mul(x);
const total = (x: tf.Tensor): tf.Tensor => tf.reduceSum(smooth(x).mul(tf.exp(x.mul(0.3))));
const scaled = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.tanh(x.mul(w));

export const TRANSFORMS: readonly Composite[] = [
  {
    covers: tf.grad,
    operands: [between(-1, 1, 3), between(0.5, 1, 3)],
    call: (x, w) =>
      tf.grad((a: tf.Tensor, b: tf.Tensor) => total(scaled(a, b)), { argnums: [0, 1] })(x!, w!),
  },
  {
    covers: tf.valueAndGrad,
    operands: [between(-1, 1, 3)],
    call: (x) => tf.valueAndGrad(total)(x!),
  },
  {
    covers: tf.jvp,
    operands: [between(-1, 1, 3), between(-1, 1, 3)],
    call: (x, tangent) => tf.jvp(smooth, [x!], [tangent!]),
  },
  {
    covers: tf.vjp,
    operands: [between(-1, 1, 2, 2), between(-1, 1, 2, 2)],
    call: (x, cotangent) => {
      const [value, pullback] = tf.vjp(smooth, x!);
      return [value, ...pullback(cotangent!)];
    },
  },
  {
    covers: tf.hvp,
    operands: [between(-1, 1, 3), between(-1, 1, 3)],
    call: (x, tangent) => tf.hvp(total, [x!], [tangent!]),
  },
  {
    covers: tf.jacobian,
    operands: [between(-1, 1, 2), between(0.5, 1, 3, 1)],
    call: (x, w) => [
      tf.jacobian(scaled, { mode: "forward" })(x!, w!),
      tf.jacobian(scaled, { argnums: 1, mode: "reverse" })(x!, w!),
    ],
  },
  {
    covers: tf.hessian,
    operands: [between(-1, 1, 3)],
    call: (x) => tf.hessian(total)(x!),
  },
  {
    covers: tf.vectorizedMap,
    operands: [between(-1, 1, 2, 3), between(0.5, 1, 3)],
    call: (x, w) => tf.vectorizedMap((row: tf.Tensor) => tf.reduceSum(scaled(row, w!)), x!),
  },
  {
    covers: tf.compile,
    operands: [between(-1, 1, 3), between(0.5, 1, 3)],
    call: tf.compile((x: tf.Tensor, w: tf.Tensor) => [
      scaled(x, w),
      tf.grad(total)(scaled(x, w)),
    ]) as Composite["call"],
  },
  {
    covers: tf.cond,
    operands: [between(0.2, 1, 3), given([1], [], "bool")],
    call: (x, condition) =>
      tf.cond(
        condition!,
        () => [
          tf.cond(
            tf.greater(tf.reduceSum(x!), 9),
            () => tf.exp(x!),
            () => smooth(x!),
          ),
        ],
        () => [tf.square(x!)],
      ),
  },
  {
    covers: tf.whileLoop,
    operands: [between(0.7, 0.9, 2), between(0.3, 0.6)],
    call: (x, w) => {
      const [, y] = tf.whileLoop(
        (sum) => tf.less(tf.reduceSum(sum), 5),
        (sum, y) => [sum.add(1), y.mul(w!).add(tf.sin(x!))],
        [x!, x!],
        { maximumIterations: 20 },
      );
      return y;
    },
    finiteOnly: true,
  },
  {
    covers: tf.scan,
    operands: [between(-1, 1, 3, 2), between(-1, 1, 2)],
    call: (x, start) => [
      tf.scan((state: tf.Tensor, entry: tf.Tensor) => tf.tanh(state.mul(entry).add(start!)), x!, {
        initializer: start!,
      }),
      tf.scan((state: tf.Tensor, entry: tf.Tensor) => state.mul(entry).add(entry), x!, {
        reverse: true,
        checkpoint: 2,
      }),
    ],
  },
  {
    covers: tf.mapFn,
    operands: [between(-1, 1, 3, 2), between(-1, 1, 2)],
    call: (x, w) => tf.mapFn((entry: tf.Tensor) => smooth(entry.mul(w!)), x!),
  },
  {
    covers: tf.customGradient,
    operands: [between(-1, 1, 3), between(-1, 1, 3)],
    call: tf.customGradient((x: tf.Tensor, w: tf.Tensor) => {
      const e = tf.exp(x);
      return [
        tf.math.log(e.add(1)).mul(w),
        (cotangent: tf.Tensor) => [
          cotangent.mul(w).mul(tf.subtract(1, tf.divide(1, e.add(1)))),
          cotangent.mul(tf.math.softplus(x)),
        ],
      ];
    }) as Composite["call"],
    // The rule is the user's own, and sums products with whatever they meet.
    finiteOnly: true,
  },
  {
    covers: tf.recomputeGrad,
    operands: [between(-1, 1, 3), between(-1, 1, 3)],
    call: (x, w) => tf.recomputeGrad((a: tf.Tensor) => smooth(a.mul(w!)))(x!),
  },
  {
    covers: tf.gradPassThrough,
    operands: [between(-1, 1, 3)],
    call: (x) =>
      tf
        .gradPassThrough((a: tf.Tensor) => tf.identity(a))(x!)
        .mul(x!),
  },
];
