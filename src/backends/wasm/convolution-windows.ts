/** Which elements of a window lie inside the image, in generated code and beforehand. */

import type { Windows } from "../../core/lowering.js";
import { pushExtremum } from "./convolution-loops.js";
import type { FunctionBuilder, Local } from "./function-builder.js";

/** The elements of a window along one axis that lie inside the image. */
export interface AxisClip {
  /** The number of the first; undefined where it is always 0. */
  readonly first: Local | undefined;
  /** How many; not positive if there are none. */
  readonly count: Local;
}

/** The number of elements from the first of a window to the last along an axis, those between included. */
export function spanOf({ window, dilations }: Windows, axis: 0 | 1): number {
  return (window[axis] - 1) * dilations[axis] + 1;
}

/** Whether all windows lie inside the image along an axis. */
export function alwaysInside(windows: Windows, axis: 0 | 1): boolean {
  const last = (windows.output[axis] - 1) * windows.strides[axis] - windows.before[axis];
  return windows.before[axis] <= 0 && last + spanOf(windows, axis) <= windows.input[axis];
}

/** Writes what finds out how a window that begins at `start` is cut off along an axis. */
export function emitClip(
  body: FunctionBuilder,
  windows: Windows,
  axis: 0 | 1,
  start: Local,
): AxisClip {
  const window = windows.window[axis];
  const dilation = windows.dilations[axis];
  const count = body.local("i32");
  if (alwaysInside(windows, axis)) {
    body.constant("i32", window).set(count);
    return { first: undefined, count };
  }
  const first = body.local("i32");
  const elements = (distance: () => void): void => {
    distance();
    if (dilation === 1) return;
    body.constant("i32", dilation - 1).op("i32.add");
    body.constant("i32", dilation).op("i32.div_s");
  };
  elements(() => void body.constant("i32", 0).get(start).op("i32.sub"));
  body.set(first);
  pushExtremum(body, "larger", first, 0);
  body.set(first);
  elements(() => void body.constant("i32", windows.input[axis]).get(start).op("i32.sub"));
  body.set(count);
  pushExtremum(body, "smaller", count, window);
  body.get(first).op("i32.sub").set(count);
  return { first, count };
}
