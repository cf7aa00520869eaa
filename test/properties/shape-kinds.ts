/** Steps that move elements: new shapes, parts, joins and paddings. */

import * as tf from "gradtape";
import { sizeOf } from "../../src/core/shape.js";
import { type Draft, type Kind, kind } from "./kinds.js";
import type { Slot } from "./program.js";
import { anyAxis, broadcast, ofRank, sameShape, shuffled } from "./values.js";

/** A step of one operand of at least one axis. */
function moving<A extends object>(
  name: string,
  f: (x: tf.Tensor, attributes: A) => tf.Tensor | readonly tf.Tensor[],
  attributes: (draft: Draft, x: Slot) => A | undefined,
  least = 1,
): Kind {
  return kind<A>({
    name,
    run: ({ operands: [x], attributes: own }) => f(x!, own),
    write: (draft) => {
      const x = draft.some(ofRank(least));
      const own = x && attributes(draft, x);
      if (own !== undefined) draft.add(name, [x!], own);
    },
  });
}

/** Shapes of up to three axes that hold so many elements. */
function shapesOf(size: number): number[][] {
  const lengths = [1, 2, 3, 4, 6].filter((length) => size % length === 0);
  const pairs = lengths.map((length) => [length, size / length]);
  const triples = lengths.flatMap((a) =>
    lengths.flatMap((b) => (size % (a * b) === 0 ? [[a, b, size / (a * b)]] : [])),
  );
  return [[size], ...pairs, ...triples];
}

interface Block {
  readonly begin: number[];
  readonly size: number[];
}

/** The list of some operands of one shape, or of shapes that differ on an axis. */
function joined(draft: Draft, first: Slot, fits: (other: Slot) => boolean): Slot[] {
  const slots = [first];
  const count = draft.integer(2, 3);
  while (slots.length < count) slots.push(draft.some(fits) ?? first);
  return slots;
}

const concat = kind<{ axis: number }>({
  name: "concat",
  weight: 2,
  run: ({ operands, attributes: { axis } }) => tf.concat(operands, axis),
  write: (draft) => {
    const x = draft.some(ofRank(1));
    if (x === undefined) return;
    const axis = anyAxis(draft, x);
    const slots = joined(
      draft,
      x,
      ({ shape }) =>
        shape.length === x.shape.length &&
        shape.every((length, other) => other === axis || length === x.shape[other]),
    );
    if (slots.reduce((sum, { shape }) => sum + sizeOf(shape), 0) > draft.limits.largestSize) return;
    draft.add("concat", slots, { axis });
  },
});

const stack = kind<{ axis: number }>({
  name: "stack",
  weight: 2,
  run: ({ operands, attributes: { axis } }) => tf.stack(operands, axis),
  write: (draft) => {
    const most = draft.limits.largestSize / 3;
    const x = draft.some(({ shape }) => shape.length < 3 && sizeOf(shape) <= most);
    if (x === undefined) return;
    const slots = joined(draft, x, ({ shape }) => sameShape(shape, x.shape));
    draft.add("stack", slots, { axis: draft.integer(0, x.shape.length) });
  },
});

const broadcastTo = kind<{ shape: number[] }>({
  name: "broadcastTo",
  run: ({ operands: [x], attributes: { shape } }) => tf.broadcastTo(x!, shape),
  write: (draft) => {
    const x = draft.some();
    if (x === undefined || x.shape.length > 2) return;
    const wide = x.shape.map((length) => (length === 1 ? draft.integer(1, 3) : length));
    const shape = broadcast([draft.integer(1, 3), ...wide], x.shape, draft.limits);
    if (shape !== undefined) draft.add("broadcastTo", [x], { shape });
  },
});

