/** Matrix products as WebAssembly functions. */

import type { ModuleBuilder } from "./assembler.js";
import type { EmitOptions } from "./elementwise.js";
import type { RowFunction } from "./epilogue.js";
import { FunctionBuilder, type FunctionReference } from "./function-builder.js";
import { widthOf } from "./matmul-elements.js";
import { batchOf, type MatmulKernel } from "./matmul-kernel.js";
import { scratchOf } from "./matmul-plan.js";
import { ProductEmitter, RESULT } from "./matmul-product.js";
import { zerosFunction } from "./matmul-sums.js";
import type { ValueType } from "./opcodes.js";

export type { MatmulKernel, MatrixLayout } from "./matmul-kernel.js";

/** Bytes of scratch memory, 16-byte aligned, that the function needs. */
export function matmulScratch(kernel: MatmulKernel): number {
  if (elementsOf(kernel) * kernel.inner === 0) return 0;
  const { product } = batchOf(kernel);
  return Math.max(...[false, true].map((relaxed) => scratchOf(product, relaxed).size));
}

/**
 * Adds a function (left: i32, right: i32, result: i32, scratch: i32) -> () of addresses, which may be unaligned. The result is
 * row-major and dense, batch by batch, and overlaps nothing.
 *
 * With `finish`, which is called once for every row when it is complete, there are two more parameters (row: i32, frame: i32): the number
 * of the first row, and what is handed on. Then no size may be 0.
 *
 * Float32 products along a long inner axis are summed up in blocks, and sums of many blocks in float64.
 */
export function addMatmul(
  module: ModuleBuilder,
  kernel: MatmulKernel,
  { relaxedSimd = false }: EmitOptions = {},
  finish?: RowFunction,
): FunctionReference {
  const body = new FunctionBuilder(productParameters(finish), []);
  const { type } = kernel;
  const setting = { module, type, relaxed: relaxedSimd && type !== "i32" };
  const callee = module.addFunction(body);
  const elements = elementsOf(kernel);
  if (elements * kernel.inner > 0) {
    new ProductEmitter(body, setting, batchOf(kernel), finish).emit();
  } else if (elements > 0 && !kernel.accumulate) {
    body
      .get(RESULT)
      .constant("i32", (elements * widthOf(type)) / 4)
      .call(zerosFunction(setting));
  }
  return callee;
}

/** The parameters of a function for products. */
export function productParameters(finish: RowFunction | undefined): readonly ValueType[] {
  return new Array<ValueType>(finish === undefined ? 4 : 6).fill("i32");
}

/** Elements of the result. */
function elementsOf({ batch, rows, columns }: MatmulKernel): number {
  return batch.reduce((product, size) => product * size, rows * columns);
}
