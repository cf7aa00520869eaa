/** Tensors as text: dtype, shape, and the values, of which only the edges are shown where there are many. */

import type { DType } from "./dtype.js";
import { formatShape } from "./shape.js";
import { AbstractStorage } from "./storage.js";
import type { Tensor } from "./tensor.js";

/** On axes longer than twice this, so many elements are shown at each end. */
const EDGE = 3;
/** Text longer than this is broken into one line per row. */
const LINE = 80;

/**
 * Text such as `Tensor float32 [2, 2] [[1, 2], [3, 4]]`.
 *
 * @param label what stands in front
 */
export function formatTensor(tensor: Tensor, label: string): string {
  const { storage, dtype, shape } = tensor;
  const head = `${label} ${dtype} ${formatShape(shape)}`;
  if (storage instanceof AbstractStorage) return `${head} (${storage.reason})`;
  const { buffer, strides, offset } =
    typeof storage === "number"
      ? { buffer: [storage], strides: shape.map(() => 0), offset: 0 }
      : storage;
  const rank = shape.length;
  const nest = (axis: number, at: number, broken: boolean): string => {
    if (axis === rank) return formatElement(buffer[at]!, dtype);
    const length = shape[axis]!;
    const parts: string[] = [];
    for (let index = 0; index < length; index++) {
      if (length > 2 * EDGE && index === EDGE) {
        parts.push("…");
        index = length - EDGE;
      }
      parts.push(nest(axis + 1, at + index * strides[axis]!, broken));
    }
    const separator = broken && axis < rank - 1 ? `,\n${" ".repeat(axis + 1)}` : ", ";
    return `[${parts.join(separator)}]`;
  };
  const line = `${head} ${nest(0, offset, false)}`;
  return line.length <= LINE || rank < 2 ? line : `${head}\n${nest(0, offset, true)}`;
}

function formatElement(value: number, dtype: DType): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  if (Object.is(value, -0)) return "-0";
  return dtype === "float32" ? shortestFloat32(value) : String(value);
}

/** The fewest digits that name this float32. */
function shortestFloat32(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  let digits = 6;
  while (digits < 9 && Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return String(Number(value.toPrecision(digits)));
}
