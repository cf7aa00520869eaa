/** Operations with kernels cut into operations of the same kind. */

import { isFloating } from "../../core/dtype.js";
import { convolutionScratch } from "./convolution.js";
import { convolutionNanoseconds, convolutionParts } from "./convolution-parts.js";
import { detectFeatures } from "./features.js";
import type { FunctionReference } from "./function-builder.js";
import { matmulScratch } from "./matmul.js";
import { productNanoseconds, productParts } from "./matmul-parts.js";
import type { ModuleContext } from "./module-context.js";
import {
  convolutionFunction,
  convolutionKernel,
  matmulKernel,
  type Operation,
  productFunction,
} from "./operation.js";

/** An operation cut into operations of the same kind. */
export interface KernelParts {
  readonly kind: "kernel";
  readonly operation: Operation;
  /** Adds the functions (operands: i32, results: i32, scratch: i32) -> () of all parts, most of which are the same. */
  add(context: ModuleContext): readonly FunctionReference[];
  /** Bytes from one part to the next, of operands and results. */
  readonly steps: readonly number[];
  /** Bytes of scratch memory for a part. */
  readonly scratch: number;
  readonly parts: number;
  /** About how long one thread takes for all. */
  readonly nanoseconds: number;
}

/** A part should take so many nanoseconds that what it takes to cut it off does not count. */
const SHORTEST = 40_000;
const MOST_PARTS = 16;
const CACHE_LINE = 64;

/** The parts of an operation; undefined where there is only one. */
export function kernelParts(operation: Operation): KernelParts | undefined {
  const { kind } = operation.node.op.lowering;
  if (kind === "matmul") return partsOfProduct(operation);
  if (kind === "convolution" && isFloating(operation.operands[0]!.type.dtype)) {
    return partsOfConvolution(operation);
  }
  return undefined;
}

function partsOfProduct(operation: Operation): KernelParts | undefined {
  const kernel = matmulKernel(operation);
  const nanoseconds = productNanoseconds(kernel);
  const most = mostParts(nanoseconds);
  if (most < 2) return undefined;
  const cut = productParts(kernel, most, detectFeatures().relaxedSimd);
  if (cut === undefined) return undefined;
  const { kernels, steps } = cut;
  return {
    kind: "kernel",
    operation,
    add: (context) => kernels.map((one) => productFunction(context, one)),
    steps: steps.map((step) => step * (kernel.type === "f64" ? 8 : 4)),
    scratch: alignedScratch(kernels.map(matmulScratch)),
    parts: kernels.length,
    nanoseconds,
  };
}

function partsOfConvolution(operation: Operation): KernelParts | undefined {
  const kernel = convolutionKernel(operation);
  const nanoseconds = convolutionNanoseconds(kernel);
  const most = mostParts(nanoseconds);
  if (most < 2) return undefined;
  const cut = convolutionParts(kernel, most, detectFeatures().relaxedSimd);
  if (cut === undefined) return undefined;
  const { kernels, steps } = cut;
  return {
    kind: "kernel",
    operation,
    add: (context) => kernels.map((one) => convolutionFunction(context, one)),
    steps: steps.map((step) => step * (kernel.type === "f64" ? 8 : 4)),
    scratch: alignedScratch(kernels.map(convolutionScratch)),
    parts: kernels.length,
    nanoseconds,
  };
}

function mostParts(nanoseconds: number): number {
  return Math.min(MOST_PARTS, Math.floor(nanoseconds / SHORTEST));
}

/** Slots do not write to the same lines of caches. */
function alignedScratch(bytes: readonly number[]): number {
  return Math.ceil(Math.max(...bytes) / CACHE_LINE) * CACHE_LINE;
}
