/** Operations with kernels cut into operations of the same kind. */

import { isFloating } from "../../core/dtype.js";
import { convolutionScratch } from "./convolution.js";
import { convolutionNanoseconds, convolutionParts } from "./convolution-parts.js";
import { frameBytes, rowFunction } from "./epilogue.js";
import { detectFeatures } from "./features.js";
import type { FunctionReference } from "./function-builder.js";
import { matmulScratch } from "./matmul.js";
import type { ElementType } from "./matmul-elements.js";
import { productNanoseconds, productParts } from "./matmul-parts.js";
import type { ModuleContext } from "./module-context.js";
import { worthSharing } from "./nest-parts.js";
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
  /** Bytes of scratch memory for a part, and where in it the frame of an epilogue is. */
  readonly scratch: number;
  readonly frame: number;
  /** Rows from one part to the next. */
  readonly rows: number;
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

/** A kernel that may be cut into others of its kind. */
interface Divisible<Kernel> {
  readonly kernel: Kernel & { readonly type: ElementType };
  readonly nanoseconds: number;
  /** How many elements a row of the result has. */
  readonly rowLength: number;
  /** The parts and how many elements apart their operands and results begin; undefined where there is only one. */
  cut(
    most: number,
  ): { readonly kernels: readonly Kernel[]; readonly steps: readonly number[] } | undefined;
  scratchOf(part: Kernel): number;
  add(
    context: ModuleContext,
    part: Kernel,
    finish: ReturnType<typeof rowFunction>,
  ): FunctionReference;
}

function partsOfProduct(operation: Operation): KernelParts | undefined {
  const kernel = matmulKernel(operation);
  const byRows = operation.epilogue !== undefined;
  return partsOf(operation, {
    kernel,
    nanoseconds: productNanoseconds(kernel),
    rowLength: kernel.columns,
    cut: (most) => productParts(kernel, most, detectFeatures().relaxedSimd, byRows),
    scratchOf: matmulScratch,
    add: productFunction,
  });
}

function partsOfConvolution(operation: Operation): KernelParts | undefined {
  const kernel = convolutionKernel(operation);
  return partsOf(operation, {
    kernel,
    nanoseconds: convolutionNanoseconds(kernel),
    rowLength: kernel.resultChannels,
    cut: (most) => convolutionParts(kernel, most, detectFeatures().relaxedSimd),
    scratchOf: convolutionScratch,
    add: convolutionFunction,
  });
}

function partsOf<Kernel>(
  operation: Operation,
  { kernel, nanoseconds: own, rowLength, cut, scratchOf, add }: Divisible<Kernel>,
): KernelParts | undefined {
  const nanoseconds = own + epilogueNanoseconds(operation);
  const most = mostParts(nanoseconds);
  const parts = most < 2 ? undefined : cut(most);
  if (parts === undefined) return undefined;
  const { kernels, steps } = parts;
  return {
    kind: "kernel",
    operation,
    add: (context) => {
      const finish = rowFunction(context, operation);
      return kernels.map((one) => add(context, one, finish));
    },
    steps: steps.map((step) => step * (kernel.type === "f64" ? 8 : 4)),
    ...scratchFor(operation, kernels.map(scratchOf)),
    rows: steps[2]! / rowLength,
    parts: kernels.length,
    nanoseconds,
  };
}

function mostParts(nanoseconds: number): number {
  return Math.min(MOST_PARTS, Math.floor(nanoseconds / SHORTEST));
}

function epilogueNanoseconds({ epilogue }: Operation): number {
  const nests = epilogue?.nests ?? [];
  return nests.reduce((sum, { nest }) => sum + worthSharing(nest), 0);
}

/** Scratch memory for a part, of which the kernels need so many bytes. Slots do not write to the same lines of caches. */
function scratchFor(operation: Operation, bytes: readonly number[]) {
  const frame = Math.max(...bytes);
  const all = frame + frameBytes(operation);
  return { frame, scratch: Math.ceil(all / CACHE_LINE) * CACHE_LINE };
}
