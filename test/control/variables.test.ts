/** Variables in control flow: when they are read, watched and assigned. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { double, expectValues, integer, leavesNothingActive } from "./control.js";

leavesNothingActive();

describe("variables", () => {
  it("are read when a graph is run, not when it is traced", () => {
    const v = new tf.Variable(double(2));
    const graph = tf.graph.trace(
      (x: tf.Tensor) =>
        tf.whileLoop(
          (i) => tf.less(i, 2),
          (i, s) => [i.add(1), s.mul(v)],
          [integer(0), x],
        )[1],
      [double(1)],
    );
    expectValues(tf.graph.run(graph, [double(1)])[0]!, 4);
    v.assign(3);
    expectValues(tf.graph.run(graph, [double(1)])[0]!, 9);
  });

  it("that are not trainable are not watched by being read in a loop", () => {
    const v = new tf.Variable(double(2), { trainable: false });
    const tape = new tf.GradientTape();
    const y = tf.vectorizedMap(
      (x: tf.Tensor) => tf.scan((s: tf.Tensor, e: tf.Tensor) => s.mul(e).mul(v), x),
      double([[1, 2]]),
    );
    expect(tape.watchedVariables()).toEqual([]);
    expect(tape.gradient(y, v, { unconnectedGradients: "none" })).toBe(null);
  });

  it("may be assigned in a loop on values; each iteration reads what is there", () => {
    const v = new tf.Variable(double(1));
    const tape = new tf.GradientTape();
    const [, sum] = tf.whileLoop(
      (i) => tf.less(i, 3),
      (i, s) => {
        const next = s.add(v);
        v.assign(double(10));
        return [i.add(1), next];
      },
      [integer(0), double(0)],
    );
    expect(sum.item()).toBe(21);
    expect(tape.gradient(sum, v).item()).toBe(3);
  });

  it("cannot be assigned in a loop that is traced", () => {
    const v = new tf.Variable(double(1));
    const f = (x: tf.Tensor): tf.Tensor =>
      tf.whileLoop(
        (s) => tf.less(s, 3),
        (s) => {
          v.assign(double(10));
          return [s.add(1)];
        },
        [x],
      )[0];
    expect(() => tf.vectorizedMap(f, double([1, 2]))).toThrow(tf.TraceError);
    expect(v.toArray()).toBe(1);
  });

  it("created by a step on values get gradients by the tape around", () => {
    let own: tf.Variable | undefined;
    const tape = new tf.GradientTape();
    const states = tf.scan(
      (s: tf.Tensor, e: tf.Tensor) => {
        own ??= new tf.Variable(double(2));
        return s.mul(e).mul(own);
      },
      double([1, 3, 5]),
    );
    expect(states.toArray()).toEqual([1, 6, 60]);
    expect(tape.gradient(states, own!).item()).toBe(3 + 60);
  });
});
