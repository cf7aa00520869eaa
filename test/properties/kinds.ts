/** What a kind of step is: how it is run, and how a program that is being written comes to contain it. */

import type * as tf from "gradtape";
import type { Shape } from "../../src/core/shape.js";
import type { Block, Slot } from "./program.js";
import type { Limits } from "./values.js";

/** How a program is run. */
export interface Machine {
  /** Whether everything is written in the host language: loops and branches on values, and functions without rules of their own. */
  readonly onHost: boolean;
  /** What `stopGradient` gives. */
  stop(tensor: tf.Tensor): tf.Tensor;
  /** @throws Unsuitable in a checked run, unless the condition holds. */
  demand(condition: (limits: Limits) => boolean): void;
}

/** A step may not be run at these values: they are outside its domain, too large, or close to where it has no derivative. */
export class Unsuitable extends Error {}

/** A block as a function; it closes over the values around it. */
export type BlockFunction = (...parameters: tf.Tensor[]) => tf.Tensor;

/** One run of a step. */
export interface StepCall<A> {
  readonly operands: readonly tf.Tensor[];
  readonly attributes: A;
  readonly blocks: readonly BlockFunction[];
  readonly machine: Machine;
}

/** What a value is in each row. */
export interface Sample {
  readonly shape: Shape;
  readonly rows: readonly tf.Tensor[];
}

/** A program, or a block of one, that is being written. */
export interface Draft {
  readonly limits: Limits;
  /** How many blocks it is in. */
  readonly depth: number;
  /** An integer of an interval, whose bounds are included. */
  integer(from: number, to: number): number;
  number(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A value for which a condition holds, rather a late one. */
  some(condition?: (slot: Slot) => boolean): Slot | undefined;
  sampleOf(slot: Slot): Sample;
  /** Appends a step and gives its results; undefined, with no step, where it cannot be run in every row. */
  add(
    kind: string,
    operands: readonly Slot[],
    attributes?: object,
    blocks?: readonly Block[],
  ): readonly Slot[] | undefined;
  /** The value itself if all its elements are in the interval, else one squashed into it. */
  within(slot: Slot, from: number, to: number): Slot | undefined;
  /** A block that is written for parameters like the given ones. */
  block(parameters: readonly Sample[], options?: BlockOptions): Block | undefined;
}

export interface BlockOptions {
  /** The shape of the result; any by default. */
  readonly result?: Shape;
  /** Whether it may close over values around it. Default true. */
  readonly closes?: boolean;
  /** Whether it may contain `stopGradient`. Default true. */
  readonly stops?: boolean;
}

/** A kind of step. */
export interface Kind<A = unknown> {
  readonly name: string;
  /** How often it is drawn, beside the others. Default 1. */
  readonly weight?: number;
  run(call: StepCall<A>): tf.Tensor | readonly tf.Tensor[];
  /** Adds a step of this kind to a draft, if there is a way to. */
  write(draft: Draft): void;
}

/** A kind whose attributes are known to itself alone. */
export function kind<A>(declaration: Kind<A>): Kind {
  return declaration as Kind;
}
