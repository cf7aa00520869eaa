/** Random tensors: seeds, ranges, statistics, gradients, and what is refused. */
import * as tf from "gradtape";
import { describe, expect, it, vi } from "vitest";

/** Mean and variance of all elements. */
function moments(x: tf.Tensor): { mean: number; variance: number } {
  const values = [...x.data()];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

type Draw = (options: { seed?: number }) => tf.Tensor;

const DRAWS: readonly (readonly [string, Draw])[] = [
  ["uniform", (options) => tf.random.uniform([3, 5], options)],
  [
    "uniform float64",
    (options) => tf.random.uniform([3, 5], { dtype: "float64", minval: -1, maxval: 2, ...options }),
  ],
  [
    "uniform int32",
    (options) => tf.random.uniform([3, 5], { dtype: "int32", maxval: 1000, ...options }),
  ],
  ["normal", (options) => tf.random.normal([3, 5], options)],
  ["normal float64", (options) => tf.random.normal([3, 5], { dtype: "float64", ...options })],
  ["truncatedNormal", (options) => tf.random.truncatedNormal([3, 5], options)],
  ["shuffle", (options) => tf.random.shuffle(tf.range(100), options)],
  ["categorical", (options) => tf.random.categorical(tf.zeros([3, 50]), 20, options)],
  ["dropout", (options) => tf.nn.dropout(tf.ones([10, 10]), 0.5, options)],
];

describe("a seed", () => {
  it.each(DRAWS)("of its own makes %s a function of it alone", (_, draw) => {
    const first = draw({ seed: 7 }).toArray();
    draw({});
    tf.random.setSeed(99);
    expect(draw({ seed: 7 }).toArray()).toEqual(first);
    expect(draw({ seed: 8 }).toArray()).not.toEqual(first);
    expect(draw({ seed: -7 }).toArray()).not.toEqual(first);
    expect(draw({ seed: 7 + 2 ** 32 }).toArray()).not.toEqual(first);
  });

  it.each(DRAWS)("does not move the stream that other calls of %s share", (_, draw) => {
    tf.random.setSeed(3);
    const [first, second] = [draw({}).toArray(), draw({}).toArray()];
    tf.random.setSeed(3);
    expect(draw({}).toArray()).toEqual(first);
    draw({ seed: 5 });
    expect(draw({}).toArray()).toEqual(second);
  });

  it.each(DRAWS)("set for all makes %s go on, and begin anew when it is set again", (_, draw) => {
    tf.random.setSeed(3);
    const [first, second] = [draw({}).toArray(), draw({}).toArray()];
    expect(second).not.toEqual(first);
    tf.random.setSeed(3);
    expect([draw({}).toArray(), draw({}).toArray()]).toEqual([first, second]);
    tf.random.setSeed(4);
    expect(draw({}).toArray()).not.toEqual(first);
    expect(draw({ seed: 3 }).toArray()).not.toEqual(first);
  });

  it("gives consecutive calls numbers that do not overlap", () => {
    tf.random.setSeed(11);
    const parts = [5, 1, 4].flatMap((length) => [...tf.random.uniform([length]).data()]);
    expect(new Set(parts).size).toBe(10);
  });

  it.each([0.5, Number.NaN, 2 ** 53, "1", null])("of %s is refused", (seed) => {
    const set = (): unknown => Reflect.apply(tf.random.setSeed, undefined, [seed]);
    const draw = (): unknown => Reflect.apply(tf.random.normal, undefined, [[2], { seed }]);
    for (const call of [set, draw]) {
      expect(call).toThrow(tf.ArgumentError);
      expect(call).toThrow(/random\.(setSeed|normal): seed must be an integer/);
    }
  });
});

describe("the numbers of a seed", () => {
  it("are these, in every engine", () => {
    const seed = 20240229;
    expect(tf.random.uniform([4], { seed }).toArray()).toEqual([
      0.5046595335006714, 0.936116635799408, 0.5318590998649597, 0.28282129764556885,
    ]);
    expect(
      tf.random.uniform([4], { seed, dtype: "int32", minval: -50, maxval: 50 }).toArray(),
    ).toEqual([21, 16, 28, -31]);
    expect(tf.random.normal([4], { seed, dtype: "float64" }).toArray()).toEqual([
      0.011680093658131689, 0.07994407873131457, 1.2810136710524986, -0.658614736112488,
    ]);
    expect(tf.random.truncatedNormal([4], { seed }).toArray()).toEqual([
      0.011148619465529919, 1.380432367324829, 0.07629936188459396, -0.5455053448677063,
    ]);
    expect(tf.random.shuffle(tf.range(8), { seed }).toArray()).toEqual([4, 3, 5, 1, 0, 2, 7, 6]);
    expect(tf.random.categorical([[0, 1, 2]], 8, { seed }).toArray()).toEqual([
      [2, 2, 2, 1, 0, 2, 2, 2],
    ]);
    tf.random.setSeed(seed);
    expect(tf.random.uniform([4]).toArray()).toEqual([
      0.608284592628479, 0.5292406678199768, 0.4966103434562683, 0.2112475037574768,
    ]);
  });

  it.each(["float32", "float64"] as const)("of %s are prefixes of each other", (dtype) => {
    const long = [...tf.random.normal([9001], { seed: 1, dtype }).data()];
    const short = [...tf.random.normal([4099], { seed: 1, dtype }).data()];
    expect(long.slice(0, 4099)).toEqual(short);
    expect(new Set(long).size).toBeGreaterThan(8990);
  });
});

describe("uniform", () => {
  it("has the given shape, dtype and range", () => {
    const x = tf.random.uniform([50, 40], { minval: -3, maxval: 5, seed: 1 });
    expect([x.dtype, x.shape]).toEqual(["float32", [50, 40]]);
    const { mean, variance } = moments(x);
    expect(Math.abs(mean - 1)).toBeLessThan(0.2);
    expect(Math.abs(variance - 64 / 12)).toBeLessThan(0.4);
    expect(Math.min(...x.data())).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...x.data())).toBeLessThan(5);
    expect(tf.random.uniform([], { dtype: "float64" }).dtype).toBe("float64");
    expect(tf.random.uniform([0, 3]).shape).toEqual([0, 3]);
  });

  it("does not reach maxval, even where its float32 neighbours are far apart", () => {
    const x = tf.random.uniform([20_000], { minval: 2 ** 24 - 2, maxval: 2 ** 24, seed: 3 });
    expect(new Set(x.data())).toEqual(new Set([2 ** 24 - 2, 2 ** 24 - 1]));
  });

  it("draws integers, all equally often", () => {
    const x = tf.random.uniform([6000], { minval: -2, maxval: 4, dtype: "int32", seed: 4 });
    expect(x.dtype).toBe("int32");
    const counts = new Map<number, number>();
    for (const value of x.data()) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("takes tensors for its bounds, broadcasts them, and passes gradients to them", () => {
    const minval = tf.constant([0, 10]);
    const maxval = tf.constant([[1], [2], [3]]);
    const tape = new tf.GradientTape();
    tape.watch([minval, maxval]);
    const x = tf.random.uniform([3, 2], { minval, maxval: tf.add(maxval, 20), seed: 1 });
    const unit = tf.random.uniform([3, 2], { seed: 1 });
    const [least, bound] = tape.gradient(x, [minval, maxval]);
    const expectedLeast = tf.reduceSum(tf.subtract(1, unit), { axis: 0 }).toArray() as number[];
    const expectedBound = tf.reduceSum(unit, { axis: 1, keepdims: true }).toArray() as number[][];
    expectedLeast.forEach((expected, k) => {
      expect(least.at(k).item()).toBeCloseTo(expected, 5);
    });
    expectedBound.forEach(([expected], k) => {
      expect(bound.at(k, 0).item()).toBeCloseTo(expected!, 5);
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["int32 without maxval", { dtype: "int32" }, /needs maxval/],
    ["int32 with a fraction", { dtype: "int32", maxval: 1.5 }, /maxval.*integer.*1\.5/],
    ["int32 without a value between", { dtype: "int32", minval: 3, maxval: 3 }, /3 and 3/],
    ["int32 beyond its range", { dtype: "int32", maxval: 2 ** 31 + 1 }, /2147483649/],
    ["exchanged bounds", { minval: 2, maxval: 1 }, /minval 2 must not be greater/],
    ["an unknown option", { min: 2 }, /unknown option "min"/],
    ["a bound that is no number", { minval: null }, /minval must be a tensor/],
  ])("refuses %s", (_, options, message) => {
    const call = (): unknown => Reflect.apply(tf.random.uniform, undefined, [[2], options]);
    expect(call).toThrow(tf.ArgumentError);
    expect(call).toThrow(message);
  });

  it("refuses bounds of another dtype, shapes that do not fit, and bad shapes", () => {
    const maxval = tf.constant(1, { dtype: "float64" });
    expect(() => tf.random.uniform([2], { maxval })).toThrow(tf.DTypeError);
    expect(() => tf.random.uniform([2], { maxval: [1, 2, 3] })).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([], { maxval: [1] })).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([-1])).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([0.5])).toThrow(tf.ShapeError);
    expect(() => tf.random.uniform([2 ** 20, 2 ** 20])).toThrow(tf.AllocationError);
    expect(() =>
      Reflect.apply(tf.random.uniform, undefined, [[2], { dtype: "bool", maxval: 1 }]),
    ).toThrow(tf.DTypeError);
    expect(() => Reflect.apply(tf.random.uniform, undefined, [[2], { dtype: "float16" }])).toThrow(
      tf.DTypeError,
    );
  });
});

