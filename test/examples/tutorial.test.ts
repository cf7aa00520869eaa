/** The programs of the tutorial: their numbers, and that a wrong number stops them. */
import * as tf from "gradtape";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { check, checkThrows } from "../../examples/check.js";
import {
  controlFlow,
  derivativeOfAnInput,
  derivativeOfAnIntermediate,
  higherOrder,
  persistentTape,
  tutorial,
} from "../../examples/tutorial.js";

let lines: string[];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line = "") => void lines.push(String(line)));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the tutorial", () => {
  it("1: the gradient of (Σx)² is 8 everywhere", () => {
    expect(derivativeOfAnInput().dz_dx.toArray()).toEqual([
      [8, 8],
      [8, 8],
    ]);
  });

  it("2: the derivative through the intermediate is 8", () => {
    expect(derivativeOfAnIntermediate().dz_dy.item()).toBe(8);
  });

  it("3: a persistent tape gives 108 and 6, and is released", () => {
    const { dz_dx, dy_dx } = persistentTape();
    expect(dz_dx.item()).toBe(108);
    expect(dy_dx.item()).toBe(6);
    expect(lines.at(-1)).toContain("throws TapeError");
  });

  it("4: control flow gives 12, 12, 4", () => {
    expect(controlFlow().gradients.map((gradient) => gradient.item())).toEqual([12, 12, 4]);
  });

  it("5: nested tapes give 3 and 6", () => {
    const { dy_dx, d2y_dx2 } = higherOrder();
    expect(dy_dx.item()).toBe(3);
    expect(d2y_dx2.item()).toBe(6);
  });

  it("prints every formula with its value", () => {
    tutorial();
    const formulas = lines.filter((line) => line.includes(" = ") && line.startsWith("   "));
    expect(formulas.map((line) => line.trim())).toEqual([
      "dz/dx = 2·Σx = [[8, 8], [8, 8]]",
      "dz/dy = 2y = 8",
      "dz/dx = 4x³ = 108",
      "dy/dx = 2x = 6",
      "y = 6: df/dx = 3x² = 12",
      "y = 5: df/dx = 3x² = 12",
      "y = 4: df/dx = 2x = 4",
      "dy/dx = 3x² = 3",
      "d²y/dx² = 6x = 6",
    ]);
  });

  it("leaves nothing recording behind", () => {
    tutorial();
    const x = new tf.Variable(2);
    const before = x.read();
    // Where no tape records, a variable gives its value itself rather than a copy for the tape.
    expect(x.read()).toBe(before);
  });
});

describe("its checks", () => {
  it("a mismatch throws and names both values", () => {
    expect(() => check("f", tf.constant([1, 2]), [1, 3])).toThrow(
      "f is [1, 2], but [1, 3] is expected",
    );
    expect(lines).toEqual(["   f = [1, 2]"]);
  });

  it("a shape that differs is a mismatch", () => {
    expect(() => check("f", tf.constant([1]), 1)).toThrow("[1], but 1");
  });

  it("an error that is missing or another one is a mismatch", () => {
    expect(() => checkThrows("f()", () => 1, tf.TapeError)).toThrow("f() does not throw");
    const other = new RangeError("other");
    const throwOther = () => {
      throw other;
    };
    expect(() => checkThrows("f()", throwOther, tf.TapeError)).toThrow(other);
  });
});
