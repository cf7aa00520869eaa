/** Fused elementwise kernels as WebAssembly functions: a loop over blocks of lanes, and one over what remains. */

import { InternalError } from "../../core/errors.js";
import type { ScalarFunction } from "../../core/lowering.js";
import { bytesOf, type ElementwiseKernel, operandType } from "../../kernel/elementwise-kernel.js";
import { liveInstructions, type ScalarType } from "../../kernel/scalar-code.js";
import { type MemoryLimits, ModuleBuilder } from "./assembler.js";
import { CALLEE_MODULE, Callees } from "./callees.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { blocksTogether, hasSingleBlocks } from "./interleaving.js";
import { LaneEmitter } from "./lane-emitter.js";
import { loadBlock, loadElement, splatElement, storeBlock, storeElement } from "./memory-access.js";
import type { ValueType } from "./opcodes.js";
import { Accumulator } from "./reduction.js";
import { plainType, ScalarEmitter } from "./scalar-emitter.js";
import { lanesOf } from "./vectors.js";

/** What generated code may use. */
export interface EmitOptions {
  /** Whether `madd` rounds once where the machine can; then engines differ in last digits. Default false. */
  readonly relaxedSimd?: boolean;
}

/** The module of a single kernel. */
export interface ElementwiseModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Imported functions under their names in the module "scalar". */
  readonly callees: Readonly<Record<string, ScalarFunction>>;
}

/** Runs a kernel: the number of positions, then the addresses of operands and results in bytes. */
export type RunElementwise = (count: number, ...pointers: number[]) => void;

/**
 * Adds a kernel to a module, as the function (count: i32, address of each operand: i32, address of each result: i32) without
 * result.
 *
 * Addresses may be unaligned. A result may lie exactly where an operand of the same width and step 1 lies; other overlaps
 * give garbage. With a count of 0 reductions give their identity, and operands of step 0 are read all the same.
 */
export function addElementwise(
  module: ModuleBuilder,
  callees: Callees,
  kernel: ElementwiseKernel,
  options: EmitOptions = {},
): FunctionReference {
  const { operands, results } = kernel;
  const parameters = new Array<ValueType>(1 + operands.length + results.length).fill("i32");
  const body = new FunctionBuilder(parameters, []);
  new ElementwiseEmitter(body, callees, kernel, options).emit();
  return module.addFunction(body);
}

/** A module with the kernel as its export "run" and a memory imported as "memory" from "host". */
export function elementwiseModule(
  kernel: ElementwiseKernel,
  memory: MemoryLimits,
  options: EmitOptions = {},
): ElementwiseModule {
  const module = new ModuleBuilder();
  module.importMemory({ module: "host", name: "memory" }, memory);
  const callees = new Callees(module);
  module.exportFunction("run", addElementwise(module, callees, kernel, options));
  return { bytes: module.encode(), callees: callees.imports };
}

/** Compiles a kernel, without waiting, for arrays in the given memory. */
export function compileElementwise(
  kernel: ElementwiseKernel,
  memory: WebAssembly.Memory,
  options: EmitOptions = {},
): RunElementwise {
  const { bytes, callees } = elementwiseModule(kernel, { minimum: 0 }, options);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    host: { memory },
    [CALLEE_MODULE]: callees,
  });
  return instance.exports["run"] as RunElementwise;
}

class ElementwiseEmitter {
  readonly #body: FunctionBuilder;
  readonly #kernel: ElementwiseKernel;
  readonly #live: readonly boolean[];
  readonly #lanes: LaneEmitter;
  readonly #scalar: ScalarEmitter;
  readonly #unrolled: number;
  /** Whether blocks that are left have a loop of their own. */
  readonly #hasSingles: boolean;
  readonly #accumulators: readonly (Accumulator | undefined)[];
  /** Elements of operands of step 0, as numbers and as vectors. */
  readonly #fixed = new Map<number, { readonly scalar: Local; readonly vector: Local }>();

  constructor(
    body: FunctionBuilder,
    callees: Callees,
    kernel: ElementwiseKernel,
    { relaxedSimd = false }: EmitOptions,
  ) {
    const { code, results } = kernel;
    const values = results.map(({ value }) => value);
    const live = liveInstructions(code, values);
    const lanes = lanesOf(code, live);
    this.#body = body;
    this.#kernel = kernel;
    this.#live = live;
    this.#lanes = new LaneEmitter(body, callees, code, lanes, relaxedSimd);
    this.#scalar = new ScalarEmitter(body, callees, code, relaxedSimd);
    this.#unrolled = blocksTogether(code, live, Number.POSITIVE_INFINITY);
    this.#hasSingles = this.#unrolled > 1 && hasSingleBlocks(code, live);
    this.#accumulators = results.map(({ value, reducer }) =>
      reducer === undefined
        ? undefined
        : new Accumulator(body, reducer, code[value]!.type, lanes, this.#unrolled),
    );
  }

