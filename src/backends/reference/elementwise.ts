/** Elementwise operations: scalars directly, arrays in loops that are specialised per operation and dtype. */

import { allocate, roundTo, type TypedArray } from "../../core/dtype.js";
import { InternalError } from "../../core/errors.js";
import type { Lowering, ScalarFunction } from "../../core/lowering.js";
import { isContiguous, StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";
import { denseTensor } from "./operand.js";

type Elementwise = Extract<Lowering<never>, { kind: "elementwise" }>;

/** Writes `count` results from `out[to]` on, reading every operand at its own start and step. */
type Loop = (
  count: number,
  out: TypedArray,
  to: number,
  ...operands: (TypedArray | number)[]
) => void;

/** Loops by lowering, one per dtype of the result. */
const loops = new WeakMap<Elementwise, Map<string, Loop>>();

export function evaluateElementwise(
  name: string,
  lowering: Elementwise,
  inputs: readonly Tensor[],
  type: TensorType,
): Tensor {
  const first = inputs[0]!.storage;
  if (typeof first === "number") {
    const scalar = scalarFunction(lowering, inputs[0]!);
    if (inputs.length === 2) {
      const second = inputs[1]!.storage;
      if (typeof second === "number") {
        return new Tensor(type, roundTo(type.dtype, scalar(first, second)));
      }
    } else {
      const elements = inputs.map(({ storage }) => (typeof storage === "number" ? storage : NaN));
      return new Tensor(type, roundTo(type.dtype, scalar(...elements)));
    }
  }
  return evaluateArray(name, lowering, inputs, type);
}

/** The scalar function for the operands' dtype. */
function scalarFunction(lowering: Elementwise, operand: Tensor): ScalarFunction {
  return lowering.integer !== undefined && operand.type.dtype === "int32"
    ? lowering.integer
    : lowering.scalar;
}

function evaluateArray(
  name: string,
  lowering: Elementwise,
  inputs: readonly Tensor[],
  type: TensorType,
): Tensor {
  const out = allocate(type.dtype, type.size, name);
  if (type.size === 0) return denseTensor(out, type);
  const loop = loopFor(name, lowering, inputs, type);
  const views = inputs.map(({ storage }) => {
    if (storage instanceof StridedStorage) return storage;
    throw new InternalError(`${name}: an operand has no values`);
  });
  const { shape } = type;
  const rank = shape.length;
  const flat = views.every(
    ({ strides }) => isContiguous(shape, strides) || strides.every((stride) => stride === 0),
  );
  const operands: (TypedArray | number)[] = [];
  for (const { buffer, strides, offset } of views) {
    operands.push(buffer, offset, flat ? Math.min(1, strides[rank - 1]!) : strides[rank - 1]!);
  }
  if (flat) {
    for (let index = 0; index < views.length; index++) {
      operands[3 * index + 2] = views[index]!.strides.every((stride) => stride === 0) ? 0 : 1;
    }
    loop(type.size, out, 0, ...operands);
    return denseTensor(out, type);
  }
  const inner = shape[rank - 1]!;
  const position = new Array<number>(rank).fill(0);
  for (let to = 0; to < type.size; to += inner) {
    loop(inner, out, to, ...operands);
    for (let axis = rank - 2; axis >= 0; axis--) {
      const wraps = ++position[axis]! === shape[axis];
      if (wraps) position[axis] = 0;
      const steps = wraps ? 1 - shape[axis]! : 1;
      for (let index = 0; index < views.length; index++) {
        operands[3 * index + 1] =
          (operands[3 * index + 1] as number) + steps * views[index]!.strides[axis]!;
      }
      if (!wraps) break;
    }
  }
  return denseTensor(out, type);
}

function loopFor(
  name: string,
  lowering: Elementwise,
  inputs: readonly Tensor[],
  type: TensorType,
): Loop {
  let byDType = loops.get(lowering);
  if (byDType === undefined) {
    byDType = new Map();
    loops.set(lowering, byDType);
  }
  const key = `${inputs.map((input) => input.dtype).join()}:${type.dtype}`;
  let loop = byDType.get(key);
  if (loop === undefined) {
    loop = makeLoop(`${name} ${key}`, inputs.length, scalarFunction(lowering, inputs.at(-1)!));
    byDType.set(key, loop);
  }
  return loop;
}

/**
 * A loop of its own for one operation and dtype. Engines optimise a loop for the function that it calls and the arrays that
 * it sees; one loop shared by all operations runs at a third of the speed. Where a content security policy forbids
 * code from text, the shared loop serves.
 */
function makeLoop(label: string, arity: number, scalar: ScalarFunction): Loop {
  const names = Array.from({ length: arity }, (_, index) => `x${index}`);
  const parameters = names.map((x) => `${x}, ${x}At, ${x}Step`).join(", ");
  const elements = names.map((x) => `${x}[${x}At + i * ${x}Step]`).join(", ");
  try {
    return new Function(
      "scalar",
      `// ${label}\nreturn (count, out, to, ${parameters}) => {
        for (let i = 0; i < count; i++) out[to + i] = scalar(${elements});
      };`,
    )(scalar) as Loop;
  } catch {
    return sharedLoop(arity, scalar);
  }
}

function sharedLoop(arity: number, scalar: ScalarFunction): Loop {
  return (count, out, to, ...operands) => {
    const elements = new Array<number>(arity);
    for (let i = 0; i < count; i++) {
      for (let operand = 0; operand < arity; operand++) {
        const values = operands[3 * operand] as TypedArray;
        const start = operands[3 * operand + 1] as number;
        elements[operand] = values[start + i * (operands[3 * operand + 2] as number)]!;
      }
      out[to + i] = scalar(...elements);
    }
  };
}
