/** What all parts of a module under construction share: its functions, its imports, and the places of what outlasts a call. */

import type { Tensor } from "../../core/tensor.js";
import { byteSize, programsIn } from "../../kernel/memory-plan.js";
import type { Nest } from "../../kernel/nest.js";
import {
  arraysRead,
  type Program,
  type ProgramArray,
  type Statement,
} from "../../kernel/program.js";
import { ModuleBuilder } from "./assembler.js";
import { Callees } from "./callees.js";
import type { EmitOptions } from "./elementwise.js";
import type { FunctionReference } from "./function-builder.js";
import type { LoopHistories } from "./loop-history.js";
import type { ValueType } from "./opcodes.js";
import type { MemoryViews } from "./views.js";

/** The module name of functions that compute what has no kernel, and that throw. */
export const HOST_MODULE = "host";

/** A function of JavaScript that generated code calls with addresses and counts. */
export type HostFunction = (...numbers: number[]) => unknown;

/** A nest, with its dimensions in the order of the loops, as a function of the module. */
export interface NestFunction {
  readonly nest: Nest;
  readonly callee: FunctionReference;
}

const ALIGNMENT = 64;
/** Bytes for what is kept of a loop of unknown length: where its history lies, and for how many iterations there is room. */
export const HISTORY_BYTES = 8;

export class ModuleContext {
  readonly module = new ModuleBuilder();
  readonly callees: Callees;
  readonly options: EmitOptions;
  readonly views: MemoryViews;
  readonly histories: LoopHistories;
  readonly hosts: HostFunction[] = [];
  /** Constants and where they are to lie. */
  readonly constants: { readonly tensor: Tensor; readonly address: number }[] = [];
  /** Nests that are functions of the module. */
  readonly nests = new Map<Nest, NestFunction>();
  readonly #shared = new Map<string, FunctionReference>();
  readonly #places = new Map<ProgramArray | Statement, number>();

  constructor(options: EmitOptions, views: MemoryViews, histories: LoopHistories) {
    this.options = options;
    this.views = views;
    this.histories = histories;
    this.callees = new Callees(this.module);
  }

  /** Gives constants and histories places from an address on; the bytes that they take. */
  static lastingBytes(program: Program): number {
    return layOut(program, 0, () => {});
  }

  placeLasting(program: Program, begin: number): void {
    layOut(program, begin, (item, address) => {
      this.#places.set(item, address);
      if ("type" in item && item.constant !== undefined) {
        this.constants.push({ tensor: item.constant, address });
      }
    });
  }

  /** Where a constant or the history of a loop lies. */
  placeOf(item: ProgramArray | Statement): number | undefined {
    return this.#places.get(item);
  }

  /** The function that `add` gives, or one that it gave before for the same key: layers that are alike share their code. */
  shared(key: string, add: () => FunctionReference): FunctionReference {
    let known = this.#shared.get(key);
    if (known === undefined) {
      known = add();
      this.#shared.set(key, known);
    }
    return known;
  }

  importHost(host: HostFunction, parameters: number, gives: boolean): FunctionReference {
    const name = String(this.hosts.push(host) - 1);
    const types = new Array<ValueType>(parameters).fill("i32");
    return this.module.importFunction({ module: HOST_MODULE, name }, types, gives ? ["i32"] : []);
  }

  /** What the instance has to be given. */
  imports(memory: WebAssembly.Memory): WebAssembly.Imports {
    const functions = Object.fromEntries(this.hosts.map((host, index) => [String(index), host]));
    return { [HOST_MODULE]: { memory, ...functions }, scalar: this.callees.imports };
  }
}

/** Goes through all that outlasts a call, in programs however deep; the bytes that it takes. */
function layOut(
  program: Program,
  begin: number,
  visit: (item: ProgramArray | Statement, address: number) => void,
): number {
  let next = begin;
  const place = (item: ProgramArray | Statement, bytes: number): void => {
    visit(item, next);
    next += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  };
  const walk = ({ arrays, statements, outputs }: Program): void => {
    const used = new Set([...statements.flatMap(arraysRead), ...outputs.map(({ array }) => array)]);
    arrays.forEach((array, number) => {
      if (array.constant !== undefined && used.has(number)) place(array, byteSize(array.type));
    });
    for (const statement of statements) {
      const isEndless = statement.kind === "loop" && statement.attributes.trip.kind === "while";
      if (isEndless) place(statement, HISTORY_BYTES);
      programsIn(statement).forEach(walk);
    }
  };
  walk(program);
  return next - begin;
}
