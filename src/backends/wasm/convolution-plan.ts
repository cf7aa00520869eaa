/** How a convolution is cut into bands of windows, whose patches stay in the cache, and where its scratch memory is used. */

import type { Windows } from "../../core/lowering.js";
import { patchSize } from "./convolution-patches.js";
import type { FloatType } from "./convolution-runs.js";
import { type MatmulKernel, type MatrixLayout, matmulScratch } from "./matmul.js";

/** A convolution or one of its adjoints; see the lowering. */
export interface ConvolutionKernel {
  readonly type: FloatType;
  readonly form: "output" | "inputGradient" | "filterGradient";
  /** How many convolutions lie one after the other; operands and result are dense and row-major. */
  readonly count: number;
  readonly batch: number;
  readonly channels: number;
  readonly resultChannels: number;
  readonly windows: Windows;
}

export interface ConvolutionPlan {
  /** Bytes of an element. */
  readonly bytes: number;
  /** Elements of a patch. */
  readonly patch: number;
  /** Windows of all images of one convolution. */
  readonly total: number;
  /** Windows taken at a time. */
  readonly band: number;
  /** Windows left after all whole bands. */
  readonly rest: number;
  /** Whether the patches are the images as they lie in memory. */
  readonly direct: boolean;
  /** Whether products of bands are summed up in float64, which many bands in float32 are not accurate enough for. */
  readonly widened: boolean;
  /** Whether products of bands are added to the result as they are. */
  readonly accumulate: boolean;
  /** The beginnings of parts of the scratch memory, and its size. */
  readonly scratch: {
    readonly patches: number;
    readonly product: number;
    readonly sums: number;
    readonly matmul: number;
    readonly size: number;
  };
}

/** Bytes of patches that stay in the cache of the second level beside what else is needed. */
const CACHED = 131072;

/** With fewer windows at a time the filter, or its gradient, is gone through too often. */
const FEWEST_WINDOWS = { output: 96, inputGradient: 96, filterGradient: 128 } as const;

/** More gain nothing; sums of more products in float32 are off by more than a millionth here and there. */
const MOST_WINDOWS = { output: 256, inputGradient: 256, filterGradient: 128 } as const;

export function convolutionPlan(kernel: ConvolutionKernel): ConvolutionPlan {
  const { type, form, batch, channels, resultChannels, windows } = kernel;
  const bytes = type === "f64" ? 8 : 4;
  const patch = patchSize(windows, channels);
  const total = batch * windows.output[0] * windows.output[1];
  const direct = patchesAreImages(windows);
  const cached = Math.floor(CACHED / Math.max(1, patch * bytes));
  const most = Math.min(MOST_WINDOWS[form], Math.max(FEWEST_WINDOWS[form], cached));
  const band = direct && form !== "filterGradient" ? total : bandOf(total, most);
  const rest = band === 0 ? 0 : total % band;
  const summed = form === "filterGradient" && band < total;
  const widened = summed && type === "f32";
  const accumulate = summed && !widened;
  const sizes = {
    patches: direct ? 0 : band * patch * bytes,
    product: widened ? patch * resultChannels * bytes : 0,
    sums: widened ? patch * resultChannels * 8 : 0,
    matmul: 0,
  };
  const empty = total * patch * resultChannels === 0;
  if (!empty) {
    const products = (rest > 0 ? [band, rest] : [band]).map((count) => {
      return matmulScratch(productKernel(kernel, count, accumulate));
    });
    sizes.matmul = Math.max(...products);
  }
  const aligned = (size: number): number => Math.ceil(size / 16) * 16;
  const product = aligned(sizes.patches);
  const sums = product + aligned(sizes.product);
  const matmul = sums + aligned(sizes.sums);
  const size = empty ? 0 : matmul + aligned(sizes.matmul);
  const scratch = { patches: 0, product, sums, matmul, size };
  return { bytes, patch, total, band, rest, direct, widened, accumulate, scratch };
}

/** Bytes of scratch memory that a convolution needs, a multiple of 16. */
export function convolutionScratch(kernel: ConvolutionKernel): number {
  return convolutionPlan(kernel).scratch.size;
}

/** The product of matrices for so many windows. */
export function productKernel(
  kernel: ConvolutionKernel,
  count: number,
  accumulate: boolean,
): MatmulKernel {
  const { type, form, channels, resultChannels, windows } = kernel;
  const patch = patchSize(windows, channels);
  const layout = (rowStride: number, columnStride: number): MatrixLayout => {
    return { batchStrides: [], rowStride, columnStride };
  };
  const shared = { type, batch: [], accumulate };
  switch (form) {
    case "output":
      return {
        ...shared,
        rows: count,
        columns: resultChannels,
        inner: patch,
        left: layout(patch, 1),
        right: layout(resultChannels, 1),
      };
    case "inputGradient":
      return {
        ...shared,
        rows: count,
        columns: patch,
        inner: resultChannels,
        left: layout(resultChannels, 1),
        right: layout(1, resultChannels),
      };
    case "filterGradient":
      return {
        ...shared,
        rows: patch,
        columns: resultChannels,
        inner: count,
        left: layout(1, patch),
        right: layout(resultChannels, 1),
      };
  }
}

/** At most `most` of `total` windows: a number that divides it, if one is near. */
function bandOf(total: number, most: number): number {
  if (total <= most) return total;
  for (let band = most; band > most / 2; band--) if (total % band === 0) return band;
  return Math.ceil(total / Math.ceil(total / most));
}

/** Windows of one pixel each, one on every pixel, or a single window that is the whole image. */
function patchesAreImages({ input, window, output, strides, dilations, before }: Windows): boolean {
  const axes = [0, 1] as const;
  if (axes.some((axis) => before[axis] !== 0)) return false;
  const pixels = axes.every(
    (axis) =>
      window[axis] === 1 &&
      output[axis] === input[axis] &&
      (strides[axis] === 1 || output[axis] === 1),
  );
  const images = axes.every(
    (axis) =>
      window[axis] === input[axis] &&
      output[axis] === 1 &&
      (dilations[axis] === 1 || window[axis] === 1),
  );
  return pixels || images;
}
