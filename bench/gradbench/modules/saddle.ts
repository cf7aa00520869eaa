/** saddle: where a function of two points is least in the one and greatest in the other. */

import * as tf from "gradtape";
import { evalFunction } from "../eval-function.js";
import { float64, toList } from "../float64.js";
import { argmax, argmin, type Gradient, variants } from "./gradient-descent.js";

interface Input {
  readonly start: readonly number[];
}

function objective(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.reduceSum(tf.square(x)).sub(tf.reduceSum(tf.square(y)));
}

/** Both points one after the other. The outer derivative goes through all of the inner search. */
function saddlePoint(start: tf.Tensor, outer: Gradient, inner: Gradient): tf.Tensor {
  const best = (x: tf.Tensor, gradient: Gradient) =>
    argmax((y) => objective(x, y), gradient, start);
  const x = argmin((own) => objective(own, best(own, inner)), outer, start);
  return tf.concat([x, best(x, outer)], 0);
}

const prepare = ({ start }: Input): [start: tf.Tensor] => [float64(start)];

export const saddle = variants((outer, inner) =>
  evalFunction({
    prepare,
    evaluate: (start: tf.Tensor) => saddlePoint(start, outer, inner),
    output: toList,
  }),
);
