/** Runs kernels on arrays: puts them into a memory, calls the compiled function, and takes the results out. */

import { compileElementwise, type EmitOptions } from "../../src/backends/wasm/elementwise.js";
import { allocate, type DType, type TypedArray } from "../../src/core/dtype.js";
import type { Op } from "../../src/core/op.js";
import { CodeBuilder } from "../../src/kernel/code-builder.js";
import {
  accumulatorType,
  bytesOf,
  type ElementwiseKernel,
  operandType,
} from "../../src/kernel/elementwise-kernel.js";
import { appendOp } from "../../src/kernel/op-code.js";
import { type ScalarType, scalarType } from "../../src/kernel/scalar-code.js";

const PAGE = 65536;
const memory = new WebAssembly.Memory({ initial: 64 });

const DTYPES: Readonly<Record<ScalarType, DType>> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  i64: "float64",
  bool: "bool",
};

/** A compiled kernel. */
export type Run = (inputs: readonly TypedArray[], count: number, shift?: number) => TypedArray[];

/** Compiles a kernel; arrays are put at addresses that are `shift` more than multiples of 16. */
export function prepare(kernel: ElementwiseKernel, options: EmitOptions = {}): Run {
  const run = compileElementwise(kernel, memory, options);
  return (inputs, count, shift = 0) => {
    let free = 16;
    const place = (bytes: number): number => {
      const at = free + shift;
      free += Math.ceil((bytes + shift) / 16) * 16 + 16;
      while (free > memory.buffer.byteLength) memory.grow(Math.ceil(free / PAGE));
      return at;
    };
    const addresses = inputs.map((input) => {
      const at = place(input.byteLength);
      const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
      new Uint8Array(memory.buffer).set(bytes, at);
      return at;
    });
    const results = kernel.results.map(({ value, reducer }) => {
      const { type } = kernel.code[value]!;
      return reducer === undefined
        ? { type, size: count }
        : { type: accumulatorType(reducer, type), size: 1 };
    });
    // Bytes around a result are not the kernel's.
    const targets = results.map(({ type, size }) => place(size * bytesOf(type) + 16) + 8);
    for (const [index, { type, size }] of results.entries()) {
      const at = targets[index]!;
      new Uint8Array(memory.buffer).fill(0xa5, at - 8, at + size * bytesOf(type) + 8);
    }
    run(count, ...addresses, ...targets);
    return results.map(({ type, size }, index) => {
      const bytes = size * bytesOf(type);
      const at = targets[index]!;
      const around = new Uint8Array(memory.buffer);
      for (let edge = 1; edge <= 8; edge++) {
        if (around[at - edge] !== 0xa5 || around[at + bytes + edge - 1] !== 0xa5) {
          throw new Error(`result ${index} was written beyond its ends`);
        }
      }
      const out = allocate(DTYPES[type], size, "test");
      new Uint8Array(out.buffer, out.byteOffset, bytes).set(around.subarray(at, at + bytes));
      return out;
    });
  };
}

/** A kernel of one operation, with operands of step 1. */
export function opKernel(op: Op, operands: readonly DType[], result: DType): ElementwiseKernel {
  const code = new CodeBuilder();
  const kernelOperands = operands.map((dtype) => ({ dtype, step: 1 as const }));
  const values = kernelOperands.map((operand, position) =>
    code.operand(operandType(operand), position),
  );
  const value = appendOp(code, op, values, scalarType(result));
  return { operands: kernelOperands, code: code.code, results: [{ value }] };
}
