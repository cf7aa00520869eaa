/** Convolutions cut into parts: some of the images each, or for the gradient of the filter one row of it each. */

import { type ConvolutionKernel, convolutionPlan, productKernel } from "./convolution-plan.js";
import { sumsOf } from "./matmul-parts.js";

/** Convolutions of their own. */
export interface ConvolutionParts {
  readonly kernels: readonly ConvolutionKernel[];
  /** Elements from one part to the next, of the operands and the result. */
  readonly steps: readonly [number, number, number];
}

/** Operations of two numbers in a nanosecond, about. */
const SPEED = { f32: 36, f64: 18 } as const;

/** Nanoseconds for an element of a patch that is moved. */
const MOVE = 0.1;

/** About how long one thread takes. */
export function convolutionNanoseconds(kernel: ConvolutionKernel): number {
  const { total, patch } = convolutionPlan(kernel);
  const perElement = (2 * kernel.resultChannels) / SPEED[kernel.type] + MOVE;
  return kernel.count * total * patch * perElement;
}

/** At most so many parts; undefined where there is only one, or sums would not be the same, bit by bit. */
export function convolutionParts(
  kernel: ConvolutionKernel,
  most: number,
  relaxed: boolean,
): ConvolutionParts | undefined {
  if (kernel.count !== 1) return undefined;
  const parts = kernel.form === "filterGradient" ? byRows(kernel) : byImages(kernel, most);
  if (parts.kernels.length < 2) return undefined;
  const keys = new Set([kernel, ...parts.kernels].flatMap((one) => sumsOfProducts(one, relaxed)));
  return keys.size === 1 ? parts : undefined;
}

function byImages(kernel: ConvolutionKernel, most: number): ConvolutionParts {
  const { batch, channels, resultChannels, windows, form } = kernel;
  const size = Math.ceil(batch / Math.min(batch, most));
  const kernels: ConvolutionKernel[] = [];
  for (let done = 0; done < batch; done += size) {
    kernels.push({ ...kernel, batch: Math.min(size, batch - done) });
  }
  const images = size * windows.input[0] * windows.input[1] * channels;
  const values = size * windows.output[0] * windows.output[1] * resultChannels;
  return { kernels, steps: form === "output" ? [images, 0, values] : [values, 0, images] };
}

/** Windows of one row each, which begin lower from part to part. */
function byRows(kernel: ConvolutionKernel): ConvolutionParts {
  const { windows, channels, resultChannels } = kernel;
  const { window, before, dilations } = windows;
  const kernels = Array.from({ length: window[0] }, (_, row): ConvolutionKernel => {
    const begin = before[0] - row * dilations[0];
    const own = { ...windows, window: [1, window[1]], before: [begin, before[1]] } as const;
    return { ...kernel, windows: own };
  });
  return { kernels, steps: [0, 0, window[1] * channels * resultChannels] };
}

/** How the products for bands of windows are summed up. */
function sumsOfProducts(kernel: ConvolutionKernel, relaxed: boolean): readonly string[] {
  const { band, rest, accumulate, widened } = convolutionPlan(kernel);
  const sums = (rest > 0 ? [band, rest] : [band]).map((count) =>
    sumsOf(productKernel(kernel, count, accumulate), relaxed),
  );
  // Elsewhere bands are parts of the result, and differ from part to part; here they are summed up themselves.
  return kernel.form === "filterGradient" ? [`${band} ${widened} ${sums.join()}`] : sums;
}
