/** What kinds of steps ask of values and shapes. */

import * as tf from "gradtape";
import { type Shape, sizeOf } from "../../src/core/shape.js";
import { valuesOf } from "../harness/operands.js";
import type { Draft } from "./kinds.js";
import type { Slot } from "./program.js";

/** How large elements of operands may be where nothing else is said. */
export const LARGEST_VALUE = 5;

/** What a program is kept to. */
export interface Limits {
  /** How far values stay from where a derivative jumps. */
  readonly margin: number;
  /** How many elements a value may have. */
  readonly largestSize: number;
  /** How large elements may be. */
  readonly largestValue: number;
  /** How many steps may be run, those in loops counted each time. */
  readonly mostSteps: number;
}

/** Whether all elements are in an interval. */
export function isWithin(tensor: tf.Tensor, from: number, to: number): boolean {
  return valuesOf(tensor).every((value) => value >= from && value <= to);
}

/** Whether all elements keep the margin from a point. */
export function keepsFrom(tensor: tf.Tensor, point: number, { margin }: Limits): boolean {
  return valuesOf(tensor).every((value) => Math.abs(value - point) > margin);
}

/** Whether along some axes a single element is the largest, by the margin. */
export function hasOneLargest(x: tf.Tensor, axes: readonly number[], { margin }: Limits): boolean {
  const largest = tf.reduceMax(x, { axis: axes, keepdims: true });
  const near = tf.cast(tf.greater(x, largest.sub(margin)), "int32");
  return tf.reduceSum(near).item() === largest.size;
}

/** The shape that two shapes broadcast to, where they do and it is not too large. */
export function broadcast(a: Shape, b: Shape, { largestSize }: Limits): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let back = rank; back >= 1; back--) {
    const first = a[a.length - back] ?? 1;
    const second = b[b.length - back] ?? 1;
    if (first !== second && first !== 1 && second !== 1) return undefined;
    result.push(Math.max(first, second));
  }
  return sizeOf(result) <= largestSize ? result : undefined;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Whether the value has at least so many axes. */
export function ofRank(least: number): (slot: Slot) => boolean {
  return ({ shape }) => shape.length >= least;
}

export function anyAxis(draft: Draft, { shape }: Slot): number {
  return draft.integer(0, shape.length - 1);
}

/** Some of the axes; all of them, rather often. */
export function someAxes(draft: Draft, { shape }: Slot): number[] {
  const all = [...shape.keys()];
  if (shape.length < 2 || draft.chance(0.25)) return all;
  const one = draft.pick(all);
  return draft.chance(0.8) ? [one] : all.filter((axis) => axis !== one);
}

/** The numbers from 0 in some order. */
export function shuffled(draft: Draft, count: number): number[] {
  const rest = Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: count }, () => {
    const [one] = rest.splice(draft.integer(0, rest.length - 1), 1);
    return one!;
  });
}
