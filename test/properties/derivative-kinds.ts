/** Steps that have to do with derivatives: rules of their own, recomputation, what stops gradients, and derivatives as values. */

import * as tf from "gradtape";
import { sizeOf } from "../../src/core/shape.js";
import { type Draft, type Kind, kind } from "./kinds.js";
import type { Slot } from "./program.js";
import { sameShape } from "./values.js";

/** Jacobians by more elements are too large. */
const MOST_COLUMNS = 6;

const stopGradient = kind({
  name: "stopGradient",
  run: ({ operands: [x], machine }) => machine.stop(x!),
  write: (draft) => {
    const x = draft.some();
    if (x !== undefined) draft.add("stopGradient", [x]);
  },
});

/** One value, or two. */
function oneOrTwo(draft: Draft): Slot[] {
  const first = draft.some();
  if (first === undefined) return [];
  const second = draft.chance(0.4) ? draft.some() : undefined;
  return second === undefined ? [first] : [first, second];
}

/** A block whose rule is written by hand: its true pullback, and, if `forward`, its true pushforward. */
const customGradient = kind<{ forward: boolean }>({
  name: "customGradient",
  weight: 3,
  run: ({ operands, attributes: { forward }, blocks: [body], machine }) => {
    if (machine.onHost) return body!(...operands);
    const f = (...own: tf.Tensor[]): tf.Tensor => body!(...own);
    const withRule = tf.customGradient((...own: tf.Tensor[]) => {
      const [value, pull] = tf.vjp(f, ...own);
      const pullback = (cotangent: tf.Tensor) => {
        const cotangents = pull(cotangent);
        return cotangents.length === 1 ? cotangents[0]! : cotangents;
      };
      const pushforward = (...tangents: tf.Tensor[]) => tf.jvp(f, own, tangents)[1];
      return forward ? [value, pullback, pushforward] : [value, pullback];
    });
    return withRule(...operands);
  },
  write: (draft) => {
    const operands = oneOrTwo(draft);
    const samples = operands.map((slot) => draft.sampleOf(slot));
    const forward = draft.chance(0.5);
    // The rule of forward mode runs the block again, perhaps where its values cannot be held.
    const body = draft.block(samples, { closes: false, stops: !forward });
    if (body === undefined || operands.length === 0) return;
    draft.add("customGradient", operands, { forward }, [body]);
  },
});

const recomputeGrad = kind({
  name: "recomputeGrad",
  weight: 3,
  run: ({ operands, blocks: [body], machine }) =>
    machine.onHost
      ? body!(...operands)
      : tf.recomputeGrad((...own: tf.Tensor[]) => body!(...own))(...operands),
  write: (draft) => {
    const operands = oneOrTwo(draft);
    const body = draft.block(operands.map((slot) => draft.sampleOf(slot)));
    if (body !== undefined) draft.add("recomputeGrad", operands, {}, [body]);
  },
});

type Along = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, direction: tf.Tensor) => tf.Tensor;

/** The derivatives of a block at one value, along another one or weighted by it. */
const DERIVATIVES: Readonly<Record<string, Along>> = {
  grad: (f, x, direction) =>
    tf.grad((own: tf.Tensor) => tf.reduceSum(f(own).mul(tf.reduceMean(direction))))(x),
  tape: (f, x, direction) => {
    const tape = new tf.GradientTape();
    try {
      const own = tf.identity(x);
      tape.watch(own);
      const value = tf.reduceSum(tf.square(f(own)));
      return tape.gradient(value, own, { unconnectedGradients: "zero" }).mul(direction);
    } finally {
      tape.stop();
    }
  },
  jvp: (f, x, direction) => tf.jvp(f, [x], [direction])[1],
  accumulator: (f, x, direction) => {
    const own = tf.identity(x);
    const accumulator = new tf.ForwardAccumulator(own, direction);
    try {
      return accumulator.jvp(f(own), { unconnectedGradients: "zero" });
    } finally {
      accumulator.stop();
    }
  },
};

const derivative = kind<{ by: string }>({
  name: "derivative",
  weight: 3,
  run: ({ operands: [x, direction], attributes: { by }, blocks: [body] }) =>
    DERIVATIVES[by]!((own) => body!(own), x!, direction!),
  write: (draft) => {
    const x = draft.some();
    const direction = x && draft.some(({ shape }) => sameShape(shape, x.shape));
    const body = direction && draft.block([draft.sampleOf(x!)]);
    if (body === undefined) return;
    const by = draft.pick(Object.keys(DERIVATIVES));
    draft.add("derivative", [x!, direction!], { by }, [body]);
  },
});

const jacobian = kind<{ mode: "forward" | "reverse" }>({
  name: "jacobian",
  run: ({ operands: [x], attributes: { mode }, blocks: [body] }) =>
    tf.jacobian((own: tf.Tensor) => body!(own), { mode })(x!),
  write: (draft) => {
    const x = draft.some(({ shape }) => shape.length < 3 && sizeOf(shape) <= MOST_COLUMNS);
    const result =
      x && draft.pick([[], [2], [3], [2, 2]].filter((one) => one.length + x.shape.length < 4));
    const body = result && draft.block([draft.sampleOf(x)], { result });
    if (body === undefined) return;
    draft.add("jacobian", [x!], { mode: draft.pick(["forward", "reverse"] as const) }, [body]);
  },
});

export const derivativeKinds: readonly Kind[] = [
  stopGradient,
  customGradient,
  recomputeGrad,
  derivative,
  jacobian,
];
