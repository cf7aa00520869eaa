/** Views share the buffer of what they are taken of; joins and copies do not, and nothing writes to a buffer. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";

// A buffer of its own, as small tensors that the library makes share theirs.
const elements = Float32Array.from({ length: 24 }, (_, index) => index);
const source = tf.constant(elements, { shape: [2, 3, 4], copy: false });
const { buffer } = elements;

/** Whether the part uses the source's buffer; data() copies where elements are not in order, so the last row is asked. */
function sharesBuffer(part: tf.Tensor): boolean {
  const pair = part.rank === 1 ? part : part.at(...new Array<number>(part.rank - 1).fill(0));
  return pair.data({ copy: false }).buffer === buffer;
}

describe("views", () => {
  it("reshape, slice, split, unstack, at, expandDims and squeeze copy nothing", () => {
    const views = [
      tf.reshape(source, [4, 6]),
      tf.slice(source, [0, 1, 1], [2, 1, 2]),
      ...tf.split(source, 2, 1 - 1),
      ...tf.unstack(source, 1),
      source.at(1),
      tf.expandDims(source, 1),
      tf.squeeze(tf.expandDims(source, 0)),
      tf.transpose(source, [1, 0, 2]),
      tf.broadcastTo(source, [5, 2, 3, 4]),
      tf.reverse(source, [0, 1]),
      tf.stridedSlice(source, [0, 2], [2, 0], [1, -2]),
    ];
    for (const view of views) expect(sharesBuffer(view), String(view)).toBe(true);
  });

  it("a transpose of a slice of a reversal reads the right elements", () => {
    const view = tf.transpose(tf.slice(tf.reverse(source, [2]), [1, 0, 1], [1, 3, 2]));
    expect(view.shape).toEqual([2, 3, 1]);
    expect(view.toArray()).toEqual([
      [[14], [18], [22]],
      [[13], [17], [21]],
    ]);
  });

  it("reshape copies where no layout of the same buffer has the shape", () => {
    const turned = tf.transpose(source.at(0));
    const flat = tf.reshape(turned, [-1]);
    expect(flat.toArray()).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(flat.data({ copy: false }).buffer).not.toBe(buffer);
  });

  it("operations on views leave the source as it was", () => {
    const before = source.toArray();
    tf.add(source.at(0), 1);
    tf.tensorScatterNdUpdate(source, [[0]], tf.zeros([1, 3, 4]));
    tf.tensorScatterNdAdd(source, [[0, 0, 0]], [5]);
    new tf.Variable(source).assignAdd(tf.ones([2, 3, 4]));
    const tape = new tf.GradientTape();
    tape.watch(source);
    tape.gradient(source.at(0).sum().add(source.sum()), source);
    expect(source.toArray()).toEqual(before);
  });

  it("public functions give new tensors, which can be watched apart", () => {
    const x = tf.constant([1, 2]);
    const same = [
      tf.reshape(x, [2]),
      tf.transpose(x),
      tf.broadcastTo(x, [2]),
      tf.squeeze(x),
      tf.slice(x, [0], [2]),
      tf.concat([x], 0),
    ];
    for (const y of same) {
      expect(y === x).toBe(false);
      expect(y.toArray()).toEqual([1, 2]);
    }
  });
});
