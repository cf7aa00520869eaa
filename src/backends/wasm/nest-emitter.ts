/** The loops of a nest: vectors along one dimension, single elements for what remains of it. */

import type { Nest, NestAccess } from "../../kernel/nest.js";
import { liveInstructions, scalarType } from "../../kernel/scalar-code.js";
import type { Callees } from "./callees.js";
import type { EmitOptions } from "./elementwise.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { blocksTogether, hasSingleBlocks } from "./interleaving.js";
import type { LaneDimension } from "./lane-dimension.js";
import { LaneEmitter } from "./lane-emitter.js";
import { NestPointers } from "./nest-pointers.js";
import { NestTransfers } from "./nest-transfers.js";
import { Accumulator } from "./reduction.js";
import { ScalarEmitter } from "./scalar-emitter.js";
import { lanesOf } from "./vectors.js";

const BEGIN: Local = 0;
const COUNT: Local = 1;
/** The parameter with the address of array 0. */
export const FIRST_ARRAY = 2;

/** Writes the function of a nest; `step` as for `addNest`. */
export class NestEmitter {
  readonly #body: FunctionBuilder;
  readonly #nest: Nest;
  readonly #live: readonly boolean[];
  /** Instructions that do not change along the innermost dimension. */
  readonly #fixed: readonly boolean[];
  readonly #moving: readonly boolean[];
  readonly #lanes: LaneEmitter;
  readonly #scalar: ScalarEmitter;
  readonly #isVector: boolean;
  /** Whether lanes are positions of a dimension that is not reduced while others inside it are. */
  readonly #isLaneKept: boolean;
  /** Blocks that are computed by turns between two steps of the innermost loop. */
  readonly #unrolled: number;
  /** Accumulators of each reduction. */
  readonly #accumulated: number;
  readonly #pointers: NestPointers;
  readonly #kept: number;
  readonly #step: number;
  readonly #transfers: NestTransfers;

  constructor(
    body: FunctionBuilder,
    callees: Callees,
    nest: Nest,
    { isVector, isKept }: LaneDimension,
    { relaxedSimd = false }: EmitOptions,
    step: number,
  ) {
    const { code, results, dims, reduced } = nest;
    this.#step = step;
    this.#body = body;
    this.#nest = nest;
    this.#live = liveInstructions(
      code,
      results.map(({ value }) => value),
    );
    this.#isVector = isVector;
    this.#isLaneKept = isKept;
    this.#kept = dims.length - reduced;
    const hasLoop = dims.length > 0 && !isKept;
    const isFixed = (access: NestAccess): boolean => access.strides.at(-1) === 0;
    const fixed: boolean[] = [];
    code.forEach(({ op, inputs, immediate }, value) => {
      fixed[value] =
        hasLoop &&
        (op === "operand"
          ? isFixed(nest.operands[Number(immediate)]!)
          : op !== "constant" &&
            inputs.every((input) => fixed[input] || code[input]!.op === "constant"));
    });
    this.#fixed = this.#live.map((live, value) => live && fixed[value]!);
    this.#moving = this.#live.map((live, value) => live && !fixed[value]);
    const lanes = lanesOf(code, this.#live);
    this.#lanes = new LaneEmitter(body, callees, code, lanes, relaxedSimd);
    this.#scalar = new ScalarEmitter(body, callees, code, relaxedSimd);
    const isLong = (dims.at(-1) ?? 1) >= 8 * lanes;
    const positions = dims.reduce((product, size) => product * size, 1);
    this.#unrolled =
      isLong && !this.#isLaneKept ? blocksTogether(code, this.#moving, positions) : 1;
    const reducers = results.filter(({ reducer }) => reducer !== undefined).length;
    // More of them would not fit into registers.
    this.#accumulated = reducers > 4 ? 1 : this.#unrolled;
    const first = this.#kept > 0 ? BEGIN : undefined;
    this.#pointers = new NestPointers(body, nest, FIRST_ARRAY, first);
    this.#transfers = new NestTransfers(body, nest, this.#pointers, this.#lanes);
  }

