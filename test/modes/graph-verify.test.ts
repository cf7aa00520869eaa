/** `tf.graph.verify`, and inputs that graphs do not take. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import { untyped } from "../tape/tapes.js";
import { double, errorOf, leavesNothingActive } from "./modes.js";

leavesNothingActive();

describe("graph.verify", () => {
  const graph = tf.graph.trace((x: tf.Tensor) => tf.exp(x.mul(2)).add(x), [tf.zeros([3])]);
  const sum = tf.graph.trace(
    (a: tf.Tensor, b: tf.Tensor) => a.add(b),
    [tf.zeros([3]), tf.zeros([3])],
  );
  const joined = tf.graph.trace(
    (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
    [tf.zeros([1, 2]), tf.zeros([1, 2])],
  );
  const node = (index: number): tf.Graph["nodes"][number] => graph.nodes[index]!;
  const replaced = (index: number, change: Partial<tf.Graph["nodes"][number]>): tf.Graph => ({
    ...graph,
    nodes: graph.nodes.map((one, other) => (other === index ? { ...one, ...change } : one)),
  });
  const names = graph.nodes.map(({ op }) => op.name);
  const exp = names.indexOf("exp");
  const last = graph.nodes.length - 1;

  it("takes a graph that was traced", () => {
    expect(() => tf.graph.verify(graph)).not.toThrow();
    expect(names).toContain("exp");
    expect(names[last]).toBe("add");
  });

  const broken: readonly (readonly [string, tf.Graph, RegExp])[] = [
    [
      "an operand that comes later",
      replaced(exp, { operands: [node(last).firstOutput] }),
      new RegExp(`exp takes %${node(last).firstOutput} before it is there`),
    ],
    ["an operand that is nowhere", replaced(exp, { operands: [99] }), /exp takes %99 before/],
    [
      "an output that is numbered as another",
      replaced(exp, { firstOutput: 0 }),
      /%0 is defined again by exp/,
    ],
    [
      "a wrong number of outputs",
      replaced(exp, { outputs: 2 }),
      /exp has 2 outputs where it gives 1/,
    ],
    [
      "an output of another type",
      {
        ...graph,
        types: graph.types.map((type, value) =>
          value === node(exp).firstOutput ? tf.zeros([4]).type : type,
        ),
      },
      /is float32\[4\], but exp gives float32\[3\]/,
    ],
    [
      "operands that the operation refuses",
      {
        ...graph,
        types: graph.types.map((type, value) =>
          value === 0 ? tf.zeros([3], { dtype: "float64" }).type : type,
        ),
      },
      /multiply|add/,
    ],
    [
      "operands of different shapes, where the operation takes equal ones",
      { ...sum, types: sum.types.map((type, value) => (value === 1 ? tf.zeros([2]).type : type)) },
      /add/,
    ],
    [
      "operands of different dtypes",
      {
        ...sum,
        types: sum.types.map((type, value) => (value === 1 ? double([1, 2, 3]).type : type)),
      },
      /add/,
    ],
    ["too few operands", replaced(last, { operands: node(last).operands.slice(0, 1) }), /add/],
    ["too many operands", replaced(exp, { operands: [...node(exp).operands, 0] }), /exp/],
    [
      "operands that do not fit each other",
      {
        ...joined,
        types: joined.types.map((type, value) => (value === 1 ? tf.zeros([3]).type : type)),
      },
      /concat/,
    ],
    ["a value without a type", { ...graph, types: graph.types.slice(0, -1) }, /which has no type/],
    ["a result that is nowhere", { ...graph, outputs: [99] }, /it returns %99, which is not there/],
    [
      "a missing node",
      { ...graph, nodes: graph.nodes.slice(0, -1) },
      /it returns %\d+, which is not/,
    ],
    ["an input twice", { ...graph, inputs: [0, 0] }, /%0 is defined again by input 1/],
  ];

  it.each(broken)("%s is an InternalError that names it", (_, wrong, message) => {
    const error = errorOf(() => tf.graph.verify(wrong));
    expect(error).toBeInstanceOf(tf.InternalError);
    expect(error.message).toMatch(/^graph \w+ is malformed: /);
    expect(error.message).toMatch(message);
  });

  it("graphs inside of operations are checked too", () => {
    const inner = tf.recomputeGrad((x: tf.Tensor) => tf.exp(x));
    const outer = tf.graph.trace((x: tf.Tensor) => inner(x).mul(2), [tf.constant(0)]);
    tf.graph.verify(outer);
    const text = tf.graph.print(outer);
    expect(text).toContain("exp");
    const { attributes: held } = outer.nodes[0]!;
    const attributes = held as { graph: tf.Graph };
    const wrong: tf.Graph = {
      ...outer,
      nodes: outer.nodes.map((one, index) =>
        index === 0 ? { ...one, attributes: { graph: { ...attributes.graph, nodes: [] } } } : one,
      ),
    };
    expect(() => tf.graph.verify(wrong)).toThrow(tf.InternalError);
    expect(() => tf.graph.verify(wrong)).toThrow(/graph recompute is malformed/);
  });
});

describe("graph: bad input", () => {
  it("what is no function or no nest of tensors is an ArgumentError", () => {
    expect(() => untyped(tf.graph.trace, 3, [])).toThrow(/graph\.trace: f must be a function/);
    expect(() => untyped(tf.graph.trace, (x: unknown) => x, [1])).toThrow(tf.ArgumentError);
    expect(() => tf.graph.trace(() => 3, [])).toThrow(/graph\.trace: what f returns/);
  });

  it("inputs that do not fit are errors that name them", () => {
    const graph = tf.graph.trace(
      (a: tf.Tensor, b: tf.Tensor) => a.add(b),
      [tf.zeros([3]), tf.zeros([3])],
    );
    const [three, two] = [tf.constant([1, 2, 3]), tf.constant([1, 2])];
    expect(() => tf.graph.run(graph, [three])).toThrow(tf.ArgumentError);
    expect(() => tf.graph.run(graph, [three, three, three])).toThrow(tf.ArgumentError);
    expect(() => tf.graph.run(graph, [three, two])).toThrow(tf.ShapeError);
    expect(() => tf.graph.run(graph, [three, tf.cast(three, "float64")])).toThrow(tf.DTypeError);
    expect(() => tf.graph.run(graph, [three, 3])).toThrow(tf.ShapeError);
    expect(() => untyped(tf.graph.run, graph, [three, "three"])).toThrow(tf.ArgumentError);
    expect(tf.graph.run(graph, [three, three])[0]!.toArray()).toEqual([2, 4, 6]);
  });

  it("reading a value is a TraceError with the user's line, assigning one too", () => {
    const error = errorOf(() =>
      tf.graph.trace((x: tf.Tensor) => x.mul(x.item()), [tf.constant(3)]),
    );
    expect(error).toBeInstanceOf(tf.TraceError);
    expect(error.message).toMatch(/graph-verify\.test\.ts:\d+:\d+/);
    expect(error.message).toContain("tf.graph.trace traces its function");
    const v = new tf.Variable(1);
    expect(() =>
      tf.graph.trace(
        (x: tf.Tensor) => {
          v.assign(x);
          return x;
        },
        [tf.constant(3)],
      ),
    ).toThrow(tf.TraceError);
    expect(v.item()).toBe(1);
  });
});
