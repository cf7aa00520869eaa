/** Reductions that are cut into parts: sizes around the edges of parts, whatever is left over. */

import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

describe("a long compiled reduction", () => {
  it.each([32_767, 32_768, 32_769, 40_959, 40_960, 40_961, 40_962, 49_153])(
    "of %i elements takes in every one of them",
    (size) => {
      for (const dtype of ["float32", "float64", "int32"] as const) {
        const x = tf.cast(tf.range(size).sub(20_000), dtype);
        const exact = (size * (size - 1)) / 2 - 19_999 * size;
        const f = tf.compile((one: tf.Tensor) => [tf.reduceSum(one.add(1)), tf.reduceMax(one)]);
        const [sum, largest] = f(x) as [tf.Tensor, tf.Tensor];
        expect(sum.item()).toBe(dtype === "float32" ? Math.fround(exact) : exact);
        expect(largest.item()).toBe(size - 20_001);
      }
    },
  );
});
