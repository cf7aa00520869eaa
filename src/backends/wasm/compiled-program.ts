/** Programs ready to run: a module of their own, with all its arrays in a region of the memory of the process. */

import type { TypedArray } from "../../core/dtype.js";
import type { HeldValue } from "../../core/held-value.js";
import { copyLayout } from "../../core/reading.js";
import { isContiguous } from "../../core/storage.js";
import { Tensor } from "../../core/tensor.js";
import { planMemory } from "../../kernel/memory-plan.js";
import { arraysRead, type Place, type Program } from "../../kernel/program.js";
import { detectFeatures } from "./features.js";
import { FunctionBuilder } from "./function-builder.js";
import { LoopHistories } from "./loop-history.js";
import { ModuleContext } from "./module-context.js";
import { scratchOf } from "./operation.js";
import { ProgramEmitter } from "./program.js";
import { ProgramResources } from "./program-resources.js";
import { ProgramThreads, threadsFor } from "./program-threads.js";
import { RegisterArrays } from "./register-arrays.js";
import { LEAST_RESIDENT, ResidentInputs, ResidentValue } from "./resident-inputs.js";
import { withSettledEpilogues } from "./settled-epilogues.js";
import { sharedMemory } from "./shared-memory.js";
import type { MemoryViews } from "./views.js";

/** Resources of programs that nobody can run any more. */
const registry = /* @__PURE__ */ new FinalizationRegistry<ProgramResources>((resources) =>
  resources.free(),
);

/** Histories of loops that take more than this are given back after each run. */
const LARGE_HISTORY = 2 ** 20;

/** What is left of a program when it has been compiled. */
interface Built {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly run: () => void;
  readonly views: MemoryViews;
  readonly resources: ProgramResources;
  /** Where inputs lie; nothing for such as nobody reads. */
  readonly inputs: readonly (number | undefined)[];
  /** Where the arrays of outputs lie, and how the outputs lie in them. */
  readonly outputs: readonly Output[];
}

interface Output extends Pick<Place, "type" | "layout"> {
  readonly address: number;
  /** Whether it is an array of its own as a whole. */
  readonly isOwn: boolean;
}

function build(lowered: Program): Built {
  const shared = threadsFor(lowered);
  const program = shared?.program ?? withSettledEpilogues(lowered, false);
  const { memory, views } = shared?.memory ?? sharedMemory();
  const { relaxedSimd } = detectFeatures();
  const plan = planMemory(program, (statement) =>
    shared?.plan.has(statement) ? 0 : scratchOf(statement),
  );
  const lasting = ModuleContext.lastingBytes(program);
  const region = memory.allocate(lasting + plan.bytes, program.name);
  const histories = new LoopHistories(memory, views);
  const resources = new ProgramResources(memory, region, histories);
  try {
    const context = new ModuleContext({ relaxedSimd }, views, histories);
    context.placeLasting(program, region.begin);
    context.module.importMemory({ module: "host", name: "memory" }, memory.limits);
    const threads =
      shared === undefined ? undefined : new ProgramThreads(shared.plan, context, shared.memory);
    const body = new FunctionBuilder([], []);
    const base = region.begin + lasting;
    const registers = new RegisterArrays(program);
    const place = { body, context, registers, program, plan, base, iterations: [] };
    const emitter = new ProgramEmitter(place, threads?.statements);
    emitter.emit();
    context.module.exportFunction("run", context.module.addFunction(body));
    const bytes = context.module.encode();
    const module = new WebAssembly.Module(bytes);
    const instance = new WebAssembly.Instance(module, context.imports(memory.memory));
    threads?.attach(module, instance);
    if (threads !== undefined) resources.hold(threads);
    // Regions may have been in use before, and histories begin with nothing.
    views.get("bool").fill(0, region.begin, region.begin + lasting);
    for (const { tensor, address } of context.constants) views.write(address, tensor);
    const addressOf = (array: number): number => {
      const address = emitter.array(array);
      return address.kind === "fixed" ? address.address : 0;
    };
    const read = new Set([
      ...program.statements.flatMap(arraysRead),
      ...program.outputs.map(({ array }) => array),
    ]);
    return {
      bytes,
      run: instance.exports["run"] as () => void,
      views,
      resources,
      inputs: program.inputs.map((array) => (read.has(array) ? addressOf(array) : undefined)),
      outputs: program.outputs.map(({ array, type, layout }) => ({
        type,
        layout,
        address: addressOf(array),
        isOwn: !program.inputs.includes(array) && isContiguous(type.shape, layout.strides),
      })),
    };
  } catch (error) {
    resources.free();
    throw error;
  }
}

