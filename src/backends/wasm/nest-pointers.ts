/** The pointers of a nest: one for all accesses to an array that move alike, kept for each dimension along which they move. */

import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { Nest, NestAccess } from "../../kernel/nest.js";
import type { FunctionBuilder, Local } from "./function-builder.js";

interface Pointer {
  /** Bytes along each dimension. */
  readonly steps: readonly number[];
  /** The locals of the dimensions that were entered, the innermost last. */
  readonly present: Local[];
}

/** Moves pointers through the loops of a nest. */
export class NestPointers {
  readonly #body: FunctionBuilder;
  readonly #pointers = new Map<string, Pointer>();

  /**
   * @param firstArray the parameter with the address of array 0
   * @param begin the local with the position of the outermost dimension at which the nest begins, if it may begin anywhere
   */
  constructor(body: FunctionBuilder, nest: Nest, firstArray: Local, begin: Local | undefined) {
    this.#body = body;
    for (const access of [...nest.operands, ...nest.results]) {
      const key = this.#key(access);
      if (this.#pointers.has(key)) continue;
      const width = bytesOfDType(access.dtype);
      const steps = access.strides.map((stride) => stride * width);
      const start = this.#isBackward(access) ? access.offset * width : 0;
      const moved = begin !== undefined && steps[0] !== 0;
      let pointer: Local = firstArray + access.array;
      if (moved || start !== 0) {
        const own = body.local("i32");
        body.get(pointer);
        if (moved) body.get(begin).constant("i32", steps[0]!).op("i32.mul").op("i32.add");
        if (start !== 0) body.constant("i32", start).op("i32.add");
        body.set(own);
        pointer = own;
      }
      this.#pointers.set(key, { steps, present: [pointer] });
    }
  }

  /** Starts going through a dimension. */
  enter(level: number): void {
    for (const { steps, present } of this.#pointers.values()) {
      if (steps[level] === 0) continue;
      const local = this.#body.local("i32");
      this.#body.get(present.at(-1)!).set(local);
      present.push(local);
    }
  }

  advance(level: number, positions: number): void {
    for (const { steps, present } of this.#pointers.values()) {
      if (steps[level] === 0) continue;
      const pointer = present.at(-1)!;
      this.#body
        .get(pointer)
        .constant("i32", positions * steps[level]!)
        .op("i32.add")
        .set(pointer);
    }
  }

  leave(level: number): void {
    for (const { steps, present } of this.#pointers.values()) {
      if (steps[level] !== 0) present.pop();
    }
  }

  /** The local from which an access counts. */
  pointer(access: NestAccess): Local {
    return this.#pointers.get(this.#key(access))!.present.at(-1)!;
  }

  /** Bytes from there to the access. */
  offset(access: NestAccess): number {
    return this.#isBackward(access) ? 0 : access.offset * bytesOfDType(access.dtype);
  }

  #key(access: NestAccess): string {
    const { array, strides, offset } = access;
    return `${array} ${strides.join()} ${this.#isBackward(access) ? offset : ""}`;
  }

  /** Offsets in instructions are added without wrapping, so pointers that go down start at their element. */
  #isBackward({ strides }: NestAccess): boolean {
    return strides.some((stride) => stride < 0);
  }
}
