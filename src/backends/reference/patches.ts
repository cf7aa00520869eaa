/** Patches: the elements of images that one window covers, in the order of a filter, with zeros outside the image. */

import type { TypedArray } from "../../core/dtype.js";
import type { Windows } from "../../core/lowering.js";

/** How many elements a patch has. */
export function patchSize({ window: [height, width] }: Windows, channels: number): number {
  return height * width * channels;
}

/** Copies the patch of a window, numbered through all images, to `target[at]` and on. */
export function readPatch(
  images: TypedArray,
  windows: Windows,
  channels: number,
  number: number,
  target: Float64Array,
  at: number,
): void {
  target.fill(0, at, at + patchSize(windows, channels));
  eachRun(windows, number, (pixel, place, count) => {
    const end = at + (place + count) * channels;
    let from = pixel * channels;
    for (let to = at + place * channels; to < end; to++, from++) target[to] = images[from]!;
  });
}

/** Adds a patch that begins at `patch[at]` to the images it was read from: the adjoint of `readPatch`. */
export function addPatch(
  patch: Float64Array,
  at: number,
  windows: Windows,
  channels: number,
  number: number,
  images: Float64Array,
): void {
  eachRun(windows, number, (pixel, place, count) => {
    const end = at + (place + count) * channels;
    let to = pixel * channels;
    for (let from = at + place * channels; from < end; from++, to++) images[to]! += patch[from]!;
  });
}

/** Visits the pixels of a window that lie inside the image, in runs that are contiguous in the image and in the filter. */
function eachRun(
  windows: Windows,
  number: number,
  visit: (pixel: number, place: number, count: number) => void,
): void {
  const { input, window, output, strides, dilations, before } = windows;
  const lines = Math.floor(number / output[1]);
  const image = Math.floor(lines / output[0]);
  const top = (lines % output[0]) * strides[0] - before[0];
  const left = (number % output[1]) * strides[1] - before[1];
  for (let i = 0; i < window[0]; i++) {
    const row = top + i * dilations[0];
    if (row < 0 || row >= input[0]) continue;
    const line = (image * input[0] + row) * input[1];
    const place = i * window[1];
    if (dilations[1] === 1) {
      const first = Math.max(0, -left);
      const end = Math.min(window[1], input[1] - left);
      if (end > first) visit(line + left + first, place + first, end - first);
      continue;
    }
    for (let j = 0; j < window[1]; j++) {
      const column = left + j * dilations[1];
      if (column >= 0 && column < input[1]) visit(line + column, place + j, 1);
    }
  }
}
