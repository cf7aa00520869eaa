/** Fused operations run: one element as numbers, many in one loop, rows one after the other where operands do not lie flat. */

import { allocate } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import { hostValues } from "../core/reading.js";
import { denseStorage, StridedStorage } from "../core/storage.js";
import { Tensor } from "../core/tensor.js";
import type { FusedBody } from "./fused-body.js";
import { type FusedCode, type FusedOperand, fusedCode } from "./fused-code.js";

const codes = new WeakMap<FusedBody, FusedCode>();

function codeOf(body: FusedBody): FusedCode {
  let code = codes.get(body);
  if (code === undefined) {
    code = fusedCode(body);
    if (code === undefined) throw new InternalError("fused: code cannot be made from text here");
    codes.set(body, code);
  }
  return code;
}

/** The results of a body for operands of its shape, or of one element. */
export function runFused(body: FusedBody, operands: readonly Tensor[]): readonly Tensor[] {
  const code = codeOf(body);
  const { types } = body;
  const { shape, size } = types[0]!;
  if (size === 1) {
    const values = code.scalar(operands.map(elementOf));
    return types.map((type, index) => new Tensor(type, values[index]!));
  }
  const results = types.map(({ dtype }) => allocate(dtype, size, "fused"));
  const sources = operands.map(sourceOf);
  if (sources.every(({ strides }) => strides === undefined)) code.loop(size, sources, results, 0);
  else loopRows(code, sources, shape, results);
  return types.map((type, index) => new Tensor(type, denseStorage(results[index]!, type.shape)));
}

function elementOf({ storage }: Tensor): number {
  if (typeof storage === "number") return storage;
  throw new InternalError("fused: an operand has no value");
}

/** An operand, with strides where its elements do not lie flat. */
interface Source extends FusedOperand {
  readonly strides: readonly number[] | undefined;
}

function sourceOf(operand: Tensor): Source {
  const { storage, shape, size } = operand;
  if (typeof storage === "number") {
    return { buffer: [storage], at: 0, step: 0, strides: undefined };
  }
  if (!(storage instanceof StridedStorage)) {
    return { buffer: hostValues(operand, "fused"), at: 0, step: 1, strides: undefined };
  }
  const step = size === 0 ? 1 : storage.flatStep(shape);
  const { buffer, offset, strides } = storage;
  return { buffer, at: offset, step: step ?? 0, strides: step === undefined ? strides : undefined };
}

/** Goes through the operands along the last axis, one row after the other. */
function loopRows(
  code: FusedCode,
  sources: readonly Source[],
  shape: readonly number[],
  results: readonly ReturnType<typeof allocate>[],
): void {
  const rank = shape.length;
  const inner = shape[rank - 1]!;
  const rows = sources.map((source) => {
    const { buffer, at, step, strides } = source;
    // A flat operand takes steps of its own from row to row.
    const flat = shape.map((_, axis) =>
      step === 0 ? 0 : shape.slice(axis + 1).reduce((product, length) => product * length, 1),
    );
    const own = strides ?? flat;
    return { buffer, at, step: own[rank - 1]!, strides: own };
  });
  const position = new Array<number>(rank).fill(0);
  const size = results[0]!.length;
  for (let to = 0; to < size; to += inner) {
    code.loop(inner, rows, results, to);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const wraps = ++position[axis]! === shape[axis];
      if (wraps) position[axis] = 0;
      const steps = wraps ? 1 - shape[axis]! : 1;
      for (const row of rows) row.at += steps * row.strides[axis]!;
      if (!wraps) break;
    }
  }
}
