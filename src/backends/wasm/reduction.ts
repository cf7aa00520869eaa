/** Accumulators of reductions: lanes first, then a single number that takes in the rest. */

import type { Reducer } from "../../core/lowering.js";
import { accumulatorType, identityOf, REDUCER_OPCODES } from "../../kernel/elementwise-kernel.js";
import type { FloatType, ScalarType } from "../../kernel/scalar-code.js";
import type { FunctionBuilder, Local } from "./function-builder.js";

import type { InstructionName } from "./opcodes.js";
import { plainType } from "./scalar-emitter.js";
import type { Lanes } from "./vectors.js";

/** Moves the upper two lanes of 32 bits down. */
const UPPER_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Puts the lower halves of two vectors side by side. */
const BOTH_LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/**
 * What `pmax` and `pmin`, which are one machine instruction where `max` and `min` are seven, do not tell of the elements of each lane:
 * where one was NaN, and the signs of all, by "and" for max and by "or" for min.
 */
interface Seen {
  readonly unordered: Local;
  readonly signs: Local;
}

/** One reduction of a kernel. */
export class Accumulator {
  /** The type of the result. */
  readonly type: ScalarType;
  readonly #body: FunctionBuilder;
  readonly #reducer: Reducer;
  /** The type of the elements. */
  readonly #from: ScalarType;
  readonly #lanes: Lanes;
  readonly #total: Local;
  /** Several, so that an addition need not wait for the one before. */
  readonly #vectors: readonly Local[];
  readonly #element: Local;
  /** For max and min of floats. */
  readonly #seen: Seen | undefined;

