/** What users' bundlers make of the package: programs that run, that are small, and that hold nothing unused. */

import { gzipSync } from "node:zlib";
import * as tf from "gradtape";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundlers, esbuild } from "./bundlers.js";
import { type Consumer, makeConsumer } from "./consumer.js";

/** The tape and ten operations; prints a directional derivative by the tape and by differences. */
const PROGRAM = `
  import { add, constant, divide, exp, GradientTape, matmul, multiply, reduceMean, reduceSum,
    reshape, subtract, tanh } from "gradtape";

  function loss(x) {
    const odds = exp(subtract(x, reduceMean(x)));
    const hidden = tanh(add(matmul(divide(odds, reduceSum(odds)), [[0.5, -1], [2, 1]]), 0.5));
    return reduceSum(multiply(reshape(hidden, [4]), [1, -2, 3, 0.5]));
  }

  const x = constant([[0.1, -0.2], [0.3, 0.4]], { dtype: "float64" });
  const direction = constant([[1, -2], [0.5, 3]], { dtype: "float64" });
  const tape = new GradientTape();
  tape.watch(x);
  const gradient = tape.gradient(loss(x), x);
  const step = multiply(direction, 1e-5);
  const difference = loss(add(x, step)).item() - loss(subtract(x, step)).item();
  console.log(JSON.stringify({
    tape: reduceSum(multiply(gradient, direction)).item(),
    differences: difference / 2e-5,
  }));
`;
const USED = "add divide exp matmul multiply reduceMean reduceSum reshape subtract tanh".split(" ");

const EVERYTHING = `import * as tf from "gradtape"; globalThis.tf = tf;`;
const NOTHING = `import "gradtape";`;

function compressedKilobytes(code: string): number {
  return gzipSync(code, { level: 9 }).length / 1000;
}

/** Whether the declaration of an operation, which holds its name, is in a bundle. */
function holds(code: string, operation: string): boolean {
  return code.includes(`"${operation}"`) || code.includes(`'${operation}'`);
}

/** Names of the public operations, except those that are also words of options and messages. */
function publicOperations(): string[] {
  const names = new Set<string>();
  const visit = (namespace: object): void => {
    for (const value of Object.values(namespace)) {
      if (typeof value === "function" && "op" in value)
        names.add((value.op as { name: string }).name);
      else if (Object.prototype.toString.call(value) === "[object Module]") visit(value);
    }
  };
  visit(tf);
  return [...names].filter((name) => !["shape", "size", "rank"].includes(name));
}

let consumer: Consumer;
/** Public operations that are neither used by the program nor behind a method of tensors. */
let unused: readonly string[];
beforeAll(async () => {
  consumer = await makeConsumer();
  const methodsOnly = await esbuild(false)(consumer, consumer.write("nothing.js", NOTHING));
  unused = publicOperations().filter(
    (name) => !USED.includes(name) && !holds(methodsOnly.first, name),
  );
});
afterAll(() => consumer.remove());

it("knows operations that a program may leave out", () => {
  expect(unused).toEqual(expect.arrayContaining(["conv2d", "erf", "lgamma", "sigmoid", "sin"]));
});

describe.each(bundlers)("%s", (_, small, whole, loader) => {
  let program: Bundle & { readonly path: string };
  beforeAll(async () => {
    program = await small(consumer, consumer.write("program.js", PROGRAM));
  });

  it("makes a program that computes what it should", async () => {
    const output = await consumer.node(program.path);
    const derivative: { tape: number; differences: number } = JSON.parse(output);
    expect(Math.abs(derivative.differences)).toBeGreaterThan(0.01);
    expect(derivative.tape).toBeCloseTo(derivative.differences, 8);
  });

  it("makes less than 35 kB of the tape and ten operations, and drops the others", () => {
    expect(compressedKilobytes(program.first)).toBeLessThan(35);
    expect(unused.filter((operation) => holds(program.first, operation))).toEqual([]);
  });

  it("makes less than 80 kB of everything, and of the compiler that is loaded when it is needed", async () => {
    const { first, later } = await whole(consumer, consumer.write("everything.js", EVERYTHING));
    expect(compressedKilobytes(first)).toBeLessThan(80 + loader);
    expect(publicOperations().filter((operation) => !holds(first, operation))).toEqual([]);
    expect(compressedKilobytes(later)).toBeGreaterThan(20);
    expect(compressedKilobytes(later)).toBeLessThan(80);
  });
});
