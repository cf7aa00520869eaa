/** Programs ready to run: a module of their own, with all its arrays in a region of the memory of the process. */

import type { TypedArray } from "../../core/dtype.js";
import { copyLayout } from "../../core/reading.js";
import type { Tensor } from "../../core/tensor.js";
import { planMemory } from "../../kernel/memory-plan.js";
import { arraysRead, type Program } from "../../kernel/program.js";
import { detectFeatures } from "./features.js";
import { FunctionBuilder } from "./function-builder.js";
import { ModuleContext } from "./module-context.js";
import { scratchOf } from "./operation.js";
import { ProgramEmitter } from "./program.js";
import { ProgramThreads, threadsFor } from "./program-threads.js";
import { ResidentInputs } from "./resident-inputs.js";
import { sharedMemory } from "./shared-memory.js";
import type { MemoryViews } from "./views.js";

/** Regions of programs that nobody can run any more. */
const registry = /* @__PURE__ */ new FinalizationRegistry<() => void>((free) => free());

/** Histories of loops that take more than this are given back after each run. */
const LARGE_HISTORY = 2 ** 20;

/** A program in the process's memory. */
export class CompiledProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #program: Program;
  readonly #run: () => void;
  readonly #free: () => void;
  readonly #views: MemoryViews;
  /** Where inputs lie; nothing for such as nobody reads. */
  readonly #inputs: readonly (number | undefined)[];
  readonly #outputs: readonly number[];
  readonly #context: ModuleContext;
  readonly #resident = new ResidentInputs();

  /** @throws AllocationError when the memory that it needs is not to be had; WebAssembly.CompileError where a policy forbids it. */
  constructor(program: Program) {
    const shared = threadsFor(program);
    const { memory, views } = shared?.memory ?? sharedMemory();
    const { relaxedSimd } = detectFeatures();
    const plan = planMemory(program, (statement) =>
      shared?.plan.has(statement) ? 0 : scratchOf(statement),
    );
    const lasting = ModuleContext.lastingBytes(program);
    const region = memory.allocate(lasting + plan.bytes, program.name);
    const context = new ModuleContext({ relaxedSimd }, memory, views);
    let threads: ProgramThreads | undefined;
    this.#free = () => {
      threads?.detach();
      context.dropHistories(0);
      memory.free(region);
    };
    registry.register(this, this.#free, this);
    context.placeLasting(program, region.begin);
    context.module.importMemory({ module: "host", name: "memory" }, memory.limits);
    if (shared !== undefined) {
      threads = new ProgramThreads(shared.plan, context, shared.memory);
    }
    const body = new FunctionBuilder([], []);
    const base = region.begin + lasting;
    const place = { body, context, program, plan, base, iterations: [] };
    const emitter = new ProgramEmitter(place, threads?.statements);
    emitter.emit();
    context.module.exportFunction("run", context.module.addFunction(body));
    this.bytes = context.module.encode();
    const module = new WebAssembly.Module(this.bytes);
    const instance = new WebAssembly.Instance(module, context.imports(memory.memory));
    this.#run = instance.exports["run"] as () => void;
    threads?.attach(module, instance);
    // Regions may have been in use before, and histories begin with nothing.
    views.get("bool").fill(0, region.begin, region.begin + lasting);
    for (const { tensor, address } of context.constants) views.write(address, tensor);
    this.#program = program;
    this.#views = views;
    this.#context = context;
    const addressOf = (array: number): number => {
      const address = emitter.array(array);
      return address.kind === "fixed" ? address.address : 0;
    };
    const read = new Set([
      ...program.statements.flatMap(arraysRead),
      ...program.outputs.map(({ array }) => array),
    ]);
    this.#inputs = program.inputs.map((array) => (read.has(array) ? addressOf(array) : undefined));
    this.#outputs = program.outputs.map(({ array }) => addressOf(array));
  }

  /** The outputs, in arrays of their own. */
  run(inputs: readonly Tensor[]): readonly Tensor[] {
    this.#start(inputs);
    return this.#outputsFrom(0);
  }

  #outputsFrom(first: number): readonly Tensor[] {
    const { outputs, name } = this.#program;
    const tensors: Tensor[] = [];
    for (let place = first; place < outputs.length; place++) {
      const { type, layout } = outputs[place]!;
      tensors.push(this.#views.read(this.#outputs[place]!, type, layout, name));
    }
    return tensors;
  }

  /** Writes the first outputs into arrays of their dtypes and sizes, and gives the others. */
  runInto(inputs: readonly Tensor[], targets: readonly TypedArray[]): readonly Tensor[] {
    this.#start(inputs);
    targets.forEach((target, place) => {
      const { type, layout } = this.#program.outputs[place]!;
      const view = this.#views.get(type.dtype);
      const offset = this.#outputs[place]! / view.BYTES_PER_ELEMENT + layout.offset;
      copyLayout(view, { ...layout, offset }, target);
    });
    return this.#outputsFrom(targets.length);
  }

  /** Gives the memory back at once; it cannot be run any more. */
  release(): void {
    if (registry.unregister(this)) this.#free();
  }

  #start(inputs: readonly Tensor[]): void {
    inputs.forEach((input, place) => {
      const address = this.#inputs[place];
      if (address === undefined || this.#resident.hold(place, input)) return;
      try {
        this.#views.write(address, input);
      } catch (error) {
        this.#resident.forget(place);
        throw error;
      }
    });
    try {
      this.#run();
    } finally {
      this.#context.dropHistories(LARGE_HISTORY);
    }
  }
}
