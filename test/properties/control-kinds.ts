/** Steps that are control flow over blocks: of the host program where values are known, and of the library. */

import * as tf from "gradtape";
import { isTracing } from "../../src/core/dispatch.js";
import { sizeOf } from "../../src/core/shape.js";
import {
  type BlockFunction,
  type Draft,
  type Kind,
  kind,
  type Machine,
  type Sample,
} from "./kinds.js";
import type { Slot } from "./program.js";
import { keepsFrom, ofRank, sameShape } from "./values.js";

interface Condition {
  readonly above: number;
  /** Whether it is written in the host language, except in what is traced. */
  readonly host: boolean;
}

function isOnHost(host: boolean, machine: Machine): boolean {
  return (host || machine.onHost) && !isTracing();
}

function threshold(draft: Draft, from: number, to: number): number {
  return Math.round(draft.number(from, to) * 100) / 100;
}

const cond = kind<Condition>({
  name: "cond",
  weight: 4,
  run: ({ operands: [test], attributes: { above, host }, blocks: [yes, no], machine }) => {
    const mean = tf.reduceMean(test!);
    machine.demand((limits) => keepsFrom(mean, above, limits));
    const condition = tf.greater(mean, above);
    if (isOnHost(host, machine)) return condition.item() !== 0 ? yes!() : no!();
    return tf.cond(
      condition,
      () => yes!(),
      () => no!(),
    );
  },
  write: (draft) => {
    const test = draft.some();
    const yes = draft.block([]);
    const result = yes && draft.block([], { result: yes.result.shape });
    if (test === undefined || result === undefined) return;
    const host = draft.chance(0.4);
    for (let tries = 0; tries < 5; tries++) {
      const attributes = { above: threshold(draft, -1, 1), host };
      if (draft.add("cond", [test], attributes, [yes!, result]) !== undefined) return;
    }
  },
});

/** A block that is repeated a fixed number of times. */
const repeat = kind<{ count: number }>({
  name: "for",
  weight: 2,
  run: ({ operands: [start], attributes: { count }, blocks: [body] }) => {
    let state = start!;
    for (let index = 0; index < count; index++) state = body!(state);
    return state;
  },
  write: (draft) => {
    const start = draft.some();
    const body = start && draft.block([draft.sampleOf(start)], { result: start.shape });
    if (body !== undefined) draft.add("for", [start!], { count: draft.integer(2, 3) }, [body]);
  },
});

interface While extends Condition {
  /** Whether an int32 counter is among the loop variables. */
  readonly counted: boolean;
}

/** A level that falls by amounts which depend on the state, until it is below a bound. */
const repeatWhile = kind<While>({
  name: "while",
  weight: 4,
  run: ({ operands: [start], attributes: { above, host, counted }, blocks: [body], machine }) => {
    const first = tf.tanh(tf.reduceMean(start!)).add(1.5);
    const goesOn = (level: tf.Tensor): tf.Tensor => {
      machine.demand((limits) => keepsFrom(level, above, limits));
      return tf.greater(level, above);
    };
    const next = (state: tf.Tensor, level: tf.Tensor): [tf.Tensor, tf.Tensor] => {
      const following = body!(state, level);
      const fall = tf.sigmoid(tf.reduceMean(following)).mul(0.3).add(0.4);
      return [following, level.sub(fall)];
    };
    if (isOnHost(host, machine)) {
      let [state, level] = [start!, first];
      while (goesOn(level).item() !== 0) [state, level] = next(state, level);
      return [state, level];
    }
    if (!counted) return tf.whileLoop((_, level) => goesOn(level), next, [start!, first]);
    const zero = tf.constant(0, { dtype: "int32" });
    const [, { state, level }] = tf.whileLoop(
      (count, own) => tf.logicalAnd(tf.less(count, 9), goesOn(own.level)),
      (count, own) => {
        const [following, lower] = next(own.state, own.level);
        return [count.add(1), { state: following, level: lower }];
      },
      [zero, { state: start!, level: first }],
      { maximumIterations: 10 },
    );
    return [state, level];
  },
  write: (draft) => {
    const start = draft.some();
    if (start === undefined) return;
    const sample = draft.sampleOf(start);
    const level: Sample = { shape: [], rows: sample.rows.map(() => tf.constant(1.2, DOUBLE)) };
    const body = draft.block([sample, level], { result: start.shape });
    if (body === undefined) return;
    const [host, counted] = [draft.chance(0.4), draft.chance(0.5)];
    for (let tries = 0; tries < 5; tries++) {
      const attributes = { above: threshold(draft, 0, 2.2), host, counted };
      if (draft.add("while", [start], attributes, [body]) !== undefined) return;
    }
  },
});

