/** Steps that are sums of products: of matrices, of tensors, and by equations. */

import * as tf from "gradtape";
import { sizeOf } from "../../src/core/shape.js";
import { type Draft, type Kind, kind } from "./kinds.js";
import type { Slot } from "./program.js";
import { broadcast, ofRank, shuffled } from "./values.js";

/** Operands are kept so small that sums of products are of a moderate size. */
function addOfSmall(
  draft: Draft,
  name: string,
  operands: readonly Slot[],
  attributes: object = {},
): void {
  const small = operands.map((one) => draft.within(one, -1.6, 1.6));
  const found = small.filter((one) => one !== undefined);
  if (found.length === operands.length) draft.add(name, found, attributes);
}

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const matmul = kind<Transposed>({
  name: "matmul",
  weight: 3,
  run: ({ operands: [a, b], attributes }) => tf.matmul(a!, b!, attributes),
  write: (draft) => {
    const a = draft.some(ofRank(2));
    if (a === undefined) return;
    const transposeA = draft.chance(0.4);
    const transposeB = draft.chance(0.4);
    const inner = a.shape.at(transposeA ? -2 : -1);
    const outer = a.shape.at(transposeA ? -1 : -2)!;
    const b = draft.some(({ shape }) => {
      if (shape.length < 2 || shape.at(transposeB ? -1 : -2) !== inner) return false;
      const batch = broadcast(a.shape.slice(0, -2), shape.slice(0, -2), draft.limits);
      const columns = shape.at(transposeB ? -2 : -1)!;
      return batch !== undefined && sizeOf(batch) * outer * columns <= draft.limits.largestSize;
    });
    if (b === undefined) return;
    addOfSmall(draft, "matmul", [a, b], { transposeA, transposeB });
  },
});

const matvec = kind({
  name: "matvec",
  run: ({ operands: [a, b] }) => tf.linalg.matvec(a!, b!),
  write: (draft) => {
    const a = draft.some(ofRank(2));
    const b = a && draft.some(({ shape }) => shape.length === 1 && shape[0] === a.shape.at(-1));
    if (b !== undefined) addOfSmall(draft, "matvec", [a!, b]);
  },
});

const tensordot = kind<{ axes: number }>({
  name: "tensordot",
  run: ({ operands: [a, b], attributes: { axes } }) => tf.tensordot(a!, b!, axes),
  write: (draft) => {
    const axes = draft.integer(0, 1);
    const a = draft.some(ofRank(axes));
    const b =
      a &&
      draft.some(({ shape }) => {
        const rank = a.shape.length + shape.length - 2 * axes;
        if (shape.length < axes || rank > 3) return false;
        if (axes === 1 && shape[0] !== a.shape.at(-1)) return false;
        const shared = axes === 1 ? shape[0]! ** 2 : 1;
        return (sizeOf(a.shape) * sizeOf(shape)) / shared <= draft.limits.largestSize;
      });
    if (b !== undefined) addOfSmall(draft, "tensordot", [a!, b], { axes });
  },
});

/** Letters for the axes of operands, in which axes of one length may share a letter, and some of them for the result. */
function equationOf(draft: Draft, slots: readonly Slot[]): string | undefined {
  const lengths = new Map<string, number>();
  const labelled = slots.map(({ shape }) =>
    shape
      .map((length) => {
        const known = [...lengths].filter(([, other]) => other === length);
        if (known.length > 0 && draft.chance(0.6)) return draft.pick(known)[0];
        const letter = "ijklmnopq"[lengths.size]!;
        lengths.set(letter, length);
        return letter;
      })
      .join(""),
  );
  const letters = [...lengths.keys()];
  const kept = shuffled(draft, letters.length)
    .map((place) => letters[place]!)
    .filter(() => draft.chance(0.6));
  if (kept.length > 3) return undefined;
  const size = sizeOf(kept.map((letter) => lengths.get(letter)!));
  if (size > draft.limits.largestSize) return undefined;
  return `${labelled.join(",")}->${kept.join("")}`;
}

const einsum = kind<{ equation: string }>({
  name: "einsum",
  weight: 4,
  run: ({ operands, attributes: { equation } }) => tf.einsum(equation, ...operands),
  write: (draft) => {
    const count = draft.pick([1, 2, 2, 2, 3]);
    const slots: Slot[] = [];
    for (let index = 0; index < count; index++) {
      const one = draft.some(ofRank(1));
      if (one === undefined) return;
      slots.push(one);
    }
    const equation = equationOf(draft, slots);
    if (equation !== undefined) addOfSmall(draft, "einsum", slots, { equation });
  },
});

export const contractionKinds: readonly Kind[] = [matmul, matvec, tensordot, einsum];
