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
  let to = at;
  eachPixel(windows, number, (pixel) => {
    const end = to + channels;
    if (pixel < 0) target.fill(0, to, end);
    else for (let from = pixel * channels; to < end; to++, from++) target[to] = images[from]!;
    to = end;
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
  let from = at;
  eachPixel(windows, number, (pixel) => {
    const end = from + channels;
    if (pixel >= 0) {
      for (let to = pixel * channels; from < end; to++, from++) images[to]! += patch[from]!;
    }
    from = end;
  });
}

/** Visits the pixels of a window in the order of a filter; one outside the image is −1. */
function eachPixel(windows: Windows, number: number, visit: (pixel: number) => void): void {
  const { input, window, output, strides, dilations, before } = windows;
  const across = number % output[1];
  const lines = Math.floor(number / output[1]);
  const down = lines % output[0];
  const image = Math.floor(lines / output[0]);
  const top = down * strides[0] - before[0];
  const left = across * strides[1] - before[1];
  for (let i = 0; i < window[0]; i++) {
    const row = top + i * dilations[0];
    const rowInside = row >= 0 && row < input[0];
    const line = (image * input[0] + row) * input[1];
    for (let j = 0; j < window[1]; j++) {
      const column = left + j * dilations[1];
      visit(rowInside && column >= 0 && column < input[1] ? line + column : -1);
    }
  }
}
