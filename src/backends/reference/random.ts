/** Random values from counter-based streams, with the same bits in every engine. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import { InternalError, NumericsError } from "../../core/errors.js";
import type { Lowering, RandomDraw, RandomStream } from "../../core/lowering.js";
import { normalQuantile } from "../../core/numerics/normal-quantile.js";
import { power } from "../../core/numerics/power.js";
import {
  fillBoundedIntegers,
  normalFloat32,
  normalFloat64,
  uniformFloat32,
  uniformFloat64,
} from "../../core/numerics/random-values.js";
import { fillRandomBits } from "../../core/numerics/threefry.js";
import { presentStream, streamOfUse } from "../../core/random-use.js";
import { hostValues } from "../../core/reading.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type Random = Extract<Lowering<unknown>, { kind: "random" }>;

/** Words are made in portions of this many (an even number), so that no second buffer as large as the result is needed. */
const PORTION = 4096;

/** The probability that a standard normal value is below −2. */
const TAIL = 0.02275013194817921;

export function evaluateRandom(
  name: string,
  lowering: Random,
  inputs: readonly Tensor[],
  attributes: unknown,
  type: TensorType,
): Tensor {
  const draw = lowering.draw(attributes);
  const values = allocate(type.dtype, type.size, name);
  const { parts } = draw;
  const size = values.length / parts;
  const logits = inputs[0] && matricesOf(inputs[0], parts);
  const stream = presentStream(draw.stream);
  for (let part = 0; part < parts; part++) {
    const own = parts === 1 ? stream : streamOfUse(stream, part);
    const target = values.subarray(part * size, (part + 1) * size);
    fill(target, { ...draw, stream: own }, logits?.(part), name);
  }
  return denseTensor(values, type);
}

/** Rows of numbers. */
interface Matrix {
  readonly values: TypedArray;
  readonly rows: number;
  readonly columns: number;
}

/** The matrices in the last two axes of a tensor, by number. */
function matricesOf(tensor: Tensor, count: number): (index: number) => Matrix {
  const values = hostValues(tensor);
  const rows = tensor.shape[tensor.rank - 2]!;
  const columns = tensor.shape[tensor.rank - 1]!;
  const size = values.length / count;
  return (index) => ({ values: values.subarray(index * size, (index + 1) * size), rows, columns });
}

function fill(
  values: TypedArray,
  draw: RandomDraw,
  logits: Matrix | undefined,
  name: string,
): void {
  const { stream } = draw;
  switch (draw.distribution) {
    case "uniform":
      fillFloats(values, stream, uniformFloat32, uniformFloat64);
      break;
    case "normal":
      fillFloats(values, stream, normalFloat32, normalFloat64);
      break;
    case "truncatedNormal":
      fillFloats(values, stream, truncatedNormal32, truncatedNormal64);
      break;
    case "integers":
      fillIntegers(values, stream, draw.minval, draw.maxval);
      break;
    case "permutation":
      fillPermutation(values, stream);
      break;
    case "categories":
      fillCategories(values, stream, logits!, name);
      break;
  }
}

function fillIntegers(
  values: TypedArray,
  stream: RandomStream,
  minval: number,
  maxval: number,
): void {
  // Only an int32 result is declared to be filled so.
  if (!(values instanceof Int32Array)) throw new InternalError("random integers are int32");
  fillBoundedIntegers(...stream.key, stream.block, values, minval, maxval);
}

/** Fills float32 from one word an element, float64 from two. */
function fillFloats(
  values: TypedArray,
  stream: RandomStream,
  single: (word: number) => number,
  double: (high: number, low: number) => number,
): void {
  if (values instanceof Float64Array) {
    forEachPair(values.length, stream, (position, high, low) => {
      values[position] = double(high, low);
    });
    return;
  }
  const words = new Uint32Array(Math.min(PORTION, values.length));
  for (let begin = 0; begin < values.length; begin += PORTION) {
    const count = Math.min(PORTION, values.length - begin);
    fillRandomBits(...stream.key, stream.block + begin / 2, words.subarray(0, count));
    for (let index = 0; index < count; index++) values[begin + index] = single(words[index]!);
  }
}

/** Calls `use` with the two words of one block after the other. */
function forEachPair(
  count: number,
  stream: RandomStream,
  use: (position: number, high: number, low: number) => void,
): void {
  const words = new Uint32Array(Math.min(PORTION, 2 * count));
  for (let position = 0; position < count; ) {
    const end = Math.min(count, position + PORTION / 2);
    const block = stream.block + position;
    fillRandomBits(...stream.key, block, words.subarray(0, 2 * (end - position)));
    for (let word = 0; position < end; position++, word += 2) {
      use(position, words[word]!, words[word + 1]!);
    }
  }
}

/** The quantile of a probability between 0 and 1 that is squeezed into the range of [−2, 2]. */
function truncatedQuantile(probability: number): number {
  const quantile = normalQuantile(0.5 + (probability - 0.5) * (1 - 2 * TAIL));
  return Math.max(-2, Math.min(2, quantile));
}

function truncatedNormal32(word: number): number {
  return truncatedQuantile((word + 0.5) * 2 ** -32);
}

function truncatedNormal64(high: number, low: number): number {
  return truncatedQuantile(((high >>> 6) * 67108864 + (low >>> 6) + 0.5) * 2 ** -52);
}

/** Fisher and Yates's shuffle, forwards. */
function fillPermutation(values: TypedArray, stream: RandomStream): void {
  forEachPair(values.length, stream, (position, high, low) => {
    const other = Math.floor(uniformFloat64(high, low) * (position + 1));
    values[position] = values[other]!;
    values[other] = position;
  });
}

/** For each sample the first class whose cumulative weight exceeds a uniform number. */
function fillCategories(
  values: TypedArray,
  stream: RandomStream,
  logits: Matrix,
  name: string,
): void {
  const classes = logits.columns;
  const samples = values.length / logits.rows;
  let row = -1;
  let cumulative = new Float64Array(0);
  forEachPair(values.length, stream, (position, high, low) => {
    const ownRow = Math.floor(position / samples);
    if (ownRow !== row) {
      row = ownRow;
      cumulative = cumulativeWeights(
        logits.values.subarray(row * classes, (row + 1) * classes),
        row,
        name,
      );
    }
    values[position] = firstAbove(cumulative, uniformFloat64(high, low));
  });
}

/** The running sums of exp(logit − greatest logit); `power` gives the same bits in every engine, `Math.exp` does not. */
function cumulativeWeights(
  logits: TypedArray,
  row: number,
  name: string,
): Float64Array<ArrayBuffer> {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) greatest = Math.max(greatest, logit);
  if (!Number.isFinite(greatest)) {
    throw new NumericsError(
      `${name}: the greatest of the logits in row ${row} is ${greatest}; it must be a finite number`,
    );
  }
  const cumulative = new Float64Array(logits.length);
  let sum = 0;
  for (let index = 0; index < logits.length; index++) {
    sum += power(Math.E, logits[index]! - greatest);
    cumulative[index] = sum;
  }
  return cumulative;
}

/** The first class whose running sum exceeds that fraction of the total, so that a class of weight 0 is never drawn. */
function firstAbove(cumulative: Float64Array, fraction: number): number {
  const total = cumulative[cumulative.length - 1]!;
  const threshold = fraction * total;
  let low = 0;
  let high = cumulative.length - 1;
  // A threshold rounded up to the total itself belongs to the last class that has a weight.
  const isAbove = (sum: number): boolean => sum > threshold || sum === total;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAbove(cumulative[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
