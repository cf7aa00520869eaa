/** Loops made for one elementwise operation and dtype, from text where that is allowed. */

import type { TypedArray } from "../../core/dtype.js";
import type { ScalarFunction } from "../../core/lowering.js";

/** Where an operand is read: from `at` on, in steps of `step`. */
export interface StridedOperand {
  readonly buffer: TypedArray;
  readonly strides: readonly number[];
  at: number;
  step: number;
}

/** The two loops of an operation. */
export interface ElementwiseLoops {
  /** Writes `count` results; operands lie as the results do, from the beginning of their buffers on. */
  contiguous(count: number, out: TypedArray, operands: readonly StridedOperand[]): void;
  /** Writes `count` results from `out[to]` on. */
  strided(count: number, out: TypedArray, to: number, operands: readonly StridedOperand[]): void;
}

/**
 * Loops of their own for one operation and dtype. Engines optimise a loop for the function that it calls and the arrays that
 * it sees; one loop shared by all operations runs at a third of the speed. Where a content security policy forbids
 * code from text, shared loops serve.
 */
export function makeLoops(label: string, arity: number, scalar: ScalarFunction): ElementwiseLoops {
  const indices = Array.from({ length: arity }, (_, index) => index);
  const list = (text: (index: number) => string): string => indices.map(text).join(", ");
  try {
    return new Function(
      "scalar",
      `// ${label}
      return {
        contiguous(count, out, operands) {
          const ${list((k) => `x${k} = operands[${k}].buffer`)};
          for (let i = 0; i < count; i++) out[i] = scalar(${list((k) => `x${k}[i]`)});
        },
        strided(count, out, to, operands) {
          const ${list((k) => `{ buffer: x${k}, step: s${k} } = operands[${k}]`)};
          let ${list((k) => `i${k} = operands[${k}].at`)};
          for (let i = to; i < to + count; i++) {
            out[i] = scalar(${list((k) => `x${k}[i${k}]`)});
            ${list((k) => `i${k} += s${k}`)};
          }
        },
      };`,
    )(scalar) as ElementwiseLoops;
  } catch {
    return sharedLoops(scalar);
  }
}

/** Loops that serve every operation. */
export function sharedLoops(scalar: ScalarFunction): ElementwiseLoops {
  const strided: ElementwiseLoops["strided"] = (count, out, to, operands) => {
    const elements = new Array<number>(operands.length);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < operands.length; k++) {
        const { buffer, at, step } = operands[k]!;
        elements[k] = buffer[at + i * step]!;
      }
      out[to + i] = scalar(...elements);
    }
  };
  return { strided, contiguous: (count, out, operands) => strided(count, out, 0, operands) };
}
