/** Pooling: the positions of the largest elements in windows, means over windows, and the adjoint of those. */

import { allocate } from "../../core/dtype.js";
import type { Lowering, Windows } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { type Shape, sizeOf } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type MaxPool = Extract<Lowering<unknown>, { kind: "maxPool" }>;
type AveragePool = Extract<Lowering<unknown>, { kind: "averagePool" }>;

export function evaluateMaxPool(
  name: string,
  lowering: MaxPool,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const values = hostValues(operand);
  const { images, channels } = imagesOf(operand.shape);
  const out = allocate("int32", type.size, name);
  const batch = operand.shape[operand.rank - 4]!;
  const windows = lowering.windows(attributes);
  const perImage = windows.output[0] * windows.output[1];
  const batchSize = batch * windows.input[0] * windows.input[1] * channels;
  eachWindow(windows, images, (pixels, window) => {
    const to = window * channels;
    const start = Math.floor(window / (batch * perImage)) * batchSize;
    for (let channel = 0; channel < channels; channel++) {
      let best = pixels[0]! * channels + channel;
      let largest = values[best]!;
      for (let index = 1; index < pixels.length; index++) {
        const at = pixels[index]! * channels + channel;
        const value = values[at]!;
        // A NaN wins, as in the maximum itself, and the first of several stays.
        if (value > largest || (Number.isNaN(value) && !Number.isNaN(largest))) {
          largest = value;
          best = at;
        }
      }
      out[to + channel] = best - start;
    }
  });
  return denseTensor(out, type);
}

export function evaluateAveragePool(
  name: string,
  lowering: AveragePool,
  operand: Tensor,
  attributes: unknown,
  type: TensorType,
): Tensor {
  const values = hostValues(operand);
  const { images, channels } = imagesOf(operand.shape);
  const sum = new Float64Array(type.size);
  eachWindow(lowering.windows(attributes), images, (pixels, window) => {
    const scale = 1 / pixels.length;
    for (const pixel of pixels) {
      const from = (lowering.adjoint ? window : pixel) * channels;
      const to = (lowering.adjoint ? pixel : window) * channels;
      for (let channel = 0; channel < channels; channel++) {
        sum[to + channel]! += values[from + channel]! * scale;
      }
    }
  });
  if (type.dtype === "float64") return denseTensor(sum, type);
  const out = allocate(type.dtype, type.size, name);
  out.set(sum);
  return denseTensor(out, type);
}

/** How many images there are along all axes in front, and how many channels. */
function imagesOf(shape: Shape): { readonly images: number; readonly channels: number } {
  return { images: sizeOf(shape.slice(0, -3)), channels: shape[shape.length - 1]! };
}

/** Visits the windows of all images: the pixels inside, numbered through all images, and the number of the window. */
function eachWindow(
  windows: Windows,
  batch: number,
  visit: (pixels: readonly number[], window: number) => void,
): void {
  const [height, width] = windows.output;
  const [inputHeight, inputWidth] = windows.input;
  let window = 0;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < height; i++) {
      const rows = inside(windows, 0, i);
      for (let j = 0; j < width; j++) {
        const pixels: number[] = [];
        for (const row of rows) {
          const line = (image * inputHeight + row) * inputWidth;
          for (const column of inside(windows, 1, j)) pixels.push(line + column);
        }
        visit(pixels, window++);
      }
    }
  }
}

/** The positions along one axis of a window's elements that lie inside the image. */
function inside(windows: Windows, axis: 0 | 1, window: number): number[] {
  const positions: number[] = [];
  const start = window * windows.strides[axis] - windows.before[axis];
  for (let index = 0; index < windows.window[axis]; index++) {
    const position = start + index * windows.dilations[axis];
    if (position >= 0 && position < windows.input[axis]) positions.push(position);
  }
  return positions;
}
