/** Where there is no WebAssembly, no vectors in it, or a policy against it, the results are the same, and one warning says why. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChildProgram } from "../harness/child-program.js";

interface Printed {
  readonly results: readonly (readonly number[])[];
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

let program: ChildProgram;
let usual: Printed;
beforeAll(async () => {
  program = await ChildProgram.build(new URL("./programs/fallback.ts", import.meta.url));
  usual = await program.run<Printed>("whole");
});
afterAll(() => program[Symbol.dispose]());

it("with all of WebAssembly there is no warning", () => {
  expect(usual.warnings).toEqual([]);
  expect(usual.results.flat().every(Number.isFinite)).toBe(true);
});

describe.each([
  ["no WebAssembly", "nothing", /there is no WebAssembly$/],
  ["no SIMD", "scalars", /WebAssembly has no SIMD here$/],
  ["a content security policy", "policy", /content security policy without 'wasm-unsafe-eval'/],
])("with %s", (_, parameter, reason) => {
  it("results and errors are the same, and there is one warning", async () => {
    const { results, errors, warnings } = await program.run<Printed>(parameter);
    expect(warnings).toEqual([expect.stringMatching(reason)]);
    expect(warnings[0]).toMatch(/^gradtape: /);
    expect(errors).toEqual(usual.errors);
    expect(results.map((one) => one.length)).toEqual(usual.results.map((one) => one.length));
    results.forEach((values, index) => {
      values.forEach((value, place) => {
        const wanted = usual.results[index]![place]!;
        const off = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
        expect(off, `result ${index}, element ${place}`).toBeLessThan(1e-5);
      });
    });
  });
});
