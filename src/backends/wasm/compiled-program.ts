/** Programs ready to run: a module of their own, with all its arrays in a region of the memory of the process. */

import type { TypedArray } from "../../core/dtype.js";
import { copyLayout } from "../../core/reading.js";
import type { Tensor } from "../../core/tensor.js";
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
import { ResidentInputs } from "./resident-inputs.js";
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
  readonly outputs: readonly (Pick<Place, "type" | "layout"> & { readonly address: number })[];
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
    const place = { body, context, program, plan, base, iterations: [] };
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
    return this.#outputsFrom(0);
  }

  #outputsFrom(first: number): readonly Tensor[] {
    const { outputs, views } = this.#built;
    const tensors: Tensor[] = [];
    for (let place = first; place < outputs.length; place++) {
      const { type, layout, address } = outputs[place]!;
      tensors.push(views.read(address, type, layout, this.#name));
    }
    return tensors;
  }

  /** Writes the first outputs into arrays of their dtypes and sizes, and gives the others. */
  runInto(inputs: readonly Tensor[], targets: readonly TypedArray[]): readonly Tensor[] {
    this.#start(inputs);
    const { outputs, views } = this.#built;
    targets.forEach((target, place) => {
      const { type, layout, address } = outputs[place]!;
      const view = views.get(type.dtype);
      const offset = address / view.BYTES_PER_ELEMENT + layout.offset;
      copyLayout(view, { ...layout, offset }, target);
    });
    return this.#outputsFrom(targets.length);
  }

  /** Gives the memory back at once; it cannot be run any more. */
  release(): void {
    if (registry.unregister(this)) this.#built.resources.free();
  }

  #start(inputs: readonly Tensor[]): void {
    const { inputs: addresses, views, run, resources } = this.#built;
    for (let place = 0; place < addresses.length; place++) {
      const address = addresses[place];
      const input = inputs[place]!;
      if (address === undefined || this.#resident.hold(place, input)) continue;
      try {
        views.write(address, input);
      } catch (error) {
        this.#resident.forget(place);
        throw error;
      }
    }
    try {
      run();
    } finally {
      resources.histories.drop(LARGE_HISTORY);
    }
  }
}
