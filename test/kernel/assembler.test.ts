/** The assembler: numbers as LEB128, imports and calls, and modules that the engine accepts. */

import { describe, expect, it } from "vitest";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import { writeSigned, writeUnsigned } from "../../src/backends/wasm/encoding.js";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import { FunctionBuilder } from "../../src/backends/wasm/function-builder.js";
import { type InstructionName, PLAIN, SIMD } from "../../src/backends/wasm/opcodes.js";

function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  writeSigned(bytes, value);
  return bytes;
}

describe("numbers", () => {
  // Examples: DWARF Debugging Information Format 4, figures 22 and 23.
  it.each([
    [0, [0]],
    [2, [2]],
    [127, [127]],
    [128, [0x80, 1]],
    [12857, [0xb9, 0x64]],
    [0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("%i without sign", (value, expected) => {
    const bytes: number[] = [];
    writeUnsigned(bytes, value);
    expect(bytes).toEqual(expected);
  });

  it.each([
    [2, [2]],
    [-2, [0x7e]],
    [63, [0x3f]],
    [64, [0xc0, 0]],
    [127, [0xff, 0]],
    [-127, [0x81, 0x7f]],
    [128, [0x80, 1]],
    [-129, [0xff, 0x7e]],
    [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])("%i with sign", (value, expected) => {
    expect(signed(value)).toEqual(expected);
  });

  it("of 64 bits", () => {
    expect(signed(-(2n ** 63n))).toEqual([...new Array(9).fill(0x80), 0x7f]);
    expect(signed(2n ** 63n - 1n)).toEqual([...new Array(9).fill(0xff), 0x00]);
  });
});

describe("modules", () => {
  it("may import functions after others were written that call them", () => {
    const module = new ModuleBuilder();
    const own = new FunctionBuilder(["f64"], ["f64"]);
    const callee = module.addFunction(own);
    module.exportFunction("run", callee);
    const imported = module.importFunction({ module: "m", name: "f" }, ["f64"], ["f64"]);
    own.get(0).call(imported).constant("f64", 1).op("f64.add");
    const outer = new FunctionBuilder([], ["f64"]);
    outer.constant("f64", 20).call(callee);
    module.exportFunction("outer", module.addFunction(outer));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      m: { f: (x: number) => 2 * x },
    });
    expect((exports["run"] as (x: number) => number)(3)).toBe(7);
    expect((exports["outer"] as () => number)()).toBe(41);
  });

  it("loop and branch", () => {
    const module = new ModuleBuilder();
    const body = new FunctionBuilder(["i32"], ["i32"]);
    const sum = body.local("i32");
    body.block(() => {
      body.loop(() => {
        body.get(0).op("i32.eqz").branchIf(1);
        body.get(sum).get(0).op("i32.add").set(sum);
        body.get(0).constant("i32", 1).op("i32.sub").set(0).branch(0);
      });
    });
    body.get(sum);
    module.exportFunction("run", module.addFunction(body));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()));
    expect((exports["run"] as (n: number) => number)(100)).toBe(5050);
  });

  it("have every instruction on one or two vectors with the number that engines know", () => {
    const names = (Object.keys(SIMD) as (keyof typeof SIMD)[]).filter(
      (name) => !/load|store|lane|splat|shl|shr|true|bitmask|bitselect|relaxed/.test(name),
    );
    for (const name of names) {
      const one = new FunctionBuilder([], []);
      one.splat("f64", 1).op(name).op("drop");
      const two = new FunctionBuilder([], []);
      two.splat("f64", 1).splat("f64", 1).op(name).op("drop");
      expect([one, two].filter(isValid), name).toHaveLength(1);
    }
  });

  it("have every scalar instruction under its name", () => {
    const types = ["i32", "i64", "f32", "f64"] as const;
    const names = Object.keys(PLAIN).filter(
      (name) => name.includes(".") && !/load|store/.test(name),
    );
    for (const name of names) {
      const [, operation] = name.split(".") as [string, string];
      const type = types.find((other) => operation.includes(`_${other}`)) ?? name.split(".")[0]!;
      const unary = /_[if]\d\d|eqz|abs|neg|ceil|floor|trunc|nearest|sqrt/.test(operation);
      const body = new FunctionBuilder([], []);
      for (let operand = 0; operand < (unary ? 1 : 2); operand++) {
        body.constant(type as (typeof types)[number], type === "i64" ? 1n : 1);
      }
      body.op(name as InstructionName).op("drop");
      expect(isValid(body), name).toBe(true);
    }
  });
});

it("detects what this engine has", () => {
  expect(detectFeatures().simd).toBe(true);
  expect(detectFeatures().threads).toBe(true);
});

function isValid(body: FunctionBuilder): boolean {
  const module = new ModuleBuilder();
  module.addFunction(body);
  return WebAssembly.validate(module.encode());
}
