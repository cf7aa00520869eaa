/** The text of generated modules, against the WebAssembly Binary Toolkit: it parses to the module that it was made of. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import { FunctionBuilder } from "../../src/backends/wasm/function-builder.js";
import { type InstructionName, PLAIN, SATURATING, SIMD } from "../../src/backends/wasm/opcodes.js";
import { moduleText } from "../../src/backends/wasm/text.js";
import { DTYPES, isFloating } from "../../src/core/dtype.js";
import { DTypeError, InternalError, TraceError } from "../../src/core/errors.js";
import { closeGraph } from "../../src/core/graph.js";
import type { Tensor } from "../../src/core/tensor.js";
import { traceGraph } from "../../src/graph/trace.js";
import { Executable } from "../../src/runtime/executable.js";
import { casesOf, inputsOf } from "../harness/cases.js";
import { compositeCases } from "../harness/composites/index.js";
import { randomNumbers } from "../harness/operands.js";
import { collectOps } from "../harness/ops.js";

const EXAMPLE = `\
(module
  (type (;0;) (func (param f64) (result f64)))
  (type (;1;) (func (param i32) (result f64)))
  (import "scalar" "0" (func $scalar.0 (type 0) (param f64) (result f64)))
  (import "host" "memory" (memory 1))
  (export "run" (func $run))
  (func $run (type 1) (param i32) (result f64)
    (local f64) ;; 1
    (local v128 v128) ;; 2 to 3
    block $block0
      loop $loop1
        local.get 0
        v128.load64_zero offset=16 align=1
        f64x2.extract_lane 0
        call $scalar.0
        local.tee 1
        i32.trunc_sat_f64_s
        if $if2
          br $loop1
        else
          local.get 1
          br 3
        end
        br $block0
      end
    end
    f64.const 0.5
  )
)`;

// Vectors, bulk memory and saturating conversions are among what it takes by default.
const FEATURES = { relaxed_simd: true, threads: true };
const { parseWat, readWasm } = await wabt();

/** A module as the toolkit writes it, with all numbers as short as they can be. */
function binaryOf(module: ReturnType<typeof parseWat>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(module.toBinary({ canonicalize_lebs: true }).buffer);
  module.destroy();
  return bytes;
}

function assembled(text: string): Uint8Array<ArrayBuffer> {
  return binaryOf(parseWat("module.wat", text, FEATURES));
}

/** The text of a module, after it has been found to stand for the module, as the toolkit reads both. */
function checkedText(bytes: Uint8Array<ArrayBuffer>, label = "module"): string {
  const text = moduleText(bytes);
  const again = assembled(text);
  expect(WebAssembly.validate(again), label).toBe(WebAssembly.validate(bytes));
  const wanted = binaryOf(readWasm(bytes, { ...FEATURES, check: false }));
  if (Buffer.compare(again, wanted) !== 0) throw new Error(`${label}:\n${text}`);
  return text;
}

/** The module of a function that is traced with such inputs. */
function compiledBytes(
  run: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
): Uint8Array<ArrayBuffer> {
  const types = inputs.map(({ type }) => type);
  const { graph } = closeGraph(traceGraph("f", types, run, "the test traces"));
  return new Executable(graph).program!.bytes;
}

/** A module of one function, whose types need not be right. */
function moduleOf(write: (body: FunctionBuilder) => void): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const body = new FunctionBuilder([], []);
  write(body);
  module.exportFunction("run", module.addFunction(body));
  return module.encode();
}

const OPERATIONS = (await collectOps()).map(({ op }) => op);

describe("compiled functions", () => {
  it.each(DTYPES)("of %s: every operation and composite", (dtype) => {
    const operations = OPERATIONS.filter(
      ({ lowering }) => lowering.kind !== "recurrence" || isFloating(dtype),
    );
    let compiled = 0;
    for (const one of [...operations.flatMap(casesOf), ...compositeCases()]) {
      try {
        const run = (...inputs: Tensor[]): readonly Tensor[] => one.run(inputs);
        checkedText(compiledBytes(run, inputsOf(one, dtype)), one.label);
        compiled++;
      } catch (error) {
        // Not every operation takes every dtype, and some functions read values.
        if (!(error instanceof DTypeError || error instanceof TraceError)) throw error;
      }
    }
    expect(compiled).toBeGreaterThan(100);
  });

  const images = (x: Tensor): Tensor => x.reshape([2, 8, 12, 16]);
  const pool = { ksize: 2, strides: 2, padding: "VALID" } as const;
  // Samples are small; these are made of the kernels for larger operands.
  const PROGRAMS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    "a product": (x) => tf.matmul(x, x.reshape([64, 48])),
    "a product with a transposed operand": (x) => tf.matmul(x, x, { transposeB: true }),
    "a convolution": (x) => tf.nn.conv2d(images(x), x.reshape([4, 4, 16, 12]), { padding: "SAME" }),
    pools: (x) => tf.nn.maxPool2d(images(x), pool).add(tf.nn.avgPool2d(images(x), pool)),
    "functions of elements": (x) => tf.tanh(tf.exp(x).mul(tf.sin(x)).add(0.1)),
    reductions: (x) => tf.reduceSum(x, { axis: 0 }).add(tf.reduceMax(tf.nn.softmax(x))),
    "rows by number": (x) => tf.gather(x, tf.constant([3, 1, 3, 40], { dtype: "int32" })),
    "conditions in a loop": (x) => {
      const isLarge = (v: Tensor): Tensor => tf.greater(tf.reduceSum(v), 100);
      const isSmall = (v: Tensor): Tensor => tf.less(tf.reduceSum(v), 1e5);
      const halve = (v: Tensor) => (): Tensor => v.mul(0.5);
      const step = (v: Tensor): [Tensor] => [tf.cond(isLarge(v), halve(v), () => v.add(1))];
      return tf.whileLoop(isSmall, step, [x], { maximumIterations: 9 })[0];
    },
  };

  it.each(Object.entries(PROGRAMS))("of large operands, and gradients: %s", (label, run) => {
    const gradient = tf.grad((x: Tensor) => tf.reduceSum(run(x)));
    for (const dtype of ["float32", "float64"] as const) {
      for (const f of [run, gradient]) {
        checkedText(
          compiledBytes((x) => [f(x!)], [tf.zeros([48, 64], { dtype })]),
          label,
        );
      }
    }
  });
});

