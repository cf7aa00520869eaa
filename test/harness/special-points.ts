/** Elementwise functions where floating numbers end: NaN, infinities, zeros of both signs, the largest and the smallest. */

import { type DType, isFloating, roundTo } from "../../src/core/dtype.js";
import { ArgumentError } from "../../src/core/errors.js";
import { scalarTensor } from "../../src/core/literals.js";
import type { SampleOperand } from "../../src/core/op.js";
import { abstractTensor, tensorType } from "../../src/core/tensor.js";
import { type Case, inputsOf, type OpCase } from "./cases.js";
import { valueDifference } from "./comparing.js";
import { valuesOf } from "./operands.js";

/** Points of each dtype; those of floats are where some function has a pole, an edge, or overflows. */
const POINTS: Readonly<Record<DType, readonly number[]>> = {
  float64: [
    0,
    -0,
    1,
    -1,
    0.5,
    -2,
    3,
    Infinity,
    -Infinity,
    NaN,
    Number.MIN_VALUE,
    -2.2250738585072014e-308,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    800,
  ],
  float32: [
    0,
    -0,
    1,
    -1,
    0.5,
    -2,
    3,
    Infinity,
    -Infinity,
    NaN,
    1.401298464324817e-45,
    -1.1754943508222875e-38,
    3.4028234663852886e38,
    -3.4028234663852886e38,
    100,
  ],
  int32: [0, 1, -1, 7, -8, 2147483647, -2147483648],
  bool: [0, 1],
};

/** Operands that together hold every combination of the points. */
function combinations(dtypes: readonly DType[]): SampleOperand[] {
  const size = dtypes.reduce((product, dtype) => product * POINTS[dtype].length, 1);
  let repeat = size;
  return dtypes.map((dtype) => {
    const points = POINTS[dtype];
    repeat /= points.length;
    const values = Array.from(
      { length: size },
      (_, at) => points[Math.floor(at / repeat) % points.length]!,
    );
    return { shape: [size], values, dtype };
  });
}

/** An elementwise function at all combinations of special points. */
export function atSpecialPoints(one: Case, dtype: DType): Case {
  return { ...one, operands: combinations(one.operands.map((operand) => operand.dtype ?? dtype)) };
}

/** Values at special points are those of the declared scalar function, in arrays and as scalars. */
export function checkSpecialValues(one: OpCase, dtype: DType): string[] {
  const { op } = one;
  const { lowering } = op;
  if (lowering.kind !== "elementwise") return [];
  const inputs = inputsOf(atSpecialPoints(one, dtype), dtype);
  const last = inputs.at(-1)!;
  const scalar =
    last.dtype === "int32" && lowering.integer !== undefined ? lowering.integer : lowering.scalar;
  const columns = inputs.map(valuesOf);
  const result = op.outputTypes(
    inputs.map(({ type }) => abstractTensor(type, "a test asks for the type")),
    one.sample.attributes,
  )[0]!.dtype;
  const points = columns[0]!.map((_, at) => columns.map((column) => column[at]!));
  const expected = points.map((point) => valueOrRefusal(() => roundTo(result, scalar(...point))));
  const failures: string[] = [];
  // An array with an element that is refused is refused whole.
  if (expected.every((value) => value !== REFUSED)) {
    const what = valueDifference(one.run(inputs)[0]!, expected);
    if (what !== undefined) failures.push(`${one.label} (${dtype}) at special points ${what}`);
  }
  points.forEach((point, at) => {
    const operands = point.map((value, position) => scalarTensor(value, inputs[position]!.dtype));
    const value = valueOrRefusal(() => valuesOf(one.run(operands)[0]!)[0]!);
    if (!Object.is(value, expected[at])) {
      failures.push(
        `${one.label} (${dtype}) of scalars ${point.join(", ")} is ${value} instead of ${expected[at]}`,
      );
    }
  });
  return failures;
}

/** Stands for an ArgumentError, such as that of an integer divided by 0. */
const REFUSED = -0.125;

function valueOrRefusal(compute: () => number): number {
  try {
    return compute();
  } catch (error) {
    if (error instanceof ArgumentError) return REFUSED;
    throw error;
  }
}

/** Whether the operation works element by element on floating numbers and gives such. */
export function isPointwise(one: OpCase): boolean {
  if (one.op.lowering.kind !== "elementwise") return false;
  const types = one.operands.map((operand) => tensorType(operand.dtype ?? "float64", [1]));
  const outputs = one.op.outputTypes(
    types.map((type) => abstractTensor(type, "a test asks for the type")),
    one.sample.attributes,
  );
  return (
    types.some(({ dtype }) => isFloating(dtype)) && outputs.every(({ dtype }) => isFloating(dtype))
  );
}
