/** Convolution and its adjoints as products of matrices, whose patches of the images are packed a few at a time. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Lowering, Windows } from "../../core/lowering.js";
import { hostValues } from "../../core/reading.js";
import { type Shape, sizeOf } from "../../core/shape.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";
import { addProduct, PANEL, packPanels, panelsSize } from "./panels.js";
import { addPatch, patchSize, readPatch } from "./patches.js";

type Convolution = Extract<Lowering<unknown>, { kind: "convolution" }>;

/** Windows that the filter's gradient takes at a time. */
const BLOCK = 64;

export function evaluateConvolution(
  name: string,
  lowering: Convolution,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const out = allocate(type.dtype, type.size, name);
  if (type.size === 0) return denseTensor(out, type);
  const windows = lowering.windows(attributes);
  const groups = sizeOf(type.shape.slice(0, -4));
  const first = partsOf(hostValues(inputs[0]!), groups);
  const second = partsOf(hostValues(inputs[1]!), groups);
  const results = partsOf(out, groups);
  const channelsOf = (shape: Shape): number => shape[shape.length - 1]!;
  const firstChannels = channelsOf(inputs[0]!.shape);
  const channels = channelsOf(type.shape);
  for (let group = 0; group < groups; group++) {
    const operands = [first(group), second(group), windows] as const;
    const result = results(group);
    if (lowering.form === "output") convolve(...operands, firstChannels, channels, result);
    else if (lowering.form === "inputGradient") {
      convolveBack(...operands, channels, firstChannels, result);
    } else correlate(...operands, firstChannels, channels, result);
  }
  return denseTensor(out, type);
}

/** The values of each of several tensors that lie one after the other. */
function partsOf(values: TypedArray, count: number): (index: number) => TypedArray {
  const size = values.length / count;
  return (index) => values.subarray(index * size, (index + 1) * size);
}

/** Rows: windows; depth: elements of a patch; columns: result channels. */
function convolve(
  images: TypedArray,
  filter: TypedArray,
  windows: Windows,
  channels: number,
  resultChannels: number,
  out: TypedArray,
): void {
  const depth = patchSize(windows, channels);
  const columns = new Float64Array(panelsSize(resultChannels, depth));
  packPanels(filter, 0, 1, resultChannels, resultChannels, depth, columns);
  const patches = new Float64Array(PANEL * depth);
  const rows = new Float64Array(PANEL * depth);
  const strip = new Float64Array(PANEL * resultChannels);
  const count = out.length / resultChannels;
  for (let window = 0; window < count; window += PANEL) {
    const down = Math.min(PANEL, count - window);
    for (let row = 0; row < down; row++) {
      readPatch(images, windows, channels, window + row, patches, row * depth);
    }
    packPanels(patches, 0, depth, 1, down, depth, rows);
    strip.fill(0);
    addProduct(rows, down, columns, resultChannels, depth, strip, resultChannels);
    const target = window * resultChannels;
    for (let index = 0; index < down * resultChannels; index++) {
      out[target + index] = strip[index]!;
    }
  }
}

/** Rows: windows; depth: result channels; columns: elements of a patch, which are added to the images. */
function convolveBack(
  cotangent: TypedArray,
  filter: TypedArray,
  windows: Windows,
  channels: number,
  resultChannels: number,
  out: TypedArray,
): void {
  const width = patchSize(windows, channels);
  const columns = new Float64Array(panelsSize(width, resultChannels));
  packPanels(filter, 0, resultChannels, 1, width, resultChannels, columns);
  const rows = new Float64Array(PANEL * resultChannels);
  const strip = new Float64Array(PANEL * width);
  const sum = out instanceof Float64Array ? out : new Float64Array(out.length);
  const count = resultChannels === 0 ? 0 : cotangent.length / resultChannels;
  for (let window = 0; window < count; window += PANEL) {
    const down = Math.min(PANEL, count - window);
    const start = window * resultChannels;
    packPanels(cotangent, start, resultChannels, 1, down, resultChannels, rows);
    strip.fill(0);
    addProduct(rows, down, columns, width, resultChannels, strip, width);
    for (let row = 0; row < down; row++) {
      addPatch(strip, row * width, windows, channels, window + row, sum);
    }
  }
  if (sum !== out) out.set(sum);
}

/** Rows: elements of a patch; depth: windows; columns: result channels. */
function correlate(
  images: TypedArray,
  cotangent: TypedArray,
  windows: Windows,
  channels: number,
  resultChannels: number,
  out: TypedArray,
): void {
  const height = patchSize(windows, channels);
  const patches = new Float64Array(BLOCK * height);
  const rows = new Float64Array(panelsSize(height, BLOCK));
  const columns = new Float64Array(panelsSize(resultChannels, BLOCK));
  const sum = out instanceof Float64Array ? out : new Float64Array(out.length);
  const count = cotangent.length / resultChannels;
  for (let window = 0; window < count; window += BLOCK) {
    const depth = Math.min(BLOCK, count - window);
    for (let index = 0; index < depth; index++) {
      readPatch(images, windows, channels, window + index, patches, index * height);
    }
    packPanels(patches, 0, 1, height, height, depth, rows);
    const start = window * resultChannels;
    packPanels(cotangent, start, 1, resultChannels, resultChannels, depth, columns);
    addProduct(rows, height, columns, resultChannels, depth, sum, resultChannels);
  }
  if (sum !== out) out.set(sum);
}
