/** Packing: parts of an operand copied into panels, in the order in which the register tile reads them. */

import type { FunctionBuilder, FunctionReference, Local } from "./function-builder.js";
import {
  addConstant,
  addLocal,
  lanesIn,
  type Setting,
  sharedFunction,
  whileLeft,
  widthOf,
} from "./matmul-elements.js";

/**
 * The parameters of packing; distances are in bytes. A panel has for each of `count` positions along the inner axis the elements
 * across it, of which `valid` are in the operand and the others are zeros.
 */
export const PACK = {
  source: 0,
  target: 1,
  /** Between elements across the panel, and between those along the inner axis. */
  across: 2,
  along: 3,
  valid: 4,
  count: 5,
} as const;

/** The function that packs a panel with so many elements across. */
export function packFunction(setting: Setting, across: number): FunctionReference {
  const parameters = Object.keys(PACK).length;
  return sharedFunction(setting, `pack ${across}`, parameters, (body) => {
    new PackEmitter(body, setting, across).emit();
  });
}

class PackEmitter {
  readonly #body: FunctionBuilder;
  readonly #setting: Setting;
  readonly #across: number;
  readonly #width: number;
  readonly #lanes: number;

  constructor(body: FunctionBuilder, setting: Setting, across: number) {
    this.#body = body;
    this.#setting = setting;
    this.#across = across;
    this.#width = widthOf(setting.type);
    this.#lanes = lanesIn(setting.type);
  }

  emit(): void {
    const body = this.#body;
    if (this.#across % this.#lanes === 0) {
      body.get(PACK.valid).constant("i32", this.#across).op("i32.eq");
      body.if(() => {
        body.get(PACK.across).constant("i32", this.#width).op("i32.eq");
        body.if(
          () => this.#copy(),
          () => {
            body.get(PACK.along).constant("i32", this.#width).op("i32.eq");
            body.if(() => this.#transpose());
          },
        );
      });
    }
    this.#copyElements();
  }

  /** Copies elements that lie side by side. */
  #copy(): void {
    const body = this.#body;
    whileLeft(body, PACK.count, 1, () => {
      for (let at = 0; at < this.#across * this.#width; at += 16) {
        body.get(PACK.target).get(PACK.source).memory("v128.load", at).memory("v128.store", at);
      }
      addLocal(body, PACK.source, PACK.along);
      addConstant(body, PACK.target, this.#across * this.#width);
    });
  }

  /** Copies what lies side by side along the inner axis, as many vectors as a vector has lanes at a time; leaves the rest of the count. */
  #transpose(): void {
    const body = this.#body;
    const lanes = this.#lanes;
    const [source, target] = [body.local("i32"), body.local("i32")];
    const [left, groups] = [body.local("i32"), body.local("i32")];
    const pointers = Array.from({ length: lanes }, () => body.local("i32"));
    const vectors = Array.from({ length: lanes }, () => body.local("v128"));
    const rowBytes = this.#across * this.#width;
    body.get(PACK.source).set(source).get(PACK.target).set(target);
    body.constant("i32", this.#across / lanes).set(groups);
    whileLeft(body, groups, 1, () => {
      body.get(target).set(PACK.target).get(PACK.count).set(left);
      pointers.forEach((pointer) => {
        body.get(source).set(pointer);
        addLocal(body, source, PACK.across);
      });
      whileLeft(body, left, lanes, () => {
        pointers.forEach((pointer, index) => {
          body.get(pointer).memory("v128.load").set(vectors[index]!);
          addConstant(body, pointer, 16);
        });
        transposeVectors(body, vectors).forEach((vector, index) => {
          body
            .get(PACK.target)
            .get(vector)
            .memory("v128.store", index * rowBytes);
        });
        addConstant(body, PACK.target, lanes * rowBytes);
      });
      addConstant(body, target, 16);
    });
    // The rest lies where the last group has stopped, one group after the other.
    addConstant(body, PACK.target, 16 - rowBytes);
    body.get(PACK.source).get(PACK.count).get(left).op("i32.sub");
    body.constant("i32", this.#width).op("i32.mul").op("i32.add").set(PACK.source);
    body.get(left).set(PACK.count);
  }

  /** Copies one element at a time, and zeros behind the last one that there is. */
  #copyElements(): void {
    const body = this.#body;
    const { type } = this.#setting;
    const [from, left] = [body.local("i32"), body.local("i32")];
    whileLeft(body, PACK.count, 1, () => {
      body.get(PACK.source).set(from).get(PACK.valid).set(left);
      whileLeft(body, left, 1, () => {
        body.get(PACK.target).get(from).memory(`${type}.load`).memory(`${type}.store`);
        addLocal(body, from, PACK.across);
        addConstant(body, PACK.target, this.#width);
      });
      body.constant("i32", this.#across).get(PACK.valid).op("i32.sub").set(left);
      whileLeft(body, left, 1, () => {
        body.get(PACK.target).constant(type, 0).memory(`${type}.store`);
        addConstant(body, PACK.target, this.#width);
      });
      addLocal(body, PACK.source, PACK.along);
    });
  }
}

/** The bytes of two vectors that make up a third, given the elements. */
function bytesAt(width: number, elements: readonly number[]): number[] {
  return elements.flatMap((element) =>
    Array.from({ length: width }, (_, byte) => element * width + byte),
  );
}

/** Transposes the square matrix whose rows are in the vectors, in place; gives the vectors in the order of its columns. */
function transposeVectors(body: FunctionBuilder, vectors: readonly Local[]): readonly Local[] {
  const spare = body.local("v128");
  const interleave = (one: Local, other: Local, width: number, elements: number[][]): void => {
    body.get(one).get(other).shuffle(bytesAt(width, elements[0]!)).set(spare);
    body.get(one).get(other).shuffle(bytesAt(width, elements[1]!)).set(other);
    body.get(spare).set(one);
  };
  const halves = [
    [0, 2],
    [1, 3],
  ];
  const [first, second, third, fourth] = vectors as [Local, Local, Local, Local];
  if (vectors.length === 2) {
    interleave(first, second, 8, halves);
    return vectors;
  }
  // These patterns are single instructions on all machines.
  const quarters = [
    [0, 4, 1, 5],
    [2, 6, 3, 7],
  ];
  interleave(first, second, 4, quarters);
  interleave(third, fourth, 4, quarters);
  interleave(first, third, 8, halves);
  interleave(second, fourth, 8, halves);
  return [first, third, second, fourth];
}