const DOUBLE = { dtype: "float64" } as const;

/** What a value's first entries are in each row. */
function entryOf({ shape, rows }: Sample): Sample {
  return { shape: shape.slice(1), rows: rows.map((tensor) => tensor.at(0)) };
}

interface Scan {
  readonly reverse: boolean;
  readonly checkpoint: boolean | number;
}

const scan = kind<Scan>({
  name: "scan",
  weight: 5,
  run: ({ operands: [elems, initializer], attributes, blocks: [body], machine }) => {
    if (machine.onHost) return scanOnHost(body!, elems!, initializer, attributes.reverse);
    return tf.scan(
      (state: tf.Tensor, entry: tf.Tensor) => body!(state, entry),
      elems!,
      initializer === undefined ? attributes : { ...attributes, initializer },
    );
  },
  write: (draft) => {
    const elems = draft.some(ofRank(1));
    if (elems === undefined) return;
    const entry = entryOf(draft.sampleOf(elems));
    const length = elems.shape[0]!;
    const most = draft.limits.largestSize / length;
    const initializer = draft.chance(0.5)
      ? draft.some(({ shape }) => shape.length < 3 && sizeOf(shape) <= most)
      : undefined;
    const state = initializer === undefined ? entry : draft.sampleOf(initializer);
    const body = draft.block([state, entry], { result: state.shape });
    if (body === undefined) return;
    draft.add(
      "scan",
      initializer === undefined ? [elems] : [elems, initializer],
      { reverse: draft.chance(0.4), checkpoint: draft.pick([false, true, 1, 2]) },
      [body],
    );
  },
});

function scanOnHost(
  body: BlockFunction,
  elems: tf.Tensor,
  initializer: tf.Tensor | undefined,
  reverse: boolean,
): tf.Tensor {
  const entries = [...elems];
  if (reverse) entries.reverse();
  const states: tf.Tensor[] = [];
  for (const entry of entries) {
    const state = states.at(-1) ?? initializer;
    states.push(state === undefined ? entry : body(state, entry));
  }
  if (reverse) states.reverse();
  return tf.stack(states);
}

type Map = (f: (entries: tf.Tensor[]) => tf.Tensor, elems: tf.Tensor[]) => tf.Tensor;

/** A block applied to the entries of one or two values. */
function mapping(name: string, map: Map, traces: boolean): Kind {
  const inTurn: Map = (f, elems) =>
    tf.stack(
      Array.from({ length: elems[0]!.shape[0]! }, (_, row) => f(elems.map((x) => x.at(row)))),
    );
  return kind({
    name,
    weight: 4,
    run: ({ operands, blocks: [body], machine }) =>
      (machine.onHost ? inTurn : map)((entries) => body!(...entries), [...operands]),
    write: (draft) => {
      const first = draft.some(ofRank(1));
      if (first === undefined) return;
      const elems: Slot[] = [first];
      const fits = ({ shape }: Slot): boolean =>
        shape.length > 0 && sameShape(shape.slice(0, 1), first.shape.slice(0, 1));
      const second = draft.chance(0.4) ? draft.some(fits) : undefined;
      if (second !== undefined) elems.push(second);
      const body = draft.block(
        elems.map((slot) => entryOf(draft.sampleOf(slot))),
        { stops: !traces },
      );
      if (body !== undefined) draft.add(name, elems, {}, [body]);
    },
  });
}

export const controlKinds: readonly Kind[] = [
  cond,
  repeat,
  repeatWhile,
  scan,
  mapping("mapFn", (f, elems) => tf.mapFn(f, elems), false),
  mapping("vectorizedMap", (f, elems) => tf.vectorizedMap(f, elems), true),
];