/** A program in the process's memory. */
export class CompiledProgram {
  readonly #name: string;
  readonly #built: Built;
  readonly #resident = new ResidentInputs();

  /** @throws AllocationError when the memory that it needs is not to be had; WebAssembly.CompileError where a policy forbids it. */
  constructor(program: Program) {
    this.#name = program.name;
    this.#built = build(program);
    registry.register(this, this.#built.resources, this);
  }

  /** The module. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#built.bytes;
  }

  /** The outputs, in arrays of their own. */
  run(inputs: readonly Tensor[]): readonly Tensor[] {
    this.#start(inputs);
    return this.#built.outputs.map((output) => this.#read(output));
  }

  /**
   * Writes the first outputs into arrays of their dtypes and sizes, and gives the others: tensors, or values that stay where the next
   * call finds them as inputs.
   *
   * @param kept by output: the input that it is likely to be in the next call
   */
  runWith(
    inputs: readonly (Tensor | HeldValue)[],
    targets: readonly TypedArray[],
    kept: ReadonlyMap<number, number>,
  ): readonly (Tensor | HeldValue)[] {
    this.#start(inputs);
    const { outputs, views } = this.#built;
    targets.forEach((target, place) => {
      const { type, layout, address } = outputs[place]!;
      const view = views.get(type.dtype);
      const offset = address / view.BYTES_PER_ELEMENT + layout.offset;
      copyLayout(view, { ...layout, offset }, target);
    });
    const others = outputs.slice(targets.length);
    if (kept.size === 0) return others.map((output) => this.#read(output));
    const inputOf = others.map((output, index) => {
      const input = kept.get(targets.length + index);
      return input !== undefined && this.#canKeep(output, input) ? input : undefined;
    });
    // Outputs may be inputs, so all that is read is read before anything is moved.
    const tensors = others.map((output, index) =>
      inputOf[index] === undefined ? this.#read(output) : undefined,
    );
    return others.map((output, index) => tensors[index] ?? this.#keep(output, inputOf[index]!));
  }

  #read({ type, layout, address }: Output): Tensor {
    return this.#built.views.read(address, type, layout, this.#name);
  }

  #canKeep({ type, isOwn }: Output, input: number): boolean {
    return isOwn && type.size >= LEAST_RESIDENT && this.#built.inputs[input] !== undefined;
  }

  /** Moves an output to the place of an input. */
  #keep(output: Output, input: number): HeldValue {
    const { type, layout, address: from } = output;
    const to = this.#built.inputs[input]!;
    const view = this.#built.views.get(type.dtype);
    const begin = from / view.BYTES_PER_ELEMENT + layout.offset;
    view.copyWithin(to / view.BYTES_PER_ELEMENT, begin, begin + type.size);
    const there = { ...output, layout: { ...layout, offset: 0 }, address: to };
    const value = new ResidentValue(() => {
      const tensor = this.#read(there);
      this.#resident.note(input, tensor);
      return tensor;
    });
    this.#resident.put(input, value);
    return value;
  }

  /** Gives the memory back at once; it cannot be run any more. */
  release(): void {
    this.#resident.rescue();
    if (registry.unregister(this)) this.#built.resources.free();
  }

  #start(inputs: readonly (Tensor | HeldValue)[]): void {
    const { inputs: addresses, views, run, resources } = this.#built;
    for (let place = 0; place < addresses.length; place++) {
      const address = addresses[place];
      const input = inputs[place]!;
      if (address === undefined || this.#resident.has(place, input)) continue;
      const tensor = input instanceof Tensor ? input : input.read();
      this.#resident.forget(place);
      views.write(address, tensor);
      this.#resident.note(place, tensor);
    }
    try {
      run();
    } finally {
      resources.histories.drop(LARGE_HISTORY);
    }
  }
}
