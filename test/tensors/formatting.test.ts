/** Tensors and variables as text. */
import { inspect } from "node:util";
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

describe("toString", () => {
  it("shows dtype, shape and values", () => {
    expect(
      tf
        .constant(
          [
            [1, 2, 3],
            [4, 5, 6],
          ].map((row) => row),
        )
        .toString(),
    ).toBe("Tensor float32 [2, 3] [[1, 2, 3], [4, 5, 6]]");
    expect(tf.constant(3, { dtype: "int32" }).toString()).toBe("Tensor int32 [] 3");
    expect(tf.constant([true, false]).toString()).toBe("Tensor bool [2] [true, false]");
    expect(tf.zeros([2, 0]).toString()).toBe("Tensor float32 [2, 0] [[], []]");
  });

  it("shows the fewest digits that name the number", () => {
    expect(tf.constant([0.1, 1 / 3, 1e-20, -0]).toString()).toBe(
      "Tensor float32 [4] [0.1, 0.33333334, 1e-20, -0]",
    );
    expect(tf.constant(0.1 + 0.2, { dtype: "float64" }).toString()).toBe(
      "Tensor float64 [] 0.30000000000000004",
    );
    expect(tf.constant([Number.NaN, Infinity, -Infinity]).toString()).toBe(
      "Tensor float32 [3] [NaN, Infinity, -Infinity]",
    );
    expect(tf.constant([16777216, 123456.789]).toString()).toBe(
      "Tensor float32 [2] [16777216, 123456.79]",
    );
  });

  it("shows only the edges of long axes", () => {
    expect(tf.range(6).toString()).toBe("Tensor int32 [6] [0, 1, 2, 3, 4, 5]");
    expect(tf.range(100).toString()).toBe("Tensor int32 [100] [0, 1, 2, …, 97, 98, 99]");
  });

  it("breaks what is wide into one line per row", () => {
    const x = tf.reshape(tf.range(1000), [10, 100]);
    expect(x.toString()).toBe(
      [
        "Tensor int32 [10, 100]",
        "[[0, 1, 2, …, 97, 98, 99],",
        " [100, 101, 102, …, 197, 198, 199],",
        " [200, 201, 202, …, 297, 298, 299],",
        " …,",
        " [700, 701, 702, …, 797, 798, 799],",
        " [800, 801, 802, …, 897, 898, 899],",
        " [900, 901, 902, …, 997, 998, 999]]",
      ].join("\n"),
    );
  });

  it("reads views in their order and never copies what it does not show", () => {
    expect(tf.reverse(tf.range(3), [0]).toString()).toBe("Tensor int32 [3] [2, 1, 0]");
    expect(tf.ones([100000, 100000]).toString()).toContain("…");
  });
});

describe("console.log", () => {
  it("shows the same text, also inside objects", () => {
    const x = tf.constant([1, 2]);
    expect(inspect(x)).toBe("Tensor float32 [2] [1, 2]");
    expect(inspect({ x })).toBe("{ x: Tensor float32 [2] [1, 2] }");
  });

  it("shows the name of a variable and does not make a tape watch it", () => {
    const w = new tf.Variable([1, 2], { name: "w" });
    const tape = new tf.GradientTape();
    expect(inspect(w)).toBe('Variable "w" float32 [2] [1, 2]');
    expect(`${w}`).toBe('Variable "w" float32 [2] [1, 2]');
    tape.stop();
    expect(tape.watchedVariables()).toEqual([]);
  });
});
