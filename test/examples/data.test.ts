/** The digits as they are loaded and split: how many, their ranges, and that a seed decides the split. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  CLASSES,
  loadDigits,
  PIXELS,
  splitDigits,
  takeDigits,
} from "../../examples/digits/data.js";

const digits = loadDigits();

function countsByClass(labels: tf.Tensor): number[] {
  const counts = new Array<number>(CLASSES).fill(0);
  for (const label of labels.data()) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** A number that is the same for the same images, and hardly for others. */
function fingerprint(images: tf.Tensor): number {
  let sum = 0;
  images.data().forEach((pixel, index) => {
    sum += pixel * ((index * 7919) % 10007);
  });
  return sum;
}

describe("loading", () => {
  it("gives 10,000 images with their labels", () => {
    expect(digits.images.dtype).toBe("float32");
    expect(digits.images.shape).toEqual([10000, PIXELS]);
    expect(digits.labels.dtype).toBe("int32");
    expect(digits.labels.shape).toEqual([10000]);
  });

  it("gives MNIST's own number of digits of every class", () => {
    expect(countsByClass(digits.labels)).toEqual([
      1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978,
    ]);
  });

  it("gives pixels from 0 to 1, both of them reached, none of the images empty", () => {
    const pixels = digits.images.data();
    let least = 1;
    let greatest = 0;
    let empty = 0;
    for (let start = 0; start < pixels.length; start += PIXELS) {
      let ink = 0;
      for (let index = start; index < start + PIXELS; index++) {
        const pixel = pixels[index] ?? Number.NaN;
        least = Math.min(least, pixel);
        greatest = Math.max(greatest, pixel);
        ink += pixel;
      }
      if (!(ink > 5)) empty++;
    }
    expect([least, greatest, empty]).toEqual([0, 1, 0]);
  });

  it("gives upright images: the mean of all ones is a stroke down the middle", () => {
    const ones = digits.images.data().subarray(1001 * PIXELS, (1001 + 1127) * PIXELS);
    const mean = (row: number, column: number) => {
      let sum = 0;
      for (let start = 28 * row + column; start < ones.length; start += PIXELS) {
        sum += ones[start] ?? Number.NaN;
      }
      return sum / 1127;
    };
    expect(mean(14, 14)).toBeGreaterThan(0.8);
    expect(mean(14, 4)).toBeLessThan(0.05);
    // Ones lean to the right: ink above the middle lies right of it, ink below left.
    expect(mean(8, 17)).toBeGreaterThan(mean(8, 10));
    expect(mean(20, 11)).toBeGreaterThan(mean(20, 18));
  });
});

describe("splitting", () => {
  it("keeps every digit, in one part only", () => {
    const { training, test } = splitDigits(digits, 1500, 1);
    expect(training.images.shape).toEqual([8500, PIXELS]);
    expect(test.images.shape).toEqual([1500, PIXELS]);
    const parts = [countsByClass(training.labels), countsByClass(test.labels)];
    expect(parts[0]?.map((count, digit) => count + (parts[1]?.[digit] ?? 0))).toEqual(
      countsByClass(digits.labels),
    );
    const seen = new Set<string>();
    for (const { images } of [training, test]) {
      const pixels = images.data();
      for (let start = 0; start < pixels.length; start += PIXELS) {
        seen.add(pixels.subarray(start, start + PIXELS).join());
      }
    }
    expect(seen.size).toBe(10000);
  });

  it("keeps images and labels together", () => {
    const few = {
      images: tf.constant([[0], [1], [2], [3]]),
      labels: tf.constant(Int32Array.of(0, 1, 2, 3)),
    };
    const { training, test } = splitDigits(few, 1, 5);
    for (const { images, labels } of [training, test]) {
      expect(Array.from(images.data())).toEqual(Array.from(labels.data()));
    }
  });

  it("is the same for the same seed, and another for another", () => {
    const [first, again, other] = [1, 1, 2].map((seed) => {
      const { test } = splitDigits(digits, 100, seed);
      return [fingerprint(test.images), Array.from(test.labels.data())];
    });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("gives every class its share of the test", () => {
    const { test } = splitDigits(digits, 1500, 1);
    for (const count of countsByClass(test.labels)) {
      expect(count).toBeGreaterThan(100);
      expect(count).toBeLessThan(200);
    }
  });

  it("does not touch the shared stream of random numbers", () => {
    tf.random.setSeed(3);
    const expected = tf.random.uniform([4]).toArray();
    tf.random.setSeed(3);
    splitDigits(digits, 10, 1);
    expect(tf.random.uniform([4]).toArray()).toEqual(expected);
  });

  it("takes single digits", () => {
    const { images, labels } = takeDigits(digits, [0, 9999]);
    expect(images.shape).toEqual([2, PIXELS]);
    expect(labels.toArray()).toEqual([0, 9]);
  });
});
