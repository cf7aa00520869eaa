/** Loops over fused bodies as JavaScript made for each body, which engines compile to code without calls and without buffers between. */

import type { DType, TypedArray } from "../core/dtype.js";
import type { FusedBody } from "./fused-body.js";

/** Where an operand is read: from `at` on, in steps of `step`. */
export interface FusedOperand {
  readonly buffer: ArrayLike<number>;
  at: number;
  step: number;
}

/** A body made ready to run. */
export interface FusedCode {
  /** The results for single elements. */
  scalar(operands: readonly number[]): readonly number[];
  /** Writes `count` elements of every result from `to` on. */
  loop(
    count: number,
    operands: readonly FusedOperand[],
    results: readonly TypedArray[],
    to: number,
  ): void;
}

const ROUNDED: Readonly<Record<DType, (value: string) => string>> = {
  float64: (value) => value,
  float32: (value) => `fround(${value})`,
  int32: (value) => `(${value}) | 0`,
  bool: (value) => `(${value}) === 0 ? 0 : 1`,
};

function list(count: number, text: (index: number) => string, separator: string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(separator);
}

/** The code of a body; undefined where a content security policy forbids code from text. */
export function fusedCode({ operands, steps, results }: FusedBody): FusedCode | undefined {
  const body = steps
    .map(({ args, dtype }, index) => {
      const call = `f${index}(${args.map((arg) => `v${arg}`).join(", ")})`;
      return `const v${operands + index} = ${ROUNDED[dtype](call)};`;
    })
    .join("\n");
  const text = `
    const fround = Math.fround;
    const [${list(steps.length, (index) => `f${index}`, ", ")}] = functions;
    return {
      scalar([${list(operands, (index) => `v${index}`, ", ")}]) {
        ${body}
        return [${results.map((value) => `v${value}`).join(", ")}];
      },
      loop(count, operands, results, to) {
        ${list(operands, (k) => `const { buffer: x${k}, step: s${k} } = operands[${k}]; let i${k} = operands[${k}].at;`, "\n")}
        const [${list(results.length, (k) => `y${k}`, ", ")}] = results;
        for (let i = to; i < to + count; i++) {
          ${list(operands, (k) => `const v${k} = x${k}[i${k}];`, "\n")}
          ${body}
          ${results.map((value, k) => `y${k}[i] = v${value};`).join("\n")}
          ${list(operands, (k) => `i${k} += s${k};`, " ")}
        }
      },
    };`;
  try {
    const make = new Function("functions", text);
    return make(steps.map(({ scalar }) => scalar)) as FusedCode;
  } catch {
    return undefined;
  }
}

/** Whether code can be made from text here. */
export function canMakeCode(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}
