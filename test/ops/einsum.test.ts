/** einsum against a loop over all values of all letters, with its gradients and errors. */
import fc from "fast-check";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { expectClose, gradientOf, numbers, uniformTensor } from "./programs.js";

describe("einsum", () => {
  /** Evaluates an equation without ellipsis by a loop over all values of all letters. */
  function naiveEinsum(equation: string, operands: readonly tf.Tensor[]): number[] {
    const [left = "", output = ""] = equation.split("->");
    const terms = left.split(",");
    const lengths = new Map<string, number>();
    terms.forEach((term, position) => {
      [...term].forEach((letter, axis) => {
        lengths.set(letter, operands[position]?.shape[axis] ?? 0);
      });
    });
    const letters = [...lengths.keys()];
    const flat = (labels: string, at: ReadonlyMap<string, number>): number =>
      [...labels].reduce(
        (sum, letter) => sum * (lengths.get(letter) ?? 0) + (at.get(letter) ?? 0),
        0,
      );
    const size = [...output].reduce((product, letter) => product * (lengths.get(letter) ?? 0), 1);
    const result = new Array<number>(size).fill(0);
    const values = operands.map(numbers);
    const visit = (position: number, at: Map<string, number>): void => {
      const letter = letters[position];
      if (letter === undefined) {
        const product = terms.reduce(
          (all, term, k) => all * (values[k]?.[flat(term, at)] ?? Number.NaN),
          1,
        );
        const target = flat(output, at);
        result[target] = (result[target] ?? 0) + product;
        return;
      }
      for (let value = 0; value < (lengths.get(letter) ?? 0); value++) {
        visit(position + 1, new Map([...at, [letter, value]]));
      }
    };
    visit(0, new Map());
    return result;
  }

  const lengths: Readonly<Record<string, number>> = { a: 2, b: 3, c: 2, d: 4 };

  it("agrees with a loop over all letters for random equations of up to three operands", () => {
    const term = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 0, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 3 }), fc.nat(), (terms, seed) => {
        const letters = [...new Set(terms.flat())];
        const kept = letters.filter((_, position) => (seed >> position) % 2 === 0);
        const output = seed % 3 === 0 ? kept.reverse() : kept;
        const equation = `${terms.map((one) => one.join("")).join(",")}->${output.join("")}`;
        const operands = terms.map((one, position) =>
          uniformTensor(
            one.map((letter) => lengths[letter] ?? 0),
            position + 1,
          ),
        );
        const found = tf.einsum(equation, ...operands);
        expect(found.shape).toEqual(output.map((letter) => lengths[letter]));
        expectClose(found, naiveEinsum(equation, operands), 1e-12);
      }),
      { numRuns: 200 },
    );
  });

  it("broadcasts axes of length 1 under the ellipsis, in operands and gradients", () => {
    const a = uniformTensor([1, 4, 2, 3], 1);
    const b = uniformTensor([5, 1, 3, 2], 2);
    const equation = "...ij,...jk->...ik";
    expectClose(tf.einsum(equation, a, b), numbers(tf.matmul(a, b)));
    const gradient = gradientOf((x) => tf.einsum(equation, x, b))(a);
    expectClose(gradient, numbers(gradientOf((x) => tf.matmul(x, b))(a)));
  });

  it("takes the gradient of a diagonal to the diagonal", () => {
    const x = uniformTensor([3, 3]);
    expect(gradientOf((y) => tf.einsum("ii->", y))(x).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  it("contracts a chain by its cheapest pair first", () => {
    const long = tf.ones([2000, 1]);
    const wide = tf.ones([1, 2000]);
    // From the left the first product alone would have four million elements.
    expect(tf.einsum("ij,jk,kl->il", long, wide, long).shape).toEqual([2000, 1]);
  });

  it("orders the letters of an implicit result, and works in int32", () => {
    const x = tf.constant(Int32Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3] });
    expect(tf.einsum("ba", x).toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(tf.einsum("ij,kj", x, x).toArray()).toEqual([
      [14, 32],
      [32, 77],
    ]);
  });

  it("refuses malformed equations and shapes that do not match", () => {
    const x = tf.zeros([2, 3]);
    expect(() => tf.einsum("ij,jk->ik", x)).toThrow(/takes 2 operands, but 1 are given/);
    expect(() => tf.einsum("ijk->i", x)).toThrow(
      /operand 0 .* has 2 axes, \[2, 3\], but "ijk" names 3/,
    );
    expect(() => tf.einsum("ij,jk->ik", x, x)).toThrow(
      /lengths 3 and 2 meet under "j".*\[2, 3\], \[2, 3\]/,
    );
    expect(() => tf.einsum("ii->i", x)).toThrow(tf.ShapeError);
    expect(() => tf.einsum("ij->k", x)).toThrow(/"k" of the result occurs in no operand/);
    expect(() => tf.einsum("ij->ii", x)).toThrow(/"i" occurs twice in the result/);
    expect(() => tf.einsum("i1->i", x)).toThrow(/"1" is no letter/);
    expect(() => tf.einsum("i.j->i", x)).toThrow(/"." is no letter/);
    expect(() => tf.einsum("ij->i->j", x)).toThrow(/more than one arrow/);
    expect(() => tf.einsum("......->", x)).toThrow(tf.ArgumentError);
    expect(() => tf.einsum("...ijk->i", x)).toThrow(tf.ShapeError);
    expect(() => Reflect.apply(tf.einsum, undefined, [1, x])).toThrow(tf.ArgumentError);
    expect(() => tf.einsum("ij->i")).toThrow(tf.ArgumentError);
  });
});