  /** Starts the accumulation; `unrolled` blocks are taken in at a time. */
  constructor(
    body: FunctionBuilder,
    reducer: Reducer,
    from: ScalarType,
    lanes: Lanes,
    unrolled: number,
  ) {
    this.#body = body;
    this.#reducer = reducer;
    this.#from = from;
    this.#lanes = lanes;
    this.type = accumulatorType(reducer, from);
    const plain = plainType(this.type);
    this.#total = body.local(plain);
    this.#element = body.local("v128");
    body.constant(plain, identityOf(reducer, this.type)).set(this.#total);
    const halves = this.#splits() ? 2 : 1;
    this.#vectors = Array.from({ length: unrolled * halves }, () => {
      const vector = body.local("v128");
      if (this.type === "bool") body.splat("i32", reducer === "all" ? -1 : 0);
      else body.splat(this.type, identityOf(reducer, this.type));
      body.set(vector);
      return vector;
    });
    if ((reducer === "max" || reducer === "min") && (this.type === "f32" || this.type === "f64")) {
      this.#seen = { unordered: body.local("v128"), signs: body.local("v128") };
      body.splat("i32", 0).set(this.#seen.unordered);
      body.splat("i32", reducer === "max" ? -1 : 0).set(this.#seen.signs);
    }
  }

  /** Takes in the block on the stack, the `turn`-th of those in one go. */
  takeBlock(turn: number): void {
    const body = this.#body;
    if (this.#splits()) {
      body.set(this.#element);
      const [low, high] = [this.#vectors[2 * turn]!, this.#vectors[2 * turn + 1]!];
      body
        .get(low)
        .get(this.#element)
        .op("f64x2.promote_low_f32x4")
        .op(this.#vectorName())
        .set(low);
      body.get(high).get(this.#element).get(this.#element).shuffle(UPPER_HALF);
      body.op("f64x2.promote_low_f32x4").op(this.#vectorName()).set(high);
      return;
    }
    if (this.type !== this.#from) body.op("f64x2.promote_low_f32x4");
    const vector = this.#vectors[turn]!;
    if (this.#seen !== undefined) this.#notice(this.#seen);
    body.get(vector).op(this.#vectorName()).set(vector);
  }

  /** Combines the lanes; single elements may follow. */
  finishBlocks(): void {
    const body = this.#body;
    const [first, ...others] = this.#vectors;
    for (const vector of others) body.get(first!).get(vector).op(this.#vectorName()).set(first!);
    if (this.#seen !== undefined) {
      body.get(first!);
      this.#settle(this.#seen);
      body.set(first!);
    }
    if (this.type === "bool") {
      body.get(first!).op(this.#reducer === "any" ? "v128.any_true" : this.#allTrue());
      this.#takeNumber();
      return;
    }
    const lanes = this.type === "f64" ? 2 : this.#lanes;
    const name = `${this.type}x${this.type === "f64" ? 2 : 4}.extract_lane` as InstructionName;
    for (let lane = 0; lane < lanes; lane++) {
      body.get(first!).lane(name, lane);
      this.#takeNumber();
    }
  }

  /** Puts the block on the stack whose lanes were accumulated each for itself, rounded to a type; only for a single block. */
  getBlock(type: ScalarType): void {
    const [low, high] = this.#vectors;
    this.#body.get(low!);
    if (this.#seen !== undefined) this.#settle(this.#seen);
    if (this.type === type) return;
    this.#body.op("f32x4.demote_f64x2_zero");
    if (high === undefined) return;
    this.#body.get(high).op("f32x4.demote_f64x2_zero").shuffle(BOTH_LOW_HALVES);
  }

  /** Takes in the element on the stack. */
  takeElement(): void {
    if (this.type !== this.#from) this.#body.op("f64.promote_f32");
    this.#takeNumber();
  }

  /** Puts the result on the stack. */
  get(): void {
    this.#body.get(this.#total);
  }

  /** Whether a block of four f32 is accumulated as two of two f64. */
  #splits(): boolean {
    return this.type !== this.#from && this.#lanes === 4;
  }

  #allTrue(): InstructionName {
    return this.#lanes === 4 ? "i32x4.all_true" : "i64x2.all_true";
  }

  #takeNumber(): void {
    const body = this.#body.get(this.#total);
    const plain = plainType(this.type);
    if (plain === "i32" && (this.#reducer === "max" || this.#reducer === "min")) {
      const other = body.local("i32");
      body.set(this.#total).tee(other).get(this.#total).get(other).get(this.#total);
      body.op(this.#reducer === "max" ? "i32.gt_s" : "i32.lt_s").op("select");
    } else {
      body.op(`${plain}.${REDUCER_OPCODES[this.#reducer]}` as InstructionName);
    }
    body.set(this.#total);
  }

  /** Notes what the block on the stack has, and leaves it there. */
  #notice({ unordered, signs }: Seen): void {
    const body = this.#body;
    const element = this.#element;
    body
      .tee(element)
      .get(element)
      .op(`${this.#vector()}.ne` as InstructionName);
    body.get(unordered).op("v128.or").set(unordered).get(element).get(signs);
    body
      .op(this.#reducer === "max" ? "v128.and" : "v128.or")
      .set(signs)
      .get(element);
  }

  /**
   * Adds what was noted to the vector on the stack: NaN, and the sign of a 0. If the greatest is 0, then all elements without a sign
   * are zeros, and if the least is, all those with one.
   */
  #settle({ unordered, signs }: Seen): void {
    const body = this.#body;
    const element = this.#element;
    body
      .set(element)
      .splat(this.type as FloatType, -0)
      .get(signs)
      .op("v128.and")
      .get(element);
    body
      .get(element)
      .splat(this.type as FloatType, 0)
      .op(`${this.#vector()}.eq` as InstructionName);
    body.op("v128.bitselect").get(unordered).op("v128.or");
  }

  #vector(): "f32x4" | "f64x2" {
    return this.type === "f64" ? "f64x2" : "f32x4";
  }

  #vectorName(): InstructionName {
    const name = REDUCER_OPCODES[this.#reducer];
    if (this.#seen !== undefined) return `${this.#vector()}.p${name}` as InstructionName;
    if (this.type === "bool") return `v128.${name}` as InstructionName;
    const signed = this.type === "i32" && (name === "max" || name === "min") ? "_s" : "";
    return `${this.type}x${this.type === "f64" ? 2 : 4}.${name}${signed}` as InstructionName;
  }
}
