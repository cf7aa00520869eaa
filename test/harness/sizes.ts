/** Operands of any size, and what compiled functions give of them beside what the reference gives. */

import { evaluate } from "../../src/backends/reference/evaluate.js";
import { installEvaluator } from "../../src/core/dispatch.js";
import type { DType } from "../../src/core/dtype.js";
import type { SampleOperand } from "../../src/core/op.js";
import { formatShape, type Shape, sizeOf } from "../../src/core/shape.js";
import type { Tensor } from "../../src/core/tensor.js";
import { slice, stridedSlice } from "../../src/ops/slicing.js";
import { compile } from "../../src/runtime/compile.js";
import { differences } from "./comparing.js";
import { randomNumbers, sampleValues, tensorFrom } from "./operands.js";

/** Lengths around vectors of every width, blocks of them, and rows that are written out. */
export const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65] as const;

/** Relative to the largest element: compiled functions have transcendental functions and an order of sums of their own. */
export const TOLERANCE: Readonly<Record<DType, number>> = {
  float32: 4e-6,
  float64: 1e-13,
  int32: 0,
  bool: 0,
};

/** An operand like a sample's, of another shape: of the same values again and again, or from the same range. */
export function grown(operand: SampleOperand, shape: Shape, dtype: DType, name: string): Tensor {
  const values =
    "values" in operand
      ? Array.from(
          { length: sizeOf(shape) },
          (_, at) => operand.values[at % operand.values.length]!,
        )
      : sampleValues({ ...operand, shape }, name);
  return tensorFrom(values, operand.dtype ?? dtype, shape);
}

/** How an operand of a compiled function lies in memory: the tensor to give, and what makes the operand of it. */
export interface Lying {
  readonly given: Tensor;
  take(given: Tensor): Tensor;
}

/** What is around an operand that is a part of something larger; no result may depend on it. */
const AROUND = 77;

/** As it is, at the beginning of an array. */
export function aligned(tensor: Tensor): Lying {
  return { given: tensor, take: (given) => given };
}

/** Behind some other elements of the last axis, and before one. */
export function shifted(tensor: Tensor, by: number): Lying {
  const { shape, dtype } = tensor;
  if (shape.length === 0) return aligned(tensor);
  const last = shape.at(-1)!;
  const wide = [...shape.slice(0, -1), last + by + 1];
  const values = tensor.data();
  const around = Array.from({ length: sizeOf(wide) }, (_, at) => {
    const column = (at % (last + by + 1)) - by;
    const row = Math.floor(at / (last + by + 1));
    return column < 0 || column >= last
      ? dtype === "bool"
        ? 1
        : AROUND
      : values[row * last + column]!;
  });
  const begin = shape.map((_, axis) => (axis === shape.length - 1 ? by : 0));
  return { given: tensorFrom(around, dtype, wide), take: (given) => slice(given, begin, shape) };
}

/** From the end to the beginning, every other element. */
export function backwards(tensor: Tensor): Lying {
  const { shape, dtype, size } = tensor;
  if (shape.length !== 1) return aligned(tensor);
  const values = tensor.data();
  const around = Array.from({ length: 2 * size }, (_, at) =>
    at % 2 === 1 ? values[size - 1 - (at - 1) / 2]! : dtype === "bool" ? 1 : AROUND,
  );
  return {
    given: tensorFrom(around, dtype, [2 * size]),
    take: (given) => stridedSlice(given, [2 * size - 1], [-2 * size - 1], [-2]),
  };
}

/** A number of operands at one size. */
export interface Sized {
  readonly label: string;
  readonly operands: readonly Lying[];
  run(operands: readonly Tensor[]): Tensor;
}

/** All of them in one compiled function, beside the reference; messages for those that differ. */
export function compareSized(label: string, all: readonly Sized[], tolerance?: number): string[] {
  const run = (given: readonly (readonly Tensor[])[]): readonly Tensor[] =>
    all.map((one, index) =>
      one.run(one.operands.map((operand, place) => operand.take(given[index]![place]!))),
    );
  const inputs = all.map(({ operands }) => operands.map(({ given }) => given));
  const expected = run(inputs);
  const found = compile(run)(inputs);
  return found.flatMap((tensor, index) =>
    differences(
      () => `${label}, ${all[index]!.label}, result ${formatShape(tensor.shape)}`,
      [tensor],
      [expected[index]!],
      tolerance ?? TOLERANCE[tensor.dtype],
    ),
  );
}

/** Makes every operation outside of compiled functions run in the reference, for the rest of a file. */
export function useReference(): void {
  installEvaluator(evaluate);
}

/** A mask of either value. */
export function mask(shape: Shape, name: string): Tensor {
  const random = randomNumbers(name);
  return tensorFrom(
    Array.from({ length: sizeOf(shape) }, () => +(random() < 0.5)),
    "bool",
    shape,
  );
}