  emit(): void {
    if (this.#isVector) this.#lanes.prepare(this.#live);
    this.#level(0);
  }

  #level(level: number): void {
    const { dims, reduced } = this.#nest;
    const isLast = level === dims.length - 1;
    if (reduced === 0) {
      if (dims.length === 0) this.#element(undefined);
      else if (isLast) this.#innermost(level, undefined);
      else this.#loop(level, () => this.#level(level + 1));
      return;
    }
    const isLaneLevel = this.#isLaneKept && level === this.#kept - 1;
    if (isLaneLevel) {
      this.#lanesOutside(level);
    } else if (level < this.#kept) {
      this.#loop(level, () => this.#level(level + 1));
    } else {
      const accumulators = this.#accumulators(this.#accumulated);
      this.#reduceFrom(level, accumulators);
      if (this.#isVector) for (const one of accumulators) one?.finishBlocks();
      this.#storeTotals(accumulators);
    }
  }

  #reduceFrom(level: number, accumulators: readonly (Accumulator | undefined)[]): void {
    if (level === this.#nest.dims.length - 1) this.#innermost(level, accumulators);
    else this.#loop(level, () => this.#reduceFrom(level + 1, accumulators));
  }

  #accumulators(unrolled: number): readonly (Accumulator | undefined)[] {
    const { code, results } = this.#nest;
    return results.map(({ value, reducer }) =>
      reducer === undefined
        ? undefined
        : new Accumulator(this.#body, reducer, code[value]!.type, this.#lanes.lanes, unrolled),
    );
  }

  /** Goes through one dimension position by position. */
  #loop(level: number, write: () => void): void {
    const body = this.#body;
    const left = this.#count(level);
    this.#pointers.enter(level);
    body.loop(() => {
      write();
      this.#pointers.advance(level, 1);
      body.get(left).constant("i32", 1).op("i32.sub").tee(left).branchIf(0);
    });
    this.#pointers.leave(level);
  }

  /** A local with the number of positions of a dimension. */
  #count(level: number): Local {
    if (level === 0 && this.#kept > 0) return COUNT;
    const left = this.#body.local("i32");
    this.#body.constant("i32", this.#nest.dims[level]!).set(left);
    return left;
  }

  /** The last dimension: blocks of lanes and then single elements. */
  #innermost(level: number, accumulators: readonly (Accumulator | undefined)[] | undefined): void {
    const body = this.#body;
    const { code, dims } = this.#nest;
    const size = dims[level]!;
    const isSplit = level === 0 && this.#kept > 0;
    const left = this.#count(level);
    this.#pointers.enter(level);
    const { lanes } = this.#lanes;
    const block = lanes * this.#unrolled;
    const most = isSplit ? block - 1 : size % block;
    const rest = this.#hasTail(level, block) ? most : 0;
    const hasSingles = this.#unrolled > 1 && rest >= lanes && hasSingleBlocks(code, this.#moving);
    if (this.#isVector && size >= block) {
      const whereLeft = (least: number, write: () => void): unknown =>
        body.get(left).constant("i32", least).op("i32.ge_u").if(write);
      const write = (): void => {
        this.#lanes.emit(this.#fixed, (position) => this.#transfers.loadEverywhere(position));
        const emitters = [this.#lanes];
        while (emitters.length < this.#unrolled) emitters.push(this.#lanes.another());
        const together = (): void =>
          this.#repeat(level, left, block, () => this.#blocks(level, emitters, accumulators));
        if (isSplit && hasSingles) whereLeft(block, together);
        else together();
        if (!hasSingles) return;
        whereLeft(lanes, () =>
          this.#repeat(level, left, lanes, () => this.#blocks(level, [this.#lanes], accumulators)),
        );
      };
      if (isSplit) whereLeft(hasSingles ? lanes : block, write);
      else write();
    }
    if (!this.#isVector || this.#hasTail(level, hasSingles ? lanes : block)) {
      body.get(left).if(() => {
        this.#scalar.emit(this.#fixed, (position) => this.#transfers.loadOne(position));
        this.#repeat(level, left, 1, () => this.#element(accumulators));
      });
    }
    this.#pointers.leave(level);
  }

  /** Whether positions may be left over when blocks are gone through. */
  #hasTail(level: number, block: number): boolean {
    const isSplit = level === 0 && this.#kept > 0;
    return this.#nest.dims[level]! % block !== 0 || (isSplit && this.#step % block !== 0);
  }

