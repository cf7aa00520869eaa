/** The functions that generated code calls, each once in a module: those of JavaScript, and programs that are functions of their own. */

import type { ScalarFunction } from "../../core/lowering.js";
import { Numbering } from "../../core/numbering.js";
import type { ScalarCode, ScalarType } from "../../kernel/scalar-code.js";
import type { ModuleBuilder } from "./assembler.js";
import type { FunctionBuilder, FunctionReference } from "./function-builder.js";
import type { ValueType } from "./opcodes.js";

/** The module name of imported functions; their names are numbers. */
export const CALLEE_MODULE = "scalar";

/** The type in which a function of JavaScript takes or gives a number: engines have `Math.sin` and others built in for f64. */
export function calleeType(type: ScalarType): "f64" | "i32" {
  return type === "f32" || type === "f64" ? "f64" : "i32";
}

/** Imports functions into a module on demand. */
export class Callees {
  readonly #module: ModuleBuilder;
  readonly #known = new Map<ScalarFunction, Map<string, FunctionReference>>();
  readonly #functions: ScalarFunction[] = [];
  readonly #numbers = new Numbering();
  readonly #programs = new Map<ScalarCode, Map<string, FunctionReference>>();

  constructor(module: ModuleBuilder) {
    this.#module = module;
  }

  /** What the module has to be given, for `WebAssembly.Instance`. */
  get imports(): Record<string, ScalarFunction> {
    return Object.fromEntries(this.#functions.map((callee, position) => [position, callee]));
  }

  /** A number for a function of JavaScript or a program, the same for the same one. */
  numberOf(callee: ScalarFunction | ScalarCode): number {
    return this.#numbers.of(callee);
  }

  /** A program as a function of the module, in one of its forms. */
  ofProgram(program: ScalarCode, form: string, write: () => FunctionBuilder): FunctionReference {
    let byForm = this.#programs.get(program);
    if (byForm === undefined) {
      byForm = new Map();
      this.#programs.set(program, byForm);
    }
    let reference = byForm.get(form);
    if (reference === undefined) {
      reference = this.#module.addFunction(write());
      byForm.set(form, reference);
    }
    return reference;
  }

  /** The function for the given types of its arguments and its result. */
  reference(
    callee: ScalarFunction,
    inputs: readonly ScalarType[],
    result: ScalarType,
  ): FunctionReference {
    let bySignature = this.#known.get(callee);
    if (bySignature === undefined) {
      bySignature = new Map();
      this.#known.set(callee, bySignature);
    }
    const parameters: ValueType[] = inputs.map(calleeType);
    const results: ValueType[] = [calleeType(result)];
    const signature = `${parameters.join()} ${results.join()}`;
    let reference = bySignature.get(signature);
    if (reference === undefined) {
      const name = String(this.#functions.push(callee) - 1);
      reference = this.#module.importFunction({ module: CALLEE_MODULE, name }, parameters, results);
      bySignature.set(signature, reference);
    }
    return reference;
  }
}
