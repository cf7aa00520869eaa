/** Random fused programs of 2 to 20 operations against the same operations one after the other, to the bit. */

import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/backends/reference/evaluate.js";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import { DTYPES, type DType, type TypedArray } from "../../src/core/dtype.js";
import type { Op } from "../../src/core/op.js";
import { hostValues } from "../../src/core/reading.js";
import type { Tensor } from "../../src/core/tensor.js";
import { CodeBuilder } from "../../src/kernel/code-builder.js";
import { type KernelOperand, operandType } from "../../src/kernel/elementwise-kernel.js";
import { appendOp } from "../../src/kernel/op-code.js";
import { scalarType, type Value } from "../../src/kernel/scalar-code.js";
import { cast } from "../../src/ops/cast.js";
import { randomNumbers, tensorFrom } from "../harness/operands.js";
import { collectOps } from "../harness/ops.js";
import { opKernel, prepare, type Run } from "./kernels.js";

const PROGRAMS = 150;
const SPECIAL = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Operations that have the same result to the bit however they are computed, as what they take has. */
const EXACT = [
  "add subtract multiply divide negative sign abs square sqrt zeroProduct maximum minimum relu relu6 floor ceil round",
  "where equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalNot logicalXor isNan isInf isFinite",
  "divideNoNan lowerExponent",
]
  .join(" ")
  .split(" ");

const all = (await collectOps())
  .map(({ op }) => op)
  .filter((op) => op.lowering.kind === "elementwise");
const exact = all.filter(({ name }) => EXACT.includes(name));

/** Operations that refuse some int32, which the values here would be. */
const REFUSING = ["floordiv", "floormod", "pow"];

interface Operand extends KernelOperand {
  readonly tensor: Tensor;
  readonly values: TypedArray;
}

interface Step {
  readonly op: Op;
  readonly attributes: unknown;
  readonly inputs: readonly number[];
}

/** A program on operands; a value is an operand or, from `operands.length` on, the result of a step. */
interface Program {
  readonly operands: readonly Operand[];
  readonly steps: readonly Step[];
  readonly dtypes: readonly DType[];
}

function randomProgram(random: () => number, ops: readonly Op[], size: number): Program {
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const operands = DTYPES.map((dtype): Operand => {
    const step = random() < 0.2 ? 0 : 1;
    const element = (): number => {
      if (dtype === "bool") return +(random() < 0.5);
      if (dtype === "int32") return Math.floor((random() - 0.5) * 2 ** 32);
      return random() < 0.1 ? choose(SPECIAL) : (random() - 0.5) * 20;
    };
    const values = Array.from({ length: size }, element);
    if (step === 0) values.fill(values[0]!);
    const tensor = tensorFrom(values, dtype, [size]);
    return { dtype, step, tensor, values: hostValues(tensor) };
  });
  const tensors = operands.map(({ tensor }) => tensor);
  const steps: Step[] = [];
  const length = 2 + Math.floor(random() * 19);
  while (steps.length < length) {
    const op = random() < 0.15 ? cast.op : choose(ops);
    const inputs = op.inputs.map(() => Math.floor(random() * tensors.length));
    const attributes = op === cast.op ? { dtype: choose(DTYPES) } : undefined;
    const result = apply(
      op,
      inputs.map((input) => tensors[input]!),
      attributes,
    );
    if (result === undefined) continue;
    steps.push({ op, attributes, inputs });
    tensors.push(result);
  }
  return { operands, steps, dtypes: tensors.map(({ dtype }) => dtype) };
}

/** What the reference gives; undefined where dtypes do not fit. */
function apply(op: Op, inputs: readonly Tensor[], attributes: unknown): Tensor | undefined {
  const dtypes = inputs.map(({ dtype }) => dtype);
  const free = op.name === "where" || op.name === "polygamma" ? 1 : 0;
  if (dtypes.some((dtype, position) => position > free && dtype !== dtypes[free])) return undefined;
  if (op.name === "polygamma") return undefined;
  if (REFUSING.includes(op.name) && dtypes[0] === "int32") return undefined;
  try {
    return evaluate(op, inputs, attributes) as Tensor;
  } catch {
    return undefined;
  }
}

