/** What control flow closes over: tensors and variables get gradients, also by tapes around what is traced. */
import * as tf from "gradtape";
import { describe, it } from "vitest";
import { double, expectValues, integer, leavesNothingActive } from "./control.js";

leavesNothingActive();

interface Closed {
  readonly c: tf.Tensor;
  readonly v: tf.Variable;
}

/** Functions of x that close over a tensor and a variable. */
const PROGRAMS: readonly (readonly [string, (closed: Closed) => (x: tf.Tensor) => tf.Tensor])[] = [
  [
    "the body of a loop",
    ({ c, v }) =>
      (x) =>
        tf.whileLoop(
          (i) => tf.less(i, 3),
          (i, s) => [i.add(1), tf.sin(s.mul(c)).add(v)],
          [integer(0), x],
        )[1],
  ],
  [
    "the condition and the body of a loop",
    ({ c, v }) =>
      (x) =>
        tf.whileLoop(
          (s) => tf.less(s, tf.add(v, 5)),
          (s) => [s.mul(c).add(v)],
          [x],
        )[0],
  ],
  [
    "both branches",
    ({ c, v }) =>
      (x) =>
        tf.cond(
          tf.greater(x, 0),
          () => x.mul(c).mul(v),
          () => tf.sin(c).add(v),
        ),
  ],
  [
    "a branch in a loop",
    ({ c, v }) =>
      (x) =>
        tf.whileLoop(
          (i) => tf.less(i, 4),
          (i, s) => [
            i.add(1),
            tf.cond(
              tf.greater(s, 1),
              () => s.div(c),
              () => s.add(v),
            ),
          ],
          [integer(0), x],
        )[1],
  ],
  [
    "the step of a scan, which is also what is scanned",
    ({ c, v }) =>
      (x) =>
        tf.reduceSum(
          tf.scan(
            (s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e).mul(c)).add(v),
            tf.stack([c, x, c]),
            {
              initializer: x,
            },
          ),
        ),
  ],
  [
    "the step of a scan that is computed again",
    ({ c, v }) =>
      (x) =>
        tf.reduceSum(
          tf.scan(
            (s: tf.Tensor, e: tf.Tensor) => tf.sin(s.mul(e).mul(c)).add(v),
            tf.stack([c, x, c]),
            {
              checkpoint: 1,
            },
          ),
        ),
  ],
  [
    "a map",
    ({ c, v }) =>
      (x) =>
        tf.reduceSum(tf.mapFn((e: tf.Tensor) => tf.sin(e.mul(c)).mul(v), tf.stack([x, x.mul(2)]))),
  ],
  [
    "a branch that gives the variable itself",
    ({ c, v }) =>
      (x) =>
        tf
          .cond<tf.Tensor | tf.Variable>(
            tf.greater(x, 0),
            () => v,
            () => c,
          )
          .mul(x),
  ],
];

const closed = (): Closed => ({ c: double(1.3), v: new tf.Variable(double(0.7)) });

/** The gradients by what a program closes over and by its input, of whatever runs it. */
function gradients(
  { c, v }: Closed,
  x: tf.Tensor,
  run: (x: tf.Tensor) => tf.Tensor,
): readonly tf.Tensor[] {
  const tape = new tf.GradientTape();
  tape.watch([x, c]);
  return tape.gradient(run(x), [x, c, v], { unconnectedGradients: "zero" });
}

describe.each(PROGRAMS)("closed over by %s", (_, make) => {
  const outside = closed();
  const f = make(outside);
  const x = double(0.8);
  const expected = gradients(outside, x, f);
  const expectSame = (found: readonly tf.Tensor[]): void => {
    found.forEach((one, index) => void expectValues(one, expected[index]!));
  };

  it("as differences say", () => {
    const { v } = outside;
    const step = 1e-6;
    const at = (dx: number, dc: number, dv: number): number =>
      make({ c: outside.c.add(dc), v: new tf.Variable(v.add(dv)) })(x.add(dx)).item();
    const numeric = [
      at(step, 0, 0) - at(-step, 0, 0),
      at(0, step, 0) - at(0, -step, 0),
      at(0, 0, step) - at(0, 0, -step),
    ];
    expected.forEach((one, index) => void expectValues(one, numeric[index]! / (2 * step), 1e-7));
  });

  it("seen by a tape around a graph that is run", () => {
    const graph = tf.graph.trace(f, [x]);
    expectSame(gradients(outside, x, (own) => tf.graph.run(graph, [own])[0]!));
  });

  it("seen by a tape around rows", () => {
    const inRows = (own: tf.Tensor): tf.Tensor => tf.vectorizedMap(f, own.reshape([1]));
    expectSame(gradients(outside, x, inRows));
  });

  it("seen by a tape that is traced itself", () => {
    const graph = tf.graph.trace((own: tf.Tensor) => [...gradients(outside, own, f)], [x]);
    expectSame(tf.graph.run(graph, [x]));
  });

  it("seen by a tape in a row", () => {
    const found = tf.vectorizedMap(
      (own: tf.Tensor) => [...gradients(outside, own, f)],
      x.reshape([1]),
    );
    expectSame(found.map((one) => one.at(0)));
  });

  it("seen by an accumulator around a graph that is run", () => {
    const graph = tf.graph.trace(f, [x]);
    [x, outside.c, outside.v].forEach((primal, index) => {
      using accumulator = new tf.ForwardAccumulator([primal], [double(1)]);
      const value = tf.graph.run(graph, [x])[0]!;
      const tangent = accumulator.jvp(value, { unconnectedGradients: "zero" });
      expectValues(tangent, expected[index]!);
    });
  });

  it("in second derivatives, across the tapes", () => {
    const { c, v } = outside;
    const mixed = (run: (own: tf.Tensor) => tf.Tensor): readonly tf.Tensor[] => {
      const outer = new tf.GradientTape();
      outer.watch(c);
      const slope = tf.grad(run)(x);
      return outer.gradient(slope, [c, v], { unconnectedGradients: "zero" });
    };
    const graph = tf.graph.trace(f, [x]);
    const due = mixed(f);
    const found = mixed((own) => tf.graph.run(graph, [own])[0]!);
    found.forEach((one, index) => void expectValues(one, due[index]!));
  });
});
