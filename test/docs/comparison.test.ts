/** What the READMEs say of TensorFlow.js and jax-js, tried on the versions that are installed. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as jax from "@jax-js/jax";
import * as other from "@tensorflow/tfjs";
import * as tf from "gradtape";
import { describe, expect, test } from "vitest";
import { section } from "./markdown.js";
import { ROOT } from "./run-block.js";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");
const { numpy: np, grad } = jax;

// Without this it advertises another package on the console.
other.env().set("IS_TEST", true);

test("the table names the versions that are installed", () => {
  for (const [name, title] of [
    ["@tensorflow/tfjs", "TensorFlow.js"],
    ["@jax-js/jax", "jax-js"],
  ] as const) {
    const file = readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8");
    const { version } = JSON.parse(file) as { version: string };
    expect(section(readme, "How it differs")).toContain(`${title} ${version} |`);
  }
});

test("gradtape", () => {
  const x = new tf.Variable(1);
  const outer = new tf.GradientTape();
  const inner = new tf.GradientTape();
  const first = inner.gradient(x.mul(tf.exp(x)), x);
  expect(outer.gradient(first, x).item()).toBeCloseTo(8.1548, 4);

  const v = new tf.Variable([1, -1]);
  const tape = new tf.GradientTape();
  const y = tf.where(v.greater(0), tf.square(v), v);
  expect(tape.gradient(y, v).toArray()).toEqual([2, 1]);

  const names = "jvp jacobian hessian vectorizedMap cond whileLoop scan customGradient".split(" ");
  expect(names.filter((name) => !(name in tf))).toEqual([]);
});

describe("TensorFlow.js", () => {
  test("has functions rather than a tape, and tensors to dispose of", () => {
    expect("GradientTape" in other).toBe(false);
    const before = other.memory().numTensors;
    other.scalar(1).add(1);
    expect(other.memory().numTensors).toBeGreaterThan(before);
  });

  test("has no float64, no Jacobians, no forward mode, no batching of functions, no jit", () => {
    expect(() => other.zeros([1], "float64" as "float32")).toThrow("Unknown data type float64");
    for (const name of ["jacobian", "hessian", "jvp", "vmap", "vectorizedMap", "jit", "compile"]) {
      expect(name in other).toBe(false);
    }
  });

  test("has custom derivatives, but no loops and conditions as operations", () => {
    expect("customGrad" in other).toBe(true);
    for (const name of ["whileLoop", "cond", "scan", "mapFn"]) expect(name in other).toBe(false);
  });

  test("computed values can be read inside what is differentiated", () => {
    const f = (x: other.Tensor) => (x.dataSync()[0]! > 0 ? x.square() : x);
    expect(other.grad(f)(other.scalar(3)).dataSync()[0]).toBe(6);
  });

  test("second derivative of x·eˣ at 1", () => {
    const f = (x: other.Tensor) => x.mul(other.exp(x));
    const second = other.grad(other.grad(f))(other.scalar(1)).dataSync()[0];
    expect(second).toBeCloseTo(5.4366, 4);
  });

  test("where with a comparison, and a missing path", () => {
    const f = (x: other.Tensor) => other.where(x.greater(0), x.square(), x).sum();
    expect(() => other.grad(f)(other.tensor([1, -1]))).toThrow("not found for Greater");
    expect(() => other.grad(() => other.scalar(3))(other.scalar(1))).toThrow(
      "Make sure that the f you passed encloses all operations",
    );
  });
});

describe("jax-js", () => {
  test("has functions rather than a tape, and reference counts", () => {
    expect("GradientTape" in jax).toBe(false);
    const x = np.array([1, 2]);
    x.add(1).dispose();
    expect(() => x.add(1)).toThrow(".ref");
  });

  test("has float64, Jacobians, forward mode, batching of functions, jit", () => {
    const e = np.exp(np.array([1], { dtype: np.float64 })).js() as number[];
    expect(Math.abs(e[0]! - Math.E)).toBeLessThan(1e-12);
    for (const name of ["jacfwd", "jacrev", "jvp", "vmap", "jit"]) expect(name in jax).toBe(true);
  });

  test("has neither loops and conditions as operations nor custom derivatives", () => {
    const names = [...Object.keys(jax), ...Object.keys(jax.lax)].map((name) => name.toLowerCase());
    expect(names.filter((name) => /while|fori|cond|scan|custom/.test(name))).toEqual([]);
  });

  test("computed values cannot be read inside what is differentiated", () => {
    const f = (x: jax.Array) => ((x.ref.js() as number) > 0 ? np.square(x) : x);
    expect(() => grad(f)(np.array(3))).toThrow("js is not a function");
  });

  test("second derivative of x·eˣ at 1", () => {
    const f = (x: jax.Array) => x.ref.mul(np.exp(x));
    expect(grad(grad(f))(1).js()).toBeCloseTo(8.1548, 4);
  });

  test("where with a comparison, and a missing path", () => {
    const f = (x: jax.Array) => np.where(np.greater(x.ref, 0), np.square(x.ref), x).sum();
    expect(grad(f)(np.array([1, -1])).js()).toEqual([2, 1]);
    expect(grad((_x: jax.Array) => np.array(3))(np.array(1)).js()).toBe(0);
  });
});