export const shapeKinds: readonly Kind[] = [
  concat,
  stack,
  broadcastTo,
  moving(
    "reshape",
    (x, { shape }: { shape: number[] }) => tf.reshape(x, shape),
    (draft, { shape }) => ({ shape: draft.pick(shapesOf(sizeOf(shape))) }),
    0,
  ),
  moving(
    "transpose",
    (x, { perm }: { perm: number[] }) => tf.transpose(x, perm),
    (draft, { shape }) => ({ perm: shuffled(draft, shape.length) }),
    2,
  ),
  moving(
    "expandDims",
    (x, { axis }: { axis: number }) => tf.expandDims(x, axis),
    (draft, { shape }) => (shape.length < 3 ? { axis: draft.integer(0, shape.length) } : undefined),
    0,
  ),
  moving(
    "squeeze",
    (x) => tf.squeeze(x),
    (_, { shape }) => (shape.includes(1) ? {} : undefined),
  ),
  moving(
    "slice",
    (x, { begin, size }: Block) => tf.slice(x, begin, size),
    (draft, { shape }) => {
      const begin = shape.map((length) => draft.integer(0, length - 1));
      return { begin, size: shape.map((length, k) => draft.integer(1, length - begin[k]!)) };
    },
  ),
  moving(
    "stridedSlice",
    (x, { strides }: { strides: number[] }) =>
      tf.stridedSlice(
        x,
        strides.map((stride) => (stride < 0 ? -1 : 0)),
        strides.map((stride) => (stride < 0 ? -100 : 100)),
        strides,
      ),
    (draft, { shape }) => ({ strides: shape.map(() => draft.pick([1, 2, -1, -2])) }),
  ),
  moving(
    "at",
    (x, { index }: { index: number }) => x.at(index),
    (draft, { shape }) => ({ index: draft.integer(-1, shape[0]! - 1) }),
  ),
  moving(
    "reverse",
    (x, { axis }: { axis: number }) => tf.reverse(x, axis),
    (draft, x) => ({ axis: anyAxis(draft, x) }),
  ),
  moving(
    "roll",
    (x, { shift, axis }: { shift: number; axis: number }) => tf.roll(x, shift, axis),
    (draft, x) => ({ shift: draft.integer(-2, 2), axis: anyAxis(draft, x) }),
  ),
  moving(
    "tile",
    (x, { multiples }: { multiples: number[] }) => tf.tile(x, multiples),
    (draft, { shape }) => {
      const multiples = shape.map(() => draft.integer(1, 2));
      const size = shape.reduce((product, length, axis) => product * length * multiples[axis]!, 1);
      return size <= draft.limits.largestSize ? { multiples } : undefined;
    },
  ),
  moving(
    "unstack",
    (x, { axis }: { axis: number }) => tf.unstack(x, axis),
    (draft, x) => ({ axis: anyAxis(draft, x) }),
  ),
  moving(
    "split",
    (x, { sizes, axis }: { sizes: number[]; axis: number }) => tf.split(x, sizes, axis),
    (draft, x) => {
      const axis = anyAxis(draft, x);
      const length = x.shape[axis]!;
      if (length < 2) return undefined;
      const first = draft.integer(1, length - 1);
      return { sizes: [first, length - first], axis };
    },
  ),
  moving(
    "pad",
    (x, { paddings, mode }: { paddings: number[][]; mode: "CONSTANT" | "REFLECT" | "SYMMETRIC" }) =>
      tf.pad(x, paddings, mode === "CONSTANT" ? { mode, constantValues: 0.5 } : { mode }),
    (draft, { shape }) => {
      const mode = draft.pick(["CONSTANT", "REFLECT", "SYMMETRIC"] as const);
      const most = (length: number): number =>
        Math.min(1, mode === "REFLECT" ? length - 1 : length);
      const paddings = shape.map((length) => [
        draft.integer(0, most(length)),
        draft.integer(0, most(length)),
      ]);
      const size = shape.reduce(
        (product, length, axis) => product * (length + paddings[axis]![0]! + paddings[axis]![1]!),
        1,
      );
      return size <= draft.limits.largestSize ? { paddings, mode } : undefined;
    },
  ),
];
