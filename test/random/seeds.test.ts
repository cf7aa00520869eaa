/** Seeds: of one call, of all calls, and none. */
import * as tf from "gradtape";
import { describe, expect, it, vi } from "vitest";

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
