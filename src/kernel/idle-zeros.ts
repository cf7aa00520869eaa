/** Additions of 0, which make −0 a 0, are left out where nobody sees the difference. */

import type { NestResult } from "./nest.js";
import type { Instruction, ScalarCode } from "./scalar-code.js";

/** Whether an instruction gives the same for 0 and −0 as an input, or something that differs only in the sign of a 0. */
function passesSign({ op }: Instruction): boolean {
  return op === "mul" || op === "neg" || op === "select";
}

const BLIND = new Set(["eq", "ne", "lt", "le", "gt", "ge", "abs"]);

function isZero(code: ScalarCode, value: number): boolean {
  const { op, immediate } = code[value]!;
  return op === "constant" && Object.is(Number(immediate), 0);
}

/** Whether it is x + 0. */
function isIdle(code: ScalarCode, { op, inputs }: Instruction): boolean {
  return op === "add" && isZero(code, inputs[1]!);
}

/** The program with such additions passed over. */
export function withoutIdleZeros(code: ScalarCode, results: readonly NestResult[]): ScalarCode {
  if (!code.some((instruction) => isIdle(code, instruction))) return code;
  /** By value: whether somebody sees the sign of a 0. */
  const seen = new Array<boolean>(code.length).fill(false);
  for (const { value, reducer } of results) if (reducer !== "sum") seen[value] = true;
  for (let value = code.length - 1; value >= 0; value--) {
    const instruction = code[value]!;
    const { op, inputs } = instruction;
    if (BLIND.has(op) || isIdle(code, instruction)) continue;
    if (passesSign(instruction) && !seen[value]) continue;
    for (const input of inputs) seen[input] = true;
  }
  const target = code.map((_, value) => value);
  return code.map((instruction, value) => {
    if (isIdle(code, instruction) && !seen[value]) target[value] = target[instruction.inputs[0]!]!;
    return { ...instruction, inputs: instruction.inputs.map((input) => target[input]!) };
  });
}