  emit(): void {
    this.#loadFixed();
    this.#lanes.prepare(this.#live);
    const { lanes } = this.#lanes;
    const emitters = [this.#lanes];
    while (emitters.length < this.#unrolled) emitters.push(this.#lanes.another());
    const whereLeft = (least: number, write: () => void): unknown =>
      this.#body.get(COUNT).constant("i32", least).op("i32.ge_u").if(write);
    const blocks = (some: readonly LaneEmitter[]): void => {
      const step = lanes * some.length;
      whereLeft(step, () => this.#loop(step, step, () => this.#emitBlocks(some)));
    };
    whereLeft(this.#hasSingles ? lanes : lanes * this.#unrolled, () => {
      blocks(emitters);
      if (this.#hasSingles) blocks([this.#lanes]);
      for (const accumulator of this.#accumulators) accumulator?.finishBlocks();
    });
    this.#body.get(COUNT);
    this.#body.if(() => this.#loop(1, 1, () => this.#emitElement()));
    this.#kernel.results.forEach((_result, index) => {
      this.#storeTotal(index);
    });
  }

  /** Repeats while `least` positions are left; the body does `step` of them. */
  #loop(step: number, least: number, write: () => void): void {
    const body = this.#body;
    body.loop(() => {
      write();
      this.#advance(step);
      body.get(COUNT).constant("i32", step).op("i32.sub").tee(COUNT);
      body.constant("i32", least).op("i32.ge_u").branchIf(0);
    });
  }

  #advance(positions: number): void {
    this.#kernel.operands.forEach((operand, position) => {
      if (operand.step === 0) return;
      this.#addTo(this.#operandPointer(position), positions * bytesOf(operandType(operand)));
    });
    this.#kernel.results.forEach((_result, index) => {
      if (this.#accumulators[index] !== undefined) return;
      this.#addTo(this.#resultPointer(index), positions * bytesOf(this.#resultType(index)));
    });
  }

  #addTo(pointer: Local, bytes: number): void {
    this.#body.get(pointer).constant("i32", bytes).op("i32.add").set(pointer);
  }

  #loadFixed(): void {
    this.#kernel.operands.forEach((operand, position) => {
      if (operand.step !== 0) return;
      const type = operandType(operand);
      const scalar = this.#body.local(plainType(type));
      const vector = this.#body.local("v128");
      this.#body.get(this.#operandPointer(position));
      loadElement(this.#body, type);
      this.#body.tee(scalar);
      splatElement(this.#body, type);
      this.#body.set(vector);
      this.#fixed.set(position, { scalar, vector });
    });
  }

  #emitBlocks(emitters: readonly LaneEmitter[]): void {
    const body = this.#body;
    const at = (type: ScalarType, turn: number): number => turn * this.#lanes.lanes * bytesOf(type);
    LaneEmitter.emitTogether(emitters, this.#live, (position, turn) => {
      const fixed = this.#fixed.get(position);
      if (fixed !== undefined) {
        body.get(fixed.vector);
        return;
      }
      const type = operandType(this.#kernel.operands[position]!);
      body.get(this.#operandPointer(position));
      loadBlock(body, this.#lanes, type, at(type, turn));
    });
    this.#kernel.results.forEach(({ value }, index) => {
      const accumulator = this.#accumulators[index];
      const type = this.#resultType(index);
      emitters.forEach((emitter, turn) => {
        if (accumulator === undefined) body.get(this.#resultPointer(index));
        emitter.get(value);
        if (accumulator === undefined) storeBlock(body, this.#lanes, type, at(type, turn));
        else accumulator.takeBlock(turn);
      });
    });
  }

  #emitElement(): void {
    const body = this.#body;
    this.#scalar.emit(this.#live, (position) => {
      const fixed = this.#fixed.get(position);
      if (fixed !== undefined) {
        body.get(fixed.scalar);
        return;
      }
      body.get(this.#operandPointer(position));
      loadElement(body, operandType(this.#kernel.operands[position]!));
    });
    this.#kernel.results.forEach(({ value }, index) => {
      const accumulator = this.#accumulators[index];
      if (accumulator === undefined) body.get(this.#resultPointer(index));
      this.#scalar.get(value);
      if (accumulator === undefined) storeElement(body, this.#resultType(index));
      else accumulator.takeElement();
    });
  }

  #storeTotal(index: number): void {
    const accumulator = this.#accumulators[index];
    if (accumulator === undefined) return;
    this.#body.get(this.#resultPointer(index));
    accumulator.get();
    storeElement(this.#body, accumulator.type);
  }

  #operandPointer(position: number): Local {
    return COUNT + 1 + position;
  }

  #resultPointer(index: number): Local {
    return COUNT + 1 + this.#kernel.operands.length + index;
  }

  #resultType(index: number): ScalarType {
    const { type } = this.#kernel.code[this.#kernel.results[index]!.value]!;
    if (type === "i64") throw new InternalError("a kernel cannot store i64");
    return type;
  }
}

/** The parameter that counts the positions left. */
const COUNT: Local = 0;
