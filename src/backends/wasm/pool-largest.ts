/** The positions of the largest elements of windows, for a block of channels. */

import type { FunctionBuilder, Local } from "./function-builder.js";
import {
  type BlockEmitter,
  loadPart,
  type PoolType,
  type Width,
  type WindowPlace,
} from "./pool-block.js";

/** Puts the first word of both halves of a vector side by side. */
const EVEN_WORDS = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11];

/** The position of the first largest element; a NaN counts as larger than all numbers. */
export class LargestEmitter implements BlockEmitter {
  readonly windowBytes = 4;
  readonly #body: FunctionBuilder;
  readonly #type: PoolType;
  readonly #place: WindowPlace;
  readonly #value: Local;
  readonly #largest: Local;
  readonly #mask: Local;
  /** How many bytes the largest element lies behind the corner; for f64 twice in each lane. */
  readonly #distance: Local;
  /** The number of each lane. */
  readonly #lanes: Local;

  constructor(body: FunctionBuilder, type: PoolType, place: WindowPlace) {
    this.#body = body;
    this.#type = type;
    this.#place = place;
    this.#value = body.local("v128");
    this.#largest = body.local("v128");
    this.#mask = body.local("v128");
    this.#distance = body.local("v128");
    this.#lanes = body.local("v128");
  }

  prepare(): void {
    const numbers = this.#type === "f64" ? [0, 0, 1, 1] : [0, 1, 2, 3];
    this.#body.splat("i32", 0);
    numbers.forEach((number, lane) => {
      this.#body.constant("i32", number).lane("i32x4.replace_lane", lane);
    });
    this.#body.set(this.#lanes);
  }

  begin(): void {
    const least = this.#type === "i32" ? -(2 ** 31) : Number.NEGATIVE_INFINITY;
    this.#body.splat(this.#type, least).set(this.#largest);
    this.#body.splat("i32", 0).set(this.#distance);
  }

  take(width: Width, pointer: Local, offset: number): void {
    const body = this.#body;
    const { corner } = this.#place;
    body.get(pointer);
    loadPart(body, this.#type, width, offset);
    body.set(this.#value);
    if (this.#type === "i32") {
      body.get(this.#value).get(this.#largest).op("i32x4.gt_s").set(this.#mask);
    } else {
      // Neither at most the largest, as a NaN is not either, nor a NaN before.
      const vector = this.#type === "f32" ? "f32x4" : "f64x2";
      body.get(this.#largest).get(this.#largest).op(`${vector}.eq`);
      body.get(this.#value).get(this.#largest).op(`${vector}.le`);
      body.op("v128.andnot").set(this.#mask);
    }
    body.get(this.#value).get(this.#largest).get(this.#mask);
    body.op("v128.bitselect").set(this.#largest);
    if (pointer === corner) body.splat("i32", offset);
    else body.get(pointer).get(corner).op("i32.sub").op("i32x4.splat");
    body.get(this.#distance).get(this.#mask).op("v128.bitselect").set(this.#distance);
  }

  end(width: Width): void {
    const body = this.#body;
    const { position, window } = this.#place;
    body.get(window).get(this.#distance);
    body.constant("i32", this.#type === "f64" ? 3 : 2).op("i32x4.shr_u");
    body.get(position).op("i32x4.splat").op("i32x4.add");
    body.get(this.#lanes).op("i32x4.add");
    if (width === 4) body.memory("v128.store");
    else if (width === 1) body.memory("v128.store32_lane", 0, 0);
    else {
      const positions = this.#value;
      body.tee(positions).get(positions).shuffle(EVEN_WORDS).memory("v128.store64_lane", 0, 0);
    }
  }
}
