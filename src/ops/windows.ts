/** How convolution and pooling windows lie over an image: sizes, strides, dilations and padding checked and resolved. */

import { ArgumentError, ShapeError } from "../core/errors.js";
import type { Plane, Windows } from "../core/lowering.js";
import { formatShape, type Shape } from "../core/shape.js";

/** One number for both axes, or one for the height and one for the width. */
export type PlaneOption = number | readonly [height: number, width: number];

/**
 * "VALID" takes only windows that lie inside; "SAME" pads with zeros so that there are ⌈length / stride⌉ windows along each
 * axis, with the larger half of the padding behind.
 */
export type Padding = "SAME" | "VALID";

/** Padding before and after the height and before and after the width. */
export type ExplicitPadding = readonly [
  height: readonly [before: number, after: number],
  width: readonly [before: number, after: number],
];

const AXES = ["height", "width"] as const;

/** What there is to resolve. */
export interface WindowOptions {
  readonly input: Plane;
  readonly window: Plane;
  readonly strides: Plane;
  readonly dilations: Plane;
  readonly padding: Padding | ExplicitPadding;
}

/**
 * @throws ShapeError when no window fits the image along some axis, with both lengths in the message.
 */
export function resolveWindows(options: WindowOptions, operation: string): Windows {
  const { input, window, strides, dilations, padding } = options;
  const resolve = (axis: 0 | 1): readonly [before: number, output: number] => {
    const span = (window[axis] - 1) * dilations[axis] + 1;
    const length = input[axis];
    const stride = strides[axis];
    if (padding === "SAME") {
      const output = Math.ceil(length / stride);
      const total = Math.max(0, (output - 1) * stride + span - length);
      return [Math.floor(total / 2), output];
    }
    const [before, after] = padding === "VALID" ? [0, 0] : padding[axis];
    const padded = length + before + after;
    if (span > padded) {
      throw new ShapeError(
        `${operation}: a window of ${AXES[axis]} ${span} does not fit an image of ${AXES[axis]} ${padded}` +
          (padding === "VALID" ? ' with padding "VALID"' : `, padding included`) +
          `: the image is ${formatShape(input)}, the window ${formatShape(window)}` +
          (dilations[axis] === 1 ? "" : ` with dilations ${formatShape(dilations)}`),
      );
    }
    return [before, Math.floor((padded - span) / stride) + 1];
  };
  const [top, height] = resolve(0);
  const [left, width] = resolve(1);
  return { input, window, strides, dilations, output: [height, width], before: [top, left] };
}

/**
 * An option that is a positive integer or a pair of them.
 *
 * @throws ArgumentError when it is something else.
 */
export function checkPlane(value: unknown, operation: string, argument: string): Plane {
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  const [height, width] = pair;
  if (pair.length !== 2 || !isPositive(height) || !isPositive(width)) {
    throw new ArgumentError(
      `${operation}: ${argument} must be a positive integer or [height, width], got ${show(value)}`,
    );
  }
  return [height, width];
}

/** A positive integer along the only axis, as a plane of height 1. */
export function checkLine(value: unknown, operation: string, argument: string): Plane {
  const length: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isPositive(length)) {
    throw new ArgumentError(
      `${operation}: ${argument} must be a positive integer, got ${show(value)}`,
    );
  }
  return [1, length];
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** @throws ArgumentError when the padding is neither "SAME" nor "VALID". */
export function checkPadding(padding: unknown, operation: string): Padding {
  if (padding === "SAME" || padding === "VALID") return padding;
  throw new ArgumentError(`${operation}: padding must be "SAME" or "VALID", got ${show(padding)}`);
}

/**
 * Padding by name, or by a pair [before, after] of lengths for each of `axes` axes.
 *
 * @throws ArgumentError when it is something else.
 */
export function checkExplicitPadding(
  padding: unknown,
  axes: 1 | 2,
  operation: string,
): Padding | ExplicitPadding {
  if (padding === "SAME" || padding === "VALID") return padding;
  const pairs: readonly unknown[] = Array.isArray(padding) ? padding : [];
  const checked = pairs.filter(isPair);
  const last = checked[axes - 1];
  if (pairs.length !== axes || checked.length !== axes || last === undefined) {
    const form = axes === 1 ? "[[before, after]]" : "[[top, bottom], [left, right]]";
    throw new ArgumentError(
      `${operation}: padding must be "SAME", "VALID" or ${form}, got ${show(padding)}`,
    );
  }
  return axes === 1 ? [[0, 0], last] : [checked[0] ?? last, last];
}

function isPair(value: unknown): value is readonly [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((length) => Number.isInteger(length) && length >= 0)
  );
}

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
}

/** The height and width of images [batch, height, width, channels]. */
export function imagePlane(shape: Shape): Plane {
  return [shape[1]!, shape[2]!];
}
