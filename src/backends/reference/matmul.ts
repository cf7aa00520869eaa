/** Products of matrices, read under any strides: packed panels for large ones, plain loops for vectors and small ones. */

import { allocate, type TypedArray } from "../../core/dtype.js";
import type { Tensor, TensorType } from "../../core/tensor.js";
import { denseTensor, stridedOperand } from "./operand.js";
import { addProduct, PANEL, packPanels, panelsSize } from "./panels.js";

/** A matrix within a buffer. */
interface Matrix {
  readonly buffer: TypedArray;
  start: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** The lengths of one product: [rows, depth] · [depth, columns]. */
interface Extent {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Writes the product of two matrices, row-major, from `out[to]` on. */
type Multiply = (a: Matrix, b: Matrix, extent: Extent, out: TypedArray, to: number) => void;

/** Elements of the second operand that are packed at a time: half a megabyte, which stays in the second-level cache. */
const BLOCK = 2 ** 16;

/** Products of fewer multiplications than this are not worth packing. */
const SMALL = 128;

export function evaluateMatmul(name: string, inputs: readonly Tensor[], type: TensorType): Tensor {
  const [x, y] = inputs as readonly [Tensor, Tensor];
  const out = allocate(type.dtype, type.size, name);
  const batch = type.shape.length - 2;
  const extent: Extent = {
    rows: x.shape[batch]!,
    depth: x.shape[batch + 1]!,
    columns: y.shape[batch + 1]!,
  };
  if (extent.depth === 0 || type.size === 0) return denseTensor(out, type);
  const multiply = multiplyFor(type, extent);
  const left = stridedOperand(x);
  const right = stridedOperand(y);
  const a = matrixOf(left, batch);
  const b = matrixOf(right, batch);
  const position = new Array<number>(batch).fill(0);
  for (let to = 0; to < type.size; to += extent.rows * extent.columns) {
    multiply(a, b, extent, out, to);
    for (let axis = batch - 1; axis >= 0; axis--) {
      a.start += left.strides[axis]!;
      b.start += right.strides[axis]!;
      if (++position[axis]! < type.shape[axis]!) break;
      a.start -= position[axis]! * left.strides[axis]!;
      b.start -= position[axis]! * right.strides[axis]!;
      position[axis] = 0;
    }
  }
  return denseTensor(out, type);
}

function matrixOf(operand: ReturnType<typeof stridedOperand>, axis: number): Matrix {
  const { buffer, strides, offset } = operand;
  return { buffer, start: offset, rowStep: strides[axis]!, columnStep: strides[axis + 1]! };
}

function multiplyFor(type: TensorType, { rows, depth, columns }: Extent): Multiply {
  if (type.dtype === "int32") return multiplyIntegers;
  if (rows * depth * columns <= SMALL) return multiplySmall;
  if (columns === 1) return (a, b, extent, out, to) => multiplyVector(a, b, extent, out, to);
  if (rows === 1) {
    return (a, b, extent, out, to) =>
      multiplyVector(transposed(b), transposed(a), transposedExtent(extent), out, to);
  }
  return panelMultiply(depth, columns);
}

function transposed({ buffer, start, rowStep, columnStep }: Matrix): Matrix {
  return { buffer, start, rowStep: columnStep, columnStep: rowStep };
}

function transposedExtent({ rows, depth, columns }: Extent): Extent {
  return { rows: columns, depth, columns: rows };
}

/** The product by packed panels; its work space serves all matrices of a batch. */
function panelMultiply(depth: number, columns: number): Multiply {
  const width = Math.min(
    panelsSize(columns, 1),
    Math.max(PANEL, Math.floor(BLOCK / depth / PANEL) * PANEL),
  );
  const packedColumns = new Float64Array(width * depth);
  const packedRows = new Float64Array(PANEL * depth);
  const strip = new Float64Array(PANEL * width);
  return (a, b, { rows }, out, to) => {
    for (let column = 0; column < columns; column += width) {
      const across = Math.min(width, columns - column);
      const begin = b.start + column * b.columnStep;
      packPanels(b.buffer, begin, b.columnStep, b.rowStep, across, depth, packedColumns);
      for (let row = 0; row < rows; row += PANEL) {
        const down = Math.min(PANEL, rows - row);
        const rowBegin = a.start + row * a.rowStep;
        packPanels(a.buffer, rowBegin, a.rowStep, a.columnStep, down, depth, packedRows);
        strip.fill(0);
        addProduct(packedRows, down, packedColumns, across, depth, strip, width);
        for (let line = 0; line < down; line++) {
          const target = to + (row + line) * columns + column;
          const source = line * width;
          for (let index = 0; index < across; index++) out[target + index] = strip[source + index]!;
        }
      }
    }
  };
}

function multiplySmall(a: Matrix, b: Matrix, extent: Extent, out: TypedArray, to: number): void {
  const { rows, depth, columns } = extent;
  let at = to;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let left = a.start + row * a.rowStep;
      let right = b.start + column * b.columnStep;
      let sum = 0;
      for (let index = 0; index < depth; index++, left += a.columnStep, right += b.rowStep) {
        sum += a.buffer[left]! * b.buffer[right]!;
      }
      out[at++] = sum;
    }
  }
}

/** The product with a matrix of one column, along whichever axis of `a` lies together in memory. */
function multiplyVector(a: Matrix, b: Matrix, extent: Extent, out: TypedArray, to: number): void {
  const { rows, depth } = extent;
  const vector = new Float64Array(depth);
  for (let index = 0; index < depth; index++)
    vector[index] = b.buffer[b.start + index * b.rowStep]!;
  if (Math.abs(a.columnStep) <= Math.abs(a.rowStep)) {
    for (let row = 0; row < rows; row++) {
      out[to + row] = dot(a.buffer, a.start + row * a.rowStep, a.columnStep, vector);
    }
    return;
  }
  const sum = new Float64Array(rows);
  for (let index = 0; index < depth; index++) {
    const factor = vector[index]!;
    const { buffer, rowStep } = a;
    for (let row = 0, at = a.start + index * a.columnStep; row < rows; row++, at += rowStep) {
      sum[row]! += factor * buffer[at]!;
    }
  }
  out.set(sum, to);
}

/** Four partial sums, which do not wait for one another. */
function dot(values: TypedArray, start: number, step: number, vector: Float64Array): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let at = start;
  let index = 0;
  for (; index + 3 < vector.length; index += 4, at += 4 * step) {
    first += values[at]! * vector[index]!;
    second += values[at + step]! * vector[index + 1]!;
    third += values[at + 2 * step]! * vector[index + 2]!;
    fourth += values[at + 3 * step]! * vector[index + 3]!;
  }
  for (; index < vector.length; index++, at += step) first += values[at]! * vector[index]!;
  return first + second + (third + fourth);
}

/** Products and sums modulo 2³², which float64 could not hold. */
function multiplyIntegers(a: Matrix, b: Matrix, extent: Extent, out: TypedArray, to: number): void {
  const { rows, depth, columns } = extent;
  for (let row = 0; row < rows; row++) {
    const start = to + row * columns;
    for (let index = 0; index < depth; index++) {
      const factor = a.buffer[a.start + row * a.rowStep + index * a.columnStep]!;
      let at = b.start + index * b.rowStep;
      for (let column = 0; column < columns; column++, at += b.columnStep) {
        out[start + column] = (out[start + column]! + Math.imul(factor, b.buffer[at]!)) | 0;
      }
    }
  }
}
