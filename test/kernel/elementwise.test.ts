/** What kernels promise about memory: results in place of operands, nothing written for no elements, shared memory. */

import { expect, it } from "vitest";
import { compileElementwise, elementwiseModule } from "../../src/backends/wasm/elementwise.js";
import { CodeBuilder } from "../../src/kernel/code-builder.js";
import type { ElementwiseKernel } from "../../src/kernel/elementwise-kernel.js";
import { appendOp } from "../../src/kernel/op-code.js";
import { exp } from "../../src/ops/exponential.js";
import { lgamma } from "../../src/ops/special.js";
import { sin } from "../../src/ops/trigonometric.js";

/** x·y + 1 for y of step 0. */
function affine(): ElementwiseKernel {
  const code = new CodeBuilder();
  const product = code.mul(code.operand("f32", 0), code.operand("f32", 1));
  const value = code.add(product, code.like(product, 1));
  return {
    operands: [
      { dtype: "float32", step: 1 },
      { dtype: "float32", step: 0 },
    ],
    code: code.code,
    results: [{ value }],
  };
}

it("writes results where the operand was", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const run = compileElementwise(affine(), memory);
  const values = new Float32Array(memory.buffer, 64, 21);
  values.forEach((_, at) => {
    values[at] = at;
  });
  new Float32Array(memory.buffer, 0, 1)[0] = 3;
  run(21, 64, 0, 64);
  expect(Array.from(values)).toEqual(Array.from({ length: 21 }, (_, at) => 3 * at + 1));
  run(0, 64, 0, 64);
  expect(values[20]).toBe(61);
});

it("reads the last bytes of a memory, and not what is behind", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const code = new CodeBuilder();
  const value = code.convert("f64", code.operand("bool", 0));
  const kernel = { operands: [{ dtype: "bool", step: 1 }], code: code.code, results: [{ value }] };
  const run = compileElementwise(kernel as ElementwiseKernel, memory);
  for (let count = 1; count < 9; count++) {
    const at = memory.buffer.byteLength - count;
    new Uint8Array(memory.buffer, at, count).fill(1);
    run(count, at, 0);
    expect(Array.from(new Float64Array(memory.buffer, 0, count))).toEqual(new Array(count).fill(1));
  }
});

it("computes equal instructions once", () => {
  const code = new CodeBuilder();
  const x = code.operand("f64", 0);
  const first = appendOp(code, exp.op, [x], "f64");
  const { length } = code.code;
  expect(appendOp(code, exp.op, [x], "f64")).toBe(first);
  expect(code.code).toHaveLength(length);
  expect(code.constant("f64", 0)).not.toBe(code.constant("f64", -0));
});

it("makes modules for shared memory, with each callee imported once", () => {
  const code = new CodeBuilder();
  const x = code.operand("f64", 0);
  const waves = appendOp(code, sin.op, [appendOp(code, sin.op, [x], "f64")], "f64");
  const value = appendOp(code, lgamma.op, [waves], "f64");
  const kernel = {
    operands: [{ dtype: "float64" as const, step: 1 as const }],
    code: code.code,
    results: [{ value, reducer: "sum" as const }],
  };
  const limits = { minimum: 1, maximum: 4, shared: true };
  const { bytes, callees } = elementwiseModule(kernel, limits);
  expect(WebAssembly.validate(bytes)).toBe(true);
  expect(Object.values(callees)).toHaveLength(2);
});
