/** Nests written in place compute in the locals of their arrays, and read everything before they overwrite it. */

import { describe, expect, it } from "vitest";
import { type Address, fixed } from "../../src/backends/wasm/addresses.js";
import { ModuleBuilder } from "../../src/backends/wasm/assembler.js";
import { Callees } from "../../src/backends/wasm/callees.js";
import { FunctionBuilder } from "../../src/backends/wasm/function-builder.js";
import { nestInPlace } from "../../src/backends/wasm/nest-in-place.js";
import type { ValueType } from "../../src/backends/wasm/opcodes.js";
import { CodeBuilder } from "../../src/kernel/code-builder.js";
import type { Nest } from "../../src/kernel/nest.js";
import type { Value } from "../../src/kernel/scalar-code.js";

const memory = new WebAssembly.Memory({ initial: 1 });

/**
 * Runs a nest on float64 arrays.
 *
 * @param read of each operand, its array and its element in it
 * @param compute the values to write; it is given what loads an operand
 * @param write of each value, the array and the element that become it
 * @param inLocals by array, whether it is in locals; others are in memory
 */
function run(
  arrays: readonly (readonly number[])[],
  read: readonly (readonly [array: number, element: number])[],
  compute: (code: CodeBuilder, load: (operand: number) => Value) => readonly Value[],
  write: readonly (readonly [array: number, element: number])[],
  inLocals: readonly boolean[],
): readonly (readonly number[])[] {
  const code = new CodeBuilder();
  const access = ([array, offset]: readonly [number, number]) =>
    ({ array, offset, dtype: "float64", strides: [] }) as const;
  const values = compute(code, (operand) => code.operand("f64", operand));
  const nest: Nest = {
    dims: [],
    reduced: 0,
    operands: read.map(access),
    code: code.code,
    results: write.map((one, place) => ({ ...access(one), value: values[place]! })),
  };
  const types = arrays.flat().map((): ValueType => "f64");
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, { minimum: 1 });
  const body = new FunctionBuilder(types, types);
  const view = new Float64Array(memory.buffer);
  let next = 0;
  const begins = arrays.map((elements) => {
    const begin = next;
    next += elements.length;
    return begin;
  });
  view.set(arrays.flat());
  const addresses = arrays.map((elements, array): Address => {
    if (!inLocals[array]) return fixed(8 * begins[array]!);
    const locals = elements.map((_, element) => begins[array]! + element);
    return { kind: "elements", type: "f64", locals, first: 0 };
  });
  const callees = new Callees(module);
  nestInPlace(body, { callees, options: {} }, nest, (array) => addresses[array]!);
  for (const local of types.keys()) body.get(local);
  module.exportFunction("run", module.addFunction(body));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
    host: { memory },
    scalar: callees.imports,
  });
  const found = (instance.exports["run"] as (...inputs: number[]) => number[])(...arrays.flat());
  return arrays.map((elements, array) =>
    elements.map((_, element) => {
      const place = begins[array]! + element;
      return inLocals[array] ? found[place]! : view[place]!;
    }),
  );
}

const RESIDENCES = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
];

describe.each(RESIDENCES)("with arrays in locals: %s, %s", (...inLocals) => {
  it("swaps the elements of an array", () => {
    const found = run(
      [[1, 2], [0]],
      [
        [0, 0],
        [0, 1],
      ],
      (_, load) => [load(1), load(0), load(0)],
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ],
      inLocals,
    );
    expect(found).toEqual([[2, 1], [1]]);
  });

  it("computes from an element that it writes", () => {
    const found = run(
      [
        [3, 5],
        [7, 9],
      ],
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
      (code, load) => {
        const sum = code.add(load(0), load(1));
        const difference = code.sub(load(2), sum);
        return [difference, sum, code.mul(difference, load(0))];
      },
      [
        [0, 0],
        [1, 1],
        [0, 1],
      ],
      inLocals,
    );
    expect(found).toEqual([
      [1, 3],
      [7, 8],
    ]);
  });

  it("writes a value, an operand and a constant to several elements", () => {
    const found = run(
      [[4], [0, 0, 0, 0, 0]],
      [[0, 0]],
      (code, load) => {
        const a = load(0);
        const square = code.mul(a, a);
        return [square, square, a, code.constant("f64", -0), code.add(square, a)];
      },
      [
        [1, 0],
        [1, 1],
        [1, 2],
        [1, 3],
        [1, 4],
      ],
      inLocals,
    );
    expect(found).toEqual([[4], [16, 16, 4, -0, 20]]);
  });
});
