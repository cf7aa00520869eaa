/** `tf.nn.conv2d` and `tf.nn.conv1d`: convolution in the order batch, space, channels. */

import { describe, type TensorLike, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ShapeError } from "../core/errors.js";
import { checkOptions } from "../core/options.js";
import { formatShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { conv2dOp } from "./convolve.js";
import { checkDomain, operation } from "./declare.js";
import { reshapeTo } from "./reshape.js";
import {
  checkExplicitPadding,
  checkLine,
  checkPlane,
  type ExplicitPadding,
  imagePlane,
  type Padding,
  type PlaneOption,
  resolveWindows,
} from "./windows.js";

/** Options of `conv2d`. */
export interface Conv2dOptions {
  /** Steps from one window to the next; 1 by default. */
  readonly strides?: PlaneOption;
  /** "SAME", "VALID", or the zeros around the image as [[top, bottom], [left, right]]. */
  readonly padding: Padding | ExplicitPadding;
  /** Steps from one element of a window to the next; 1 by default. */
  readonly dilations?: PlaneOption;
}

/** Options of `conv1d`. */
export interface Conv1dOptions {
  /** Steps from one window to the next; 1 by default. */
  readonly strides?: number;
  /** "SAME", "VALID", or the zeros at both ends as [[before, after]]. */
  readonly padding: Padding | readonly [readonly [before: number, after: number]];
  /** Steps from one element of a window to the next; 1 by default. */
  readonly dilations?: number;
}

/**
 * Convolution of images with a filter: y[n, i, j, o] = Σ x[n, i·strides + k·dilations − padding, …, c] · w[k, l, c, o].
 * As in every library for neural networks the filter is not reflected.
 *
 * @param x images [batch, height, width, channels], floating
 * @param w filter [height, width, channels, result channels], of the dtype of x
 * @returns [batch, height, width, result channels] of the windows
 * @throws ShapeError when a rank is not 4, the channels differ, or no window fits; DTypeError when a dtype is not floating or
 * they differ; ArgumentError for an option that it does not take.
 * @example
 * const y = tf.nn.conv2d(images, filter, { strides: 2, padding: "SAME" });
 */
export const conv2d = /* @__PURE__ */ operation(
  conv2dOp,
  (x: TensorLike, w: TensorLike, options: Conv2dOptions): Tensor => {
    checkOptions(options, ["strides", "padding", "dilations"], "conv2d");
    const [images, filter] = operands(x, w, 4, "conv2d");
    const windows = resolveWindows(
      {
        input: imagePlane(images.shape),
        window: [filter.shape[0]!, filter.shape[1]!],
        strides: checkPlane(options?.strides ?? 1, "conv2d", "strides"),
        dilations: checkPlane(options?.dilations ?? 1, "conv2d", "dilations"),
        padding: checkExplicitPadding(options?.padding, 2, "conv2d"),
      },
      "conv2d",
    );
    return run(conv2dOp, [images, filter], { windows });
  },
);

/**
 * Convolution along one axis; see `conv2d`.
 *
 * @param x sequences [batch, length, channels], floating
 * @param w filter [length, channels, result channels], of the dtype of x
 * @returns [batch, number of windows, result channels]
 * @throws ShapeError when a rank is not 3, the channels differ, or no window fits; DTypeError when a dtype is not floating or
 * they differ; ArgumentError for an option that it does not take.
 * @example
 * const y = tf.nn.conv1d(signal, filter, { padding: "VALID", dilations: 2 });
 */
export function conv1d(x: TensorLike, w: TensorLike, options: Conv1dOptions): Tensor {
  checkOptions(options, ["strides", "padding", "dilations"], "conv1d");
  const [sequences, filter] = operands(x, w, 3, "conv1d");
  const [batch, length, channels] = sequences.shape as readonly [number, number, number];
  const [size, , resultChannels] = filter.shape as readonly [number, number, number];
  const windows = resolveWindows(
    {
      input: [1, length],
      window: [1, size],
      strides: checkLine(options?.strides ?? 1, "conv1d", "strides"),
      dilations: checkLine(options?.dilations ?? 1, "conv1d", "dilations"),
      padding: checkExplicitPadding(options?.padding, 1, "conv1d"),
    },
    "conv1d",
  );
  const images = reshapeTo(sequences, [batch, 1, length, channels]);
  const plane = reshapeTo(filter, [1, size, channels, resultChannels]);
  const y = run(conv2dOp, [images, plane], { windows });
  return reshapeTo(y, [batch, windows.output[1], resultChannels]);
}

/** The operands with their ranks, channels and dtypes checked. */
function operands(
  x: TensorLike,
  w: TensorLike,
  rank: 3 | 4,
  name: string,
): readonly [images: Tensor, filter: Tensor] {
  const [images, filter] = toTensors([x, w], name, ["x", "w"]) as [Tensor, Tensor];
  checkDomain(images, "floating", name, "x");
  if (images.rank !== rank || filter.rank !== rank) {
    const space = rank === 4 ? "height, width" : "length";
    throw new ShapeError(
      `${name}: x must be [batch, ${space}, channels] and w [${space}, channels, result channels], ` +
        `got x ${describe(images)} and w ${describe(filter)}`,
    );
  }
  const channels = images.shape[rank - 1]!;
  if (filter.shape[rank - 2] !== channels) {
    throw new ShapeError(
      `${name}: x ${formatShape(images.shape)} has ${channels} channels, ` +
        `but w ${formatShape(filter.shape)} takes ${filter.shape[rank - 2]}`,
    );
  }
  if (filter.shape.slice(0, rank - 2).includes(0)) {
    throw new ShapeError(`${name}: w ${formatShape(filter.shape)} has a window of length 0`);
  }
  return [images, filter];
}
