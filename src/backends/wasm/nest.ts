/** Loop nests as WebAssembly functions: vectors along one dimension, single elements for what remains of it. */

import { InternalError } from "../../core/errors.js";
import { bytesOf, bytesOfDType } from "../../kernel/elementwise-kernel.js";
import { type Nest, type NestAccess, type NestResult, reordered } from "../../kernel/nest.js";
import { liveInstructions, type ScalarType, scalarType } from "../../kernel/scalar-code.js";
import type { ModuleBuilder } from "./assembler.js";
import type { Callees } from "./callees.js";
import type { EmitOptions } from "./elementwise.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { blocksTogether, hasSingleBlocks } from "./interleaving.js";
import { type LaneDimension, laneDimension } from "./lane-dimension.js";
import { LaneEmitter } from "./lane-emitter.js";
import { loadElement, splatElement, storeElement } from "./memory-access.js";
import { NestPointers } from "./nest-pointers.js";
import type { ValueType } from "./opcodes.js";
import { Accumulator } from "./reduction.js";
import { plainType, ScalarEmitter } from "./scalar-emitter.js";
import { loadLanes, storeLanes } from "./strided-access.js";
import { lanesOf } from "./vectors.js";

/** A nest whose dimensions are in the order in which loops go through them. */
export interface ScheduledNest {
  readonly nest: Nest;
  readonly lanes: LaneDimension;
}

/** Calls go through multiples of so many positions of the outermost dimension, if nothing else is said, except for the last. */
export const STEP = 16;

/** Chooses the order of the loops. */
export function schedule(nest: Nest): ScheduledNest {
  const lanes = laneDimension(nest);
  return { nest: reordered(nest, lanes.order), lanes };
}

/**
 * Adds a nest to a module, as the function (begin: i32, count: i32, address of each array: i32) without result, which goes through
 * `count` positions of the outermost dimension: a multiple of `step`, or what is left to the end. Reduced dimensions are gone through as
 * a whole, so with no other dimensions begin is 0 and count is 1, as it is for a nest without dimensions.
 *
 * A result may lie exactly where an operand with the same strides lies; other overlaps give garbage.
 */
export function addNest(
  module: ModuleBuilder,
  callees: Callees,
  { nest, lanes }: ScheduledNest,
  options: EmitOptions = {},
  step = STEP,
): FunctionReference {
  const arrays = 1 + Math.max(...[...nest.operands, ...nest.results].map(({ array }) => array));
  const body = new FunctionBuilder(new Array<ValueType>(FIRST_ARRAY + arrays).fill("i32"), []);
  new NestEmitter(body, callees, nest, lanes, options, step).emit();
  return module.addFunction(body);
}

const BEGIN: Local = 0;
const COUNT: Local = 1;
const FIRST_ARRAY = 2;

class NestEmitter {
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
  #scratch: Local | undefined;

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
        this.#lanes.emit(this.#fixed, (position) => this.#loadFixed(position));
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
        this.#scalar.emit(this.#fixed, (position) => this.#loadOne(position));
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

  #loadFixed(position: number): void {
    this.#loadOne(position);
    splatElement(this.#body, scalarType(this.#nest.operands[position]!.dtype));
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
            this.#storeBlock(
              level,
              result,
              () => accumulator.getBlock(scalarType(result.dtype)),
              0,
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
      const operand = this.#nest.operands[position]!;
      const type = scalarType(operand.dtype);
      const width = bytesOf(type);
      loadLanes(this.#body, this.#lanes, type, this.#laneAddress(operand, level, turn), width);
    });
    this.#nest.results.forEach((result, index) => {
      const accumulator = accumulators?.[index];
      emitters.forEach((emitter, turn) => {
        if (accumulator === undefined) {
          this.#storeBlock(level, result, () => emitter.get(result.value), turn);
        } else {
          emitter.get(result.value);
          accumulator.takeBlock(turn % this.#accumulated);
        }
      });
    });
  }

  #laneAddress(access: NestAccess, level: number, turn: number) {
    const width = bytesOfDType(access.dtype);
    const step = access.strides[level]! * width;
    const offset = this.#pointers.offset(access) + turn * this.#lanes.lanes * step;
    return { pointer: this.#pointers.pointer(access), offset, step };
  }

  #storeBlock(level: number, result: NestResult, get: () => void, turn: number): void {
    const type = scalarType(result.dtype);
    this.#scratch ??= this.#body.local("v128");
    const address = this.#laneAddress(result, level, turn);
    storeLanes(this.#body, this.#lanes, type, address, bytesOf(type), this.#scratch, get);
  }

  #loadOne(position: number): void {
    const operand = this.#nest.operands[position]!;
    this.#body.get(this.#pointers.pointer(operand));
    loadElement(this.#body, scalarType(operand.dtype), this.#pointers.offset(operand));
  }

  /** Computes one position. */
  #element(accumulators: readonly (Accumulator | undefined)[] | undefined): void {
    this.#scalar.emit(this.#moving, (position) => this.#loadOne(position));
    this.#nest.results.forEach((result, index) => {
      const accumulator = accumulators?.[index];
      if (accumulator === undefined) {
        this.#storeOne(result, () => this.#scalar.get(result.value));
      } else {
        this.#scalar.get(result.value);
        accumulator.takeElement();
      }
    });
  }

  #storeOne(result: NestResult, get: () => void): void {
    this.#body.get(this.#pointers.pointer(result));
    get();
    storeElement(this.#body, scalarType(result.dtype), this.#pointers.offset(result));
  }

  #storeTotals(accumulators: readonly (Accumulator | undefined)[]): void {
    this.#nest.results.forEach((result, index) => {
      const accumulator = accumulators[index];
      if (accumulator === undefined) return;
      const type: ScalarType = scalarType(result.dtype);
      this.#storeOne(result, () => {
        accumulator.get();
        if (plainType(type) === plainType(accumulator.type)) return;
        if (type !== "f32" || accumulator.type !== "f64") {
          throw new InternalError(`a nest cannot store ${accumulator.type} as ${type}`);
        }
        this.#body.op("f32.demote_f64");
      });
    });
  }
}