describe("instructions", () => {
  const names = [PLAIN, SATURATING, SIMD].flatMap(Object.keys) as InstructionName[];

  it.each([0, 8, 70000])("have the names that the toolkit knows, at the offset %i", (offset) => {
    const bytes = moduleOf((body) => {
      for (const name of names) {
        const lane = name.endsWith("_lane");
        if (/load|store/.test(name)) body.memory(name, offset, lane ? 1 : undefined);
        else if (lane) body.lane(name, 1);
        else body.op(name);
      }
      body.shuffle([0, 31, 1, 30, 2, 29, 3, 28, 4, 27, 5, 26, 6, 25, 7, 24]).copyMemory();
    });
    const text = checkedText(bytes);
    for (const name of names) expect(text).toMatch(new RegExp(`^ *${name}( |$)`, "m"));
  });

  it("that nobody knows are refused", () => {
    const bytes = moduleOf((body) => body.op("return"));
    bytes[bytes.lastIndexOf(PLAIN.return)] = 0xff;
    expect(() => moduleText(bytes)).toThrow("no instruction with the number 0xff");
    expect(() => moduleText(assembled("(module (global i32 i32.const 1))"))).toThrow(InternalError);
  });
});

describe("constants", () => {
  const INTEGERS = [0, 1, -1, 255, 2 ** 23, -(2 ** 31), 2 ** 31 - 1];
  const FRACTIONS = [-0, 0.1, -1e-7, 1e21, 2 ** -149, 2 ** -126, 5e-324, 2 ** 128 - 2 ** 104];
  const OTHERS = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const random = randomNumbers("constants");
  const patterns = new DataView(
    Uint32Array.from({ length: 4000 }, () => random() * 2 ** 32).buffer,
  );
  const places = Array.from({ length: 2000 }, (_, index) => 8 * index);
  const numbers = {
    i32: [...INTEGERS, ...places.map((at) => patterns.getInt32(at))],
    i64: [...INTEGERS.map(BigInt), ...places.map((at) => patterns.getBigInt64(at))],
    f32: [...INTEGERS, ...FRACTIONS, ...OTHERS, ...places.map((at) => patterns.getFloat32(at))],
    f64: [...INTEGERS, ...FRACTIONS, ...OTHERS, ...places.map((at) => patterns.getFloat64(at))],
  };

  it.each(["i32", "i64", "f32", "f64"] as const)("of %s read back to the bit", (type) => {
    const bytes = moduleOf((body) => {
      for (const number of numbers[type]) {
        body.constant(type, number).op("drop").splat(type, number).op("drop");
      }
    });
    checkedText(bytes);
  });

  it("are written for people", () => {
    const bytes = moduleOf((body) => {
      body.constant("f32", 0.1).constant("f64", -0).splat("f32", 0.3).splat("i32", -1);
      body.splat("f64", 1e-20).splat("i64", 52).op("unreachable");
    });
    expect(checkedText(bytes).match(/(?<=const ).*/g)).toEqual([
      "0.1",
      "-0",
      "f32x4 0.3 0.3 0.3 0.3",
      "i32x4 -1 -1 -1 -1",
      "f64x2 1e-20 1e-20",
      "i64x2 52 52",
    ]);
  });

  it("that are not numbers keep their payload", () => {
    const source = `(module (func
      f32.const nan drop f32.const -nan drop f32.const nan:0x200001 drop f32.const -nan:0x7fffff drop
      f64.const nan drop f64.const -nan drop f64.const nan:0x1 drop
      v128.const f64x2 nan:0x4 -nan drop v128.const i32x4 1 2 3 0xff800001 drop))`;
    expect(checkedText(assembled(source))).toContain("f32.const -nan:0x7fffff");
  });
});

describe("modules", () => {
  it("have blocks, calls and locals by name and number", () => {
    expect(checkedText(assembled(EXAMPLE))).toBe(EXAMPLE);
  });

  it("share memories, have tables, and give names that need escapes and that others have", () => {
    const source = `(module
      (import "m" "memory" (memory 1 65536 shared))
      (import "m" "table" (table 2 8 funcref))
      (import "m" "any" (table 0 externref))
      (import "m" "f" (func (param i32 i64) (result f32 f64)))
      (import "m" "f" (func))
      (import "m" "f6" (func))
      (import "two words" "\\22\\c3\\a9\\5c\\00" (func))
      (export "twice" (func 4)) (export "f6" (func 5)) (export "table" (table 0))
      (func)
      (func (param i32) (result i32)
        local.get 0 if (result i32) i32.const 1 else i32.const 2 br 1 end)
      (func i32.const 0 i32.const 1 i32.const 2 memory.fill i32.const 1 call_indirect 0 (type 1)
        ${[0, 1, 2, 3, 4, 5, 6].map((callee) => `unreachable call ${callee} `).join("")}))`;
    const text = checkedText(assembled(source));
    for (const name of ["m.f", "f1", "m.f6", "f3", "twice", "f5", "f6"]) {
      expect(text).toContain(`(func $${name} `);
      expect(text).toMatch(new RegExp(`call \\$${name}$`, "m"));
    }
  });
});
