/** Elementwise operations on large arrays: blocks that fit into the cache go through the memory of compiled functions. */

import { allocate } from "../../core/dtype.js";
import type { Op } from "../../core/op.js";
import { hostValues } from "../../core/reading.js";
import { denseStorage, StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";
import { CodeBuilder } from "../../kernel/code-builder.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import { appendOp } from "../../kernel/op-code.js";
import { scalarType, type Value } from "../../kernel/scalar-code.js";
import { compileElementwise, type RunElementwise } from "./elementwise.js";
import { detectFeatures } from "./features.js";
import type { Region } from "./process-memory.js";
import { sharedMemory } from "./shared-memory.js";

/** Elements that are copied in, computed, and copied out at a time: operands and result fit into the first cache. */
const BLOCK = 1024;

/** Operands and the result of a block, for programs of up to so many operands. */
export const MOST_OPERANDS = 4;
const SLOT_BYTES = 8 * BLOCK;

const kernels = new WeakMap<object, Map<string, RunElementwise>>();
let slots: Region | undefined;

/** What is computed for every element. */
export interface ElementProgram {
  /** For messages. */
  readonly name: string;
  /** Programs with the same key are the same for operands of the same types. */
  readonly key: object;
  /** Appends it to a program, and gives its value. */
  append(code: CodeBuilder, operands: readonly Value[]): Value;
}

/** The result of an operation on arrays. */
export function evaluateBlocks(op: Op, inputs: readonly Tensor[], type: TensorType): Tensor {
  const append = (code: CodeBuilder, operands: readonly Value[]): Value =>
    appendOp(code, op, operands, scalarType(type.dtype));
  return evaluateElements({ name: op.name, key: op, append }, inputs, type);
}

/** The result of a program for the elements of arrays. */
export function evaluateElements(
  program: ElementProgram,
  inputs: readonly Tensor[],
  type: TensorType,
): Tensor {
  const { memory, views } = sharedMemory();
  slots ??= memory.allocate((MOST_OPERANDS + 1) * SLOT_BYTES, program.name);
  const { begin } = slots;
  const { size, dtype, shape } = type;
  const out = allocate(dtype, size, program.name);
  const sources = inputs.map((input) => sourceOf(input));
  const run = kernelFor(program, inputs, sources, memory.memory);
  const slotOf = (slot: number): number => begin + slot * SLOT_BYTES;
  sources.forEach(({ values, step }, slot) => {
    const view = views.get(inputs[slot]!.dtype);
    if (step === 0) view[slotOf(slot) / view.BYTES_PER_ELEMENT] = values[0]!;
  });
  const pointers = [...inputs.keys(), inputs.length].map(slotOf);
  const result = views.get(dtype);
  const from = slotOf(inputs.length) / bytesOfDType(dtype);
  for (let at = 0; at < size; at += BLOCK) {
    const count = Math.min(BLOCK, size - at);
    for (let slot = 0; slot < sources.length; slot++) {
      const { values, step } = sources[slot]!;
      if (step === 0) continue;
      const view = views.get(inputs[slot]!.dtype);
      view.set(values.subarray(at, at + count), slotOf(slot) / view.BYTES_PER_ELEMENT);
    }
    run(count, ...pointers);
    out.set(result.subarray(from, from + count), at);
  }
  return new Tensor(type, denseStorage(out, shape));
}

interface Source {
  readonly values: ReturnType<typeof hostValues>;
  readonly step: 0 | 1;
}

/** The elements of an operand in row-major order, or one that is everywhere. */
function sourceOf(input: Tensor): Source {
  const { storage, shape } = input;
  if (storage instanceof StridedStorage && storage.flatStep(shape) === 0) {
    return { values: storage.buffer.subarray(storage.offset, storage.offset + 1), step: 0 };
  }
  return { values: hostValues(input), step: 1 };
}

function kernelFor(
  program: ElementProgram,
  inputs: readonly Tensor[],
  sources: readonly Source[],
  memory: WebAssembly.Memory,
): RunElementwise {
  let known = kernels.get(program.key);
  if (known === undefined) {
    known = new Map();
    kernels.set(program.key, known);
  }
  const operands = inputs.map((input, place) => ({
    dtype: input.dtype,
    step: sources[place]!.step,
  }));
  const key = operands.map((operand) => `${operand.dtype} ${operand.step}`).join();
  let kernel = known.get(key);
  if (kernel === undefined) {
    const code = new CodeBuilder();
    const values = operands.map((operand, place) => code.operand(scalarType(operand.dtype), place));
    const value = program.append(code, values);
    const { relaxedSimd } = detectFeatures();
    kernel = compileElementwise({ operands, code: code.code, results: [{ value }] }, memory, {
      relaxedSimd,
    });
    known.set(key, kernel);
  }
  return kernel;
}