  /** Repeats while `step` positions are left. */
  #repeat(level: number, left: Local, step: number, write: () => void): void {
    const body = this.#body;
    body.loop(() => {
      write();
      this.#pointers.advance(level, step);
      body.get(left).constant("i32", step).op("i32.sub").tee(left);
      body.constant("i32", step).op("i32.ge_u").branchIf(0);
    });
  }

  /** Lanes along the last dimension that is kept, and for each block all of the reduced ones. */
  #lanesOutside(level: number): void {
    const body = this.#body;
    const { lanes } = this.#lanes;
    const left = this.#count(level);
    this.#pointers.enter(level);
    const reduceAll = (inner: number, write: () => void): void => {
      if (inner === this.#nest.dims.length) write();
      else this.#loop(inner, () => reduceAll(inner + 1, write));
    };
    body
      .get(left)
      .constant("i32", lanes)
      .op("i32.ge_u")
      .if(() => {
        this.#repeat(level, left, lanes, () => {
          const accumulators = this.#accumulators(1);
          reduceAll(level + 1, () => this.#blocks(level, [this.#lanes], accumulators));
          this.#nest.results.forEach((result, index) => {
            const accumulator = accumulators[index]!;
            this.#transfers.storeBlock(result, level, 0, () =>
              accumulator.getBlock(scalarType(result.dtype)),
            );
          });
        });
      });
    if (this.#hasTail(level, lanes)) {
      body.get(left).if(() => {
        this.#repeat(level, left, 1, () => {
          const accumulators = this.#accumulators(1);
          reduceAll(level + 1, () => this.#element(accumulators));
          this.#storeTotals(accumulators);
        });
      });
    }
    this.#pointers.leave(level);
  }

  /** Computes blocks that follow each other; `level` is the dimension of the lanes. */
  #blocks(
    level: number,
    emitters: readonly LaneEmitter[],
    accumulators: readonly (Accumulator | undefined)[] | undefined,
  ): void {
    LaneEmitter.emitTogether(emitters, this.#moving, (position, turn) => {
      this.#transfers.loadBlock(position, level, turn);
    });
    this.#nest.results.forEach((result, index) => {
      const accumulator = accumulators?.[index];
      emitters.forEach((emitter, turn) => {
        if (accumulator === undefined) {
          this.#transfers.storeBlock(result, level, turn, () => emitter.get(result.value));
        } else {
          emitter.get(result.value);
          accumulator.takeBlock(turn % this.#accumulated);
        }
      });
    });
  }

  /** Computes one position. */
  #element(accumulators: readonly (Accumulator | undefined)[] | undefined): void {
    this.#scalar.emit(this.#moving, (position) => this.#transfers.loadOne(position));
    this.#nest.results.forEach((result, index) => {
      const accumulator = accumulators?.[index];
      if (accumulator === undefined) {
        this.#transfers.storeOne(result, () => this.#scalar.get(result.value));
      } else {
        this.#scalar.get(result.value);
        accumulator.takeElement();
      }
    });
  }

  #storeTotals(accumulators: readonly (Accumulator | undefined)[]): void {
    this.#nest.results.forEach((result, index) => {
      const accumulator = accumulators[index];
      if (accumulator !== undefined) this.#transfers.storeTotal(result, accumulator);
    });
  }
}