describe("normal", () => {
  it.each(["float32", "float64"] as const)("of %s has its mean and deviation", (dtype) => {
    const x = tf.random.normal([100, 100], { mean: 3, stddev: 0.5, dtype, seed: 1 });
    expect([x.dtype, x.shape]).toEqual([dtype, [100, 100]]);
    const { mean, variance } = moments(x);
    expect(Math.abs(mean - 3)).toBeLessThan(0.02);
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.015);
  });

  it("passes gradients to mean and stddev", () => {
    const mean = tf.constant([1, 2]);
    const stddev = new tf.Variable(0.5);
    const tape = new tf.GradientTape();
    tape.watch(mean);
    const x = tf.random.normal([3, 2], { mean, stddev, seed: 6 });
    const unit = tf.random.normal([3, 2], { seed: 6 });
    const [toMean, toStddev] = tape.gradient(x, [mean, stddev]);
    expect(toMean.toArray()).toEqual([3, 3]);
    expect(toStddev.item()).toBeCloseTo(tf.reduceSum(unit).item(), 5);
  });

  it("refuses int32", () => {
    const call = (): unknown =>
      Reflect.apply(tf.random.normal, undefined, [[2], { dtype: "int32" }]);
    expect(call).toThrow(tf.DTypeError);
    expect(call).toThrow(/random\.normal: dtype must be float32 or float64/);
  });

  it("costs a tape nothing", () => {
    const tape = new tf.GradientTape();
    const x = tf.random.normal([2], { seed: 1 });
    expect(tape.gradient(tf.multiply(x, x), x, { unconnectedGradients: "none" })).toBeNull();
  });
});

describe("truncatedNormal", () => {
  it.each(["float32", "float64"] as const)("of %s stays within two deviations", (dtype) => {
    const x = tf.random.truncatedNormal([20_000], { mean: 10, stddev: 3, dtype, seed: 1 });
    const { mean, variance } = moments(x);
    expect(Math.min(...x.data())).toBeGreaterThanOrEqual(4);
    expect(Math.max(...x.data())).toBeLessThanOrEqual(16);
    expect(Math.min(...x.data())).toBeLessThan(4.01);
    expect(Math.abs(mean - 10)).toBeLessThan(0.08);
    // The variance of the standard normal distribution truncated at ±2.
    expect(Math.abs(variance / 9 - 0.7737413)).toBeLessThan(0.02);
  });
});

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

describe("the platform's entropy", () => {
  it("starts the shared stream where no seed is set", async () => {
    const freshKey = async (): Promise<string> => {
      vi.resetModules();
      const { takeStream } = await import("../../src/ops/random-stream.js");
      return String(takeStream(undefined, 1, "test").key);
    };
    expect(await freshKey()).not.toBe(await freshKey());
  });
});
