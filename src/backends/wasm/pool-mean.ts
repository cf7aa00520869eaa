/** Means of windows and the adjoint of those, for a block of channels. */

import { InternalError } from "../../core/errors.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import {
  type BlockEmitter,
  bytesOfType,
  loadPart,
  type PoolType,
  storePart,
  type Width,
  type WindowPlace,
} from "./pool-block.js";

/** Moves the upper two lanes of 32 bits down. */
const UPPER_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Puts the lower halves of two vectors side by side. */
const BOTH_LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Elements as one or two vectors of float64. */
class Widened {
  readonly #body: FunctionBuilder;
  readonly #type: PoolType;
  readonly #block: Local;
  readonly halves: readonly [Local, Local];

  constructor(body: FunctionBuilder, type: PoolType) {
    if (type === "i32") throw new InternalError("means of int32 have no kernel");
    this.#body = body;
    this.#type = type;
    this.#block = body.local("v128");
    this.halves = [body.local("v128"), body.local("v128")];
  }

  /** How many vectors a block takes. */
  count(width: Width): 1 | 2 {
    return width === 4 ? 2 : 1;
  }

  /** Takes the block on the stack; `use` finds half after half on the stack. */
  split(width: Width, use: (half: number) => void): void {
    const body = this.#body;
    body.set(this.#block);
    for (let half = 0; half < this.count(width); half++) {
      body.get(this.#block);
      if (half === 1) body.get(this.#block).shuffle(UPPER_HALF);
      if (this.#type === "f32") body.op("f64x2.promote_low_f32x4");
      use(half);
    }
  }

  /** Puts the block on the stack whose elements the halves are. */
  join(width: Width): void {
    const body = this.#body;
    body.get(this.halves[0]);
    if (this.#type === "f64") return;
    body.op("f32x4.demote_f64x2_zero");
    if (this.count(width) === 1) return;
    body.get(this.halves[1]).op("f32x4.demote_f64x2_zero").shuffle(BOTH_LOW_HALVES);
  }
}

/** The mean, as a sum of shares in float64. */
export class MeanEmitter implements BlockEmitter {
  readonly windowBytes: number;
  readonly #body: FunctionBuilder;
  readonly #type: PoolType;
  readonly #place: WindowPlace;
  readonly #sum: Widened;

  constructor(body: FunctionBuilder, type: PoolType, place: WindowPlace) {
    this.windowBytes = bytesOfType(type);
    this.#body = body;
    this.#type = type;
    this.#place = place;
    this.#sum = new Widened(body, type);
  }

  prepare(): void {}

  begin(): void {
    for (const half of this.#sum.halves) this.#body.splat("f64", 0).set(half);
  }

  take(width: Width, pointer: Local, offset: number): void {
    const body = this.#body;
    body.get(pointer);
    loadPart(body, this.#type, width, offset);
    this.#sum.split(width, (half) => {
      const sum = this.#sum.halves[half as 0 | 1];
      body.get(this.#place.share).op("f64x2.mul").get(sum).op("f64x2.add").set(sum);
    });
  }

  end(width: Width): void {
    this.#body.get(this.#place.window);
    this.#sum.join(width);
    storePart(this.#body, this.#type, width, 0);
  }
}

/** The adjoint of the mean: adds a share of the window's element to every pixel. */
export class ShareEmitter implements BlockEmitter {
  readonly windowBytes: number;
  readonly #body: FunctionBuilder;
  readonly #type: PoolType;
  readonly #place: WindowPlace;
  readonly #share: Widened;
  readonly #block: Local;

  constructor(body: FunctionBuilder, type: PoolType, place: WindowPlace) {
    this.windowBytes = bytesOfType(type);
    this.#body = body;
    this.#type = type;
    this.#place = place;
    this.#share = new Widened(body, type);
    this.#block = body.local("v128");
  }

  prepare(): void {}

  begin(width: Width): void {
    const body = this.#body;
    body.get(this.#place.window);
    loadPart(body, this.#type, width, 0);
    this.#share.split(width, (half) => {
      body
        .get(this.#place.share)
        .op("f64x2.mul")
        .set(this.#share.halves[half as 0 | 1]);
    });
    this.#share.join(width);
    body.set(this.#block);
  }

  take(width: Width, pointer: Local, offset: number): void {
    const body = this.#body;
    body.get(pointer).get(pointer);
    loadPart(body, this.#type, width, offset);
    body.get(this.#block).op(this.#type === "f64" ? "f64x2.add" : "f32x4.add");
    storePart(body, this.#type, width, offset);
  }

  end(): void {}
}
