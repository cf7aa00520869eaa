/** What a nest loads and stores: single elements, and blocks of lanes. */

import { InternalError } from "../../core/errors.js";
import { bytesOf, bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { Nest, NestAccess, NestResult } from "../../kernel/nest.js";
import { scalarType } from "../../kernel/scalar-code.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import type { LaneEmitter } from "./lane-emitter.js";
import { loadElement, splatElement, storeElement } from "./memory-access.js";
import type { NestPointers } from "./nest-pointers.js";
import type { Accumulator } from "./reduction.js";
import { plainType } from "./scalar-emitter.js";
import { loadLanes, storeLanes } from "./strided-access.js";

/** Loads operands onto the stack and stores results, at the positions at which the pointers are. */
export class NestTransfers {
  readonly #body: FunctionBuilder;
  readonly #nest: Nest;
  readonly #pointers: NestPointers;
  readonly #lanes: LaneEmitter;
  #scratch: Local | undefined;

  constructor(body: FunctionBuilder, nest: Nest, pointers: NestPointers, lanes: LaneEmitter) {
    this.#body = body;
    this.#nest = nest;
    this.#pointers = pointers;
    this.#lanes = lanes;
  }

  /** The element of an operand. */
  loadOne(position: number): void {
    const operand = this.#nest.operands[position]!;
    this.#body.get(this.#pointers.pointer(operand));
    loadElement(this.#body, scalarType(operand.dtype), this.#pointers.offset(operand));
  }

  /** The element of an operand in all lanes. */
  loadEverywhere(position: number): void {
    this.loadOne(position);
    splatElement(this.#body, scalarType(this.#nest.operands[position]!.dtype));
  }

  /**
   * A block of an operand.
   *
   * @param level the dimension of the lanes
   * @param turn how many blocks further it is
   */
  loadBlock(position: number, level: number, turn: number): void {
    const operand = this.#nest.operands[position]!;
    const type = scalarType(operand.dtype);
    const address = this.#laneAddress(operand, level, turn);
    loadLanes(this.#body, this.#lanes, type, address, bytesOf(type));
  }

  storeOne(result: NestResult, get: () => void): void {
    this.#body.get(this.#pointers.pointer(result));
    get();
    storeElement(this.#body, scalarType(result.dtype), this.#pointers.offset(result));
  }

  storeBlock(result: NestResult, level: number, turn: number, get: () => void): void {
    const type = scalarType(result.dtype);
    this.#scratch ??= this.#body.local("v128");
    const address = this.#laneAddress(result, level, turn);
    storeLanes(this.#body, this.#lanes, type, address, bytesOf(type), this.#scratch, get);
  }

  /** What has been accumulated, rounded to the type of the result. */
  storeTotal(result: NestResult, accumulator: Accumulator): void {
    const type = scalarType(result.dtype);
    this.storeOne(result, () => {
      accumulator.get();
      if (plainType(type) === plainType(accumulator.type)) return;
      if (type !== "f32" || accumulator.type !== "f64") {
        throw new InternalError(`a nest cannot store ${accumulator.type} as ${type}`);
      }
      this.#body.op("f32.demote_f64");
    });
  }

  #laneAddress(access: NestAccess, level: number, turn: number) {
    const step = access.strides[level]! * bytesOfDType(access.dtype);
    const offset = this.#pointers.offset(access) + turn * this.#lanes.lanes * step;
    return { pointer: this.#pointers.pointer(access), offset, step };
  }
}
