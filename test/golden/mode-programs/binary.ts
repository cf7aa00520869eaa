/** Functions of two and three operands, element by element with broadcasting, and selection. */
import * as tf from "gradtape";
import { type Programs, squared } from "./program.js";

export const binary: Programs = {
  add: squared(tf.add),
  addN: squared((a, b, c) => tf.addN([a, b, c])),
  atan2: tf.atan2,
  biasAdd: squared(tf.nn.biasAdd),
  clipBetween: squared(tf.clipByValue),
  divide: tf.divide,
  divideByTwo: squared((x) => tf.divide(x, 2)),
  divideNoNan: tf.math.divideNoNan,
  floordivRest: (x, y) => tf.subtract(tf.multiply(x, y), tf.math.floordiv(x, y)),
  floormod: squared(tf.math.floormod),
  maximum: squared(tf.maximum),
  maximumOf: tf.maximum,
  minimum: squared(tf.minimum),
  minimumOf: tf.minimum,
  multiply: tf.multiply,
  multiplyByItself: (x) => tf.multiply(x, x),
  multiplyNoNan: tf.math.multiplyNoNan,
  multiplyThree: (x, y, z) => tf.multiply(tf.multiply(x, y), z),
  pow: tf.pow,
  powCube: (x) => tf.pow(x, 3),
  powOfTwo: (x) => tf.pow(2, x),
  powHalf: (x) => tf.pow(x, 0.5),
  powLess: (x) => tf.pow(x, -1.5),
  powSquare: (x) => tf.pow(x, 2),
  reciprocalOf: (x) => tf.divide(1, x),
  squaredDifference: tf.math.squaredDifference,
  subtract: squared(tf.subtract),
  subtractFromOne: squared((x) => tf.subtract(1, x)),
  where: (x, y) => tf.where(tf.greater(x, y), tf.multiply(x, y), tf.add(tf.square(y), x)),
  whereMask: squared((x, y) => tf.where([true, false, true], x, y)),
  whereNested: (x, y, z) =>
    tf.where(
      tf.less(x, 0),
      tf.sin(tf.multiply(x, y)),
      tf.where(tf.greater(x, 1), tf.exp(tf.multiply(y, z)), tf.multiply(x, z)),
    ),
  xlogy: tf.math.xlogy,
};
