/** `tf.nn` pooling: the largest element or the mean of windows, in the order batch, space, channels. */

import { describe, type TensorLike, toTensor } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ShapeError } from "../core/errors.js";
import type { Plane, Windows } from "../core/lowering.js";
import { checkOptions } from "../core/options.js";
import type { Tensor } from "../core/tensor.js";
import { checkDomain, operation } from "./declare.js";
import { gatherOp } from "./gather.js";
import { avgPoolOp, maxPoolPositionsOp } from "./pool.js";
import { reshapeTo } from "./reshape.js";
import {
  checkLine,
  checkPadding,
  checkPlane,
  imagePlane,
  type Padding,
  type PlaneOption,
  resolveWindows,
} from "./windows.js";

/** Options of `maxPool2d` and `avgPool2d`. */
export interface Pool2dOptions {
  /** Height and width of a window. */
  readonly ksize: PlaneOption;
  /** Steps from one window to the next. */
  readonly strides: PlaneOption;
  readonly padding: Padding;
}

/** Options of `maxPool1d` and `avgPool1d`. */
export interface Pool1dOptions {
  /** Length of a window. */
  readonly ksize: number;
  /** Steps from one window to the next. */
  readonly strides: number;
  readonly padding: Padding;
}

const OPTIONS = ["ksize", "strides", "padding"] as const;

/**
 * The largest element of each window, for each channel; NaN where the window has one. The first of several largest elements
 * takes the whole gradient, as in TensorFlow.
 *
 * @param x images [batch, height, width, channels], numeric
 * @returns [batch, height, width, channels] of the windows, in the dtype of x
 * @throws ShapeError when the rank is not 4 or no window fits; DTypeError for bool; ArgumentError for an option that it does
 * not take.
 * @example
 * const y = tf.nn.maxPool2d(x, { ksize: 2, strides: 2, padding: "VALID" });
 */
export const maxPool2d = /* @__PURE__ */ operation(
  maxPoolPositionsOp,
  (x: TensorLike, options: Pool2dOptions): Tensor => {
    const images = imagesOf(x, "maxPool2d");
    return maxPool(images, planeWindows(images, options, "maxPool2d"));
  },
);

/**
 * The mean of the elements of each window, for each channel; elements that padding adds do not count.
 *
 * @param x images [batch, height, width, channels], floating
 * @returns [batch, height, width, channels] of the windows
 * @throws ShapeError when the rank is not 4 or no window fits; DTypeError when the dtype is not floating; ArgumentError for an
 * option that it does not take.
 * @example
 * const y = tf.nn.avgPool2d(x, { ksize: [2, 3], strides: 1, padding: "SAME" });
 */
export const avgPool2d = /* @__PURE__ */ operation(
  avgPoolOp,
  (x: TensorLike, options: Pool2dOptions): Tensor => {
    const images = imagesOf(x, "avgPool2d");
    checkDomain(images, "floating", "avgPool2d", "x");
    return run(avgPoolOp, [images], { windows: planeWindows(images, options, "avgPool2d") });
  },
);

/**
 * The largest element of each window along one axis; see `maxPool2d`.
 *
 * @param x sequences [batch, length, channels], numeric
 * @returns [batch, number of windows, channels]
 * @throws ShapeError when the rank is not 3 or no window fits; DTypeError for bool; ArgumentError for an option that it does
 * not take.
 * @example
 * const y = tf.nn.maxPool1d(x, { ksize: 2, strides: 2, padding: "VALID" });
 */
export function maxPool1d(x: TensorLike, options: Pool1dOptions): Tensor {
  const images = sequencesOf(x, "maxPool1d");
  return withoutHeight(maxPool(images, lineWindows(images, options, "maxPool1d")));
}

/**
 * The mean of each window along one axis; see `avgPool2d`.
 *
 * @param x sequences [batch, length, channels], floating
 * @returns [batch, number of windows, channels]
 * @throws ShapeError when the rank is not 3 or no window fits; DTypeError when the dtype is not floating; ArgumentError for an
 * option that it does not take.
 * @example
 * const y = tf.nn.avgPool1d(x, { ksize: 2, strides: 2, padding: "VALID" });
 */
export function avgPool1d(x: TensorLike, options: Pool1dOptions): Tensor {
  const images = sequencesOf(x, "avgPool1d");
  checkDomain(images, "floating", "avgPool1d", "x");
  const windows = lineWindows(images, options, "avgPool1d");
  return withoutHeight(run(avgPoolOp, [images], { windows }));
}

function maxPool(images: Tensor, windows: Windows): Tensor {
  const positions = run(maxPoolPositionsOp, [images], { windows });
  return run(gatherOp, [images, positions], { axis: 0, span: 4 });
}

function imagesOf(x: TensorLike, name: string): Tensor {
  const images = toTensor(x, name, "x");
  checkDomain(images, "numeric", name, "x");
  if (images.rank !== 4) {
    throw new ShapeError(
      `${name}: x must be [batch, height, width, channels], got ${describe(images)}`,
    );
  }
  return images;
}

/** Sequences as images of height 1. */
function sequencesOf(x: TensorLike, name: string): Tensor {
  const sequences = toTensor(x, name, "x");
  checkDomain(sequences, "numeric", name, "x");
  if (sequences.rank !== 3) {
    throw new ShapeError(
      `${name}: x must be [batch, length, channels], got ${describe(sequences)}`,
    );
  }
  const [batch, length, channels] = sequences.shape as readonly [number, number, number];
  return reshapeTo(sequences, [batch, 1, length, channels]);
}

function withoutHeight(y: Tensor): Tensor {
  return reshapeTo(
    y,
    y.shape.filter((_, axis) => axis !== 1),
  );
}

function planeWindows(images: Tensor, options: Pool2dOptions, name: string): Windows {
  checkOptions(options, OPTIONS, name);
  const window = checkPlane(options?.ksize, name, "ksize");
  return poolWindows(images, window, checkPlane(options.strides, name, "strides"), options, name);
}

function lineWindows(images: Tensor, options: Pool1dOptions, name: string): Windows {
  checkOptions(options, OPTIONS, name);
  const window = checkLine(options?.ksize, name, "ksize");
  return poolWindows(images, window, checkLine(options.strides, name, "strides"), options, name);
}

function poolWindows(
  images: Tensor,
  window: Plane,
  strides: Plane,
  options: { readonly padding: Padding },
  name: string,
): Windows {
  const padding = checkPadding(options.padding, name);
  return resolveWindows(
    { input: imagePlane(images.shape), window, strides, dilations: [1, 1], padding },
    name,
  );
}