function fuse({ operands, steps, dtypes }: Program, relaxedSimd: boolean): Run {
  const code = new CodeBuilder();
  const values = operands.map(
    (operand, position): Value => code.operand(operandType(operand), position),
  );
  steps.forEach(({ op, inputs }, index) => {
    const type = scalarType(dtypes[operands.length + index]!);
    const taken = inputs.map((input) => values[input]!);
    values.push(op === cast.op ? code.convert(type, taken[0]!) : appendOp(code, op, taken, type));
  });
  const results = values.slice(operands.length).map((value) => ({ value }));
  return prepare({ operands, code: code.code, results }, { relaxedSimd });
}

const single = new Map<string, Run>();

/** One step by a kernel of its own. */
function runStep(
  { op }: Step,
  inputs: readonly TypedArray[],
  dtypes: readonly DType[],
  result: DType,
  relaxedSimd: boolean,
): TypedArray {
  const key = `${op.name} ${dtypes.join()} ${result} ${relaxedSimd}`;
  let run = single.get(key);
  if (run === undefined) {
    if (op === cast.op) {
      const code = new CodeBuilder();
      const [dtype] = dtypes;
      const value = code.convert(scalarType(result), code.operand(scalarType(dtype!), 0));
      run = prepare({
        operands: [{ dtype: dtype!, step: 1 }],
        code: code.code,
        results: [{ value }],
      });
    } else {
      run = prepare(opKernel(op, dtypes, result), { relaxedSimd });
    }
    single.set(key, run);
  }
  return run(inputs, inputs[0]!.length)[0]!;
}

function describeProgram({ steps, operands }: Program): string {
  return steps
    .map(
      ({ op, inputs }, index) => `v${operands.length + index} = ${op.name}(${inputs.join(", ")})`,
    )
    .join("\n");
}

const options = detectFeatures().relaxedSimd ? [false, true] : [false];

describe.each(options)("with relaxed SIMD: %s", (relaxedSimd) => {
  it("fused operations give what each gives by itself", () => {
    for (let seed = 0; seed < PROGRAMS; seed++) {
      const random = randomNumbers(`fused ${seed}`);
      const size = Math.floor(random() * 40);
      const program = randomProgram(random, all, size);
      const { operands, steps, dtypes } = program;
      const columns = operands.map(({ values }) => values);
      const actual = fuse(program, relaxedSimd)(columns, size, seed % 16);
      steps.forEach((step, index) => {
        const result = dtypes[operands.length + index]!;
        const taken = step.inputs.map((input) => columns[input]!);
        const takenTypes = step.inputs.map((input) => dtypes[input]!);
        const expected = runStep(step, taken, takenTypes, result, relaxedSimd);
        columns.push(expected);
        const text = `seed ${seed}, value ${operands.length + index} of\n${describeProgram(program)}`;
        expect(Array.from(actual[index]!), text).toEqual(Array.from(expected));
      });
    }
  });
});

it("exact operations give what the reference does", () => {
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const random = randomNumbers(`exact ${seed}`);
    const size = Math.floor(random() * 40);
    const program = randomProgram(random, exact, size);
    const { operands, steps } = program;
    const actual = fuse(program, false)(
      operands.map(({ values }) => values),
      size,
    );
    const tensors = operands.map(({ tensor }) => tensor);
    steps.forEach(({ op, inputs, attributes }, index) => {
      const taken = inputs.map((input) => tensors[input]!);
      const expected = evaluate(op, taken, attributes) as Tensor;
      tensors.push(expected);
      const text = `seed ${seed}, value ${operands.length + index} of\n${describeProgram(program)}`;
      expect(Array.from(actual[index]!), text).toEqual(Array.from(hostValues(expected)));
    });
  }
});
