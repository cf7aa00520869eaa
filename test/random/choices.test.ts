/** Shuffles, classes and dropout: statistics, gradients, and what is refused. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

describe("shuffle", () => {
  it("gives the slices along the first axis in another order, whatever the dtype", () => {
    const x = tf.reshape(tf.range(40), [20, 2]);
    const shuffled = tf.random.shuffle(x, { seed: 1 });
    expect([shuffled.dtype, shuffled.shape]).toEqual(["int32", [20, 2]]);
    const pairs = shuffled.toArray() as number[][];
    expect(pairs.every(([first, second]) => second === first! + 1)).toBe(true);
    expect(pairs.map(([first]) => first! / 2).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, k) => k),
    );
    expect(pairs).not.toEqual(x.toArray());
    expect(tf.random.shuffle([true, true], { seed: 1 }).dtype).toBe("bool");
    expect(tf.random.shuffle(tf.zeros([0, 3])).shape).toEqual([0, 3]);
    expect(tf.random.shuffle([5]).toArray()).toEqual([5]);
  });

  it("makes all orders equally likely", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = String(tf.random.shuffle([1, 2, 3], { seed }).toArray());
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("passes gradients back to where the slices came from", () => {
    const x = tf.constant([1, 2, 3, 4, 5]);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const shuffled = tf.random.shuffle(x, { seed: 2 });
    expect(tape.gradient(tf.multiply(shuffled, shuffled), x).toArray()).toEqual([2, 4, 6, 8, 10]);
  });

  it("refuses a scalar", () => {
    expect(() => tf.random.shuffle(3)).toThrow(tf.ShapeError);
    expect(() => tf.random.shuffle(3)).toThrow(/random\.shuffle: x is float32\[\]/);
  });
});

describe("categorical", () => {
  it.each(["float32", "float64"] as const)(
    "draws from %s logits with their probabilities",
    (dtype) => {
      const logits = tf.constant(
        [
          [0, Math.log(2), Math.log(5), -Infinity],
          [1000, 1000, -1000, 1000],
        ],
        { dtype },
      );
      const x = tf.random.categorical(logits, 8000, { seed: 1 });
      expect([x.dtype, x.shape]).toEqual(["int32", [2, 8000]]);
      const share = (row: number, category: number): number => {
        const drawn = [...x.at(row).data()];
        return drawn.filter((value) => value === category).length / drawn.length;
      };
      [1 / 8, 2 / 8, 5 / 8].forEach((expected, k) => {
        expect(Math.abs(share(0, k) - expected)).toBeLessThan(0.02);
      });
      expect(share(0, 3)).toBe(0);
      expect(share(1, 2)).toBe(0);
      expect(Math.abs(share(1, 3) - 1 / 3)).toBeLessThan(0.02);
    },
  );

  it("draws rows apart from each other, and none where none is asked for", () => {
    const x = tf.random.categorical(tf.zeros([2, 10]), 100, { seed: 1 });
    expect(x.at(0).toArray()).not.toEqual(x.at(1).toArray());
    expect(tf.random.categorical(tf.zeros([2, 3]), 0).shape).toEqual([2, 0]);
    expect(tf.random.categorical(tf.zeros([0, 3]), 4).shape).toEqual([0, 4]);
  });

  it("cuts the path of gradients", () => {
    const logits = tf.zeros([1, 3]);
    const tape = new tf.GradientTape();
    tape.watch(logits);
    const x = tf.cast(tf.random.categorical(logits, 4, { seed: 1 }), "float32");
    expect(() => tape.gradient(x, logits)).toThrow(/cut by randomCategories/);
  });

  it("refuses what is no row of logits", () => {
    expect(() => tf.random.categorical([0, 1], 1)).toThrow(tf.ShapeError);
    expect(() => tf.random.categorical(tf.zeros([2, 0]), 1)).toThrow(tf.ShapeError);
    expect(() => tf.random.categorical([[1, 2]], -1)).toThrow(tf.ArgumentError);
    expect(() => tf.random.categorical([[1, 2]], 0.5)).toThrow(tf.ArgumentError);
    expect(() => tf.random.categorical(tf.cast([[1, 2]], "int32"), 1)).toThrow(tf.DTypeError);
    for (const logit of [-Infinity, Infinity, Number.NaN]) {
      const logits = [
        [0, 0],
        [logit, -Infinity],
      ];
      expect(() => tf.random.categorical(logits, 1)).toThrow(tf.NumericsError);
      expect(() => tf.random.categorical(logits, 1)).toThrow(/row 1/);
    }
  });
});

describe("dropout", () => {
  it("keeps the share 1 − rate, scaled so that the sum keeps its expectation", () => {
    const x = tf.nn.dropout(tf.ones([100, 100]), 0.25, { seed: 1 });
    expect([x.dtype, x.shape]).toEqual(["float32", [100, 100]]);
    const values = [...x.data()];
    expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(Math.abs(values.filter((value) => value !== 0).length - 7500)).toBeLessThan(200);
  });

  it("passes the gradient through what is kept", () => {
    const x = tf.add(tf.random.uniform([50], { seed: 1 }), 1);
    const tape = new tf.GradientTape();
    tape.watch(x);
    const y = tf.nn.dropout(x, 0.5, { seed: 2 });
    const gradient = [...tape.gradient(y, x).data()];
    expect(gradient).toEqual([...y.data()].map((value) => (value === 0 ? 0 : 2)));
    expect(new Set(gradient)).toEqual(new Set([0, 2]));
  });

  it("drops NaN and infinities, and their gradients, with the rest", () => {
    const x = tf.fill([40], Number.NaN);
    const dropped = [...tf.nn.dropout(x, 0.5, { seed: 2 }).data()];
    expect(dropped.filter((value) => value === 0).length).toBeGreaterThan(5);
    expect(dropped.filter(Number.isNaN).length).toBeGreaterThan(5);
  });

  it("keeps the same elements in either dtype, and everything at rate 0", () => {
    const single = tf.nn.dropout(tf.ones([30]), 0.5, { seed: 3 });
    const double = tf.nn.dropout(tf.ones([30], { dtype: "float64" }), 0.5, { seed: 3 });
    expect(double.dtype).toBe("float64");
    expect(double.toArray()).toEqual(single.toArray());
    expect(tf.nn.dropout([1, 2, 3], 0).toArray()).toEqual([1, 2, 3]);
  });

  it("refuses other rates and dtypes", () => {
    for (const rate of [1, -0.1, 2, Number.NaN]) {
      expect(() => tf.nn.dropout([1], rate)).toThrow(tf.ArgumentError);
    }
    expect(() => tf.nn.dropout(tf.range(3), 0.5)).toThrow(tf.DTypeError);
    expect(() => Reflect.apply(tf.nn.dropout, undefined, [[1], 0.5, { sed: 1 }])).toThrow(
      /unknown option "sed"/,
    );
  });
});
