/** Programs as WebAssembly: their statements one after the other, each in place, a call of a function or a structure of others. */

import { hostValues } from "../../core/reading.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { StatementPlan } from "../../kernel/memory-plan.js";
import type { Place, Program, Statement } from "../../kernel/program.js";
import { scalarType } from "../../kernel/scalar-code.js";
import {
  type Address,
  behind,
  copyBytes,
  fixed,
  getElement,
  newElements,
  pushAddress,
} from "./addresses.js";
import { forwardedOutputs } from "./forwarding.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { hostOperation } from "./host-operation.js";
import { emitLoop } from "./loop.js";
import { nestFunction, positionsPerCall } from "./nest-calls.js";
import { nestInPlace } from "./nest-in-place.js";
import { addRows, nativeOperation } from "./operation.js";
import type { ParallelStatements } from "./parallel-statement.js";
import type { ProgramPlace, ProgramScope } from "./program-scope.js";

type NestStatement = Extract<Statement, { kind: "nest" }>;

/** Constants of at most so many elements are part of the code that copies them. */
const LARGEST_CONSTANT = 16;

/** Writes a program. */
export class ProgramEmitter implements ProgramScope {
  readonly place: ProgramPlace;
  readonly #parallel: ParallelStatements | undefined;
  /** Arrays that live in locals. */
  readonly #elements = new Map<number, Address>();

  /** @param parallel statements that threads share, of this program and not of those inside it */
  constructor(place: ProgramPlace, parallel?: ParallelStatements) {
    this.place = place;
    this.#parallel = parallel;
  }

  emit(): void {
    const { program, plan } = this.place;
    program.statements.forEach((statement, index) => {
      this.#statement(statement, plan.statements[index]!);
    });
  }

  /** Where an array begins. */
  array(array: number): Address {
    const { program, plan, base, inputs, context, registers } = this.place;
    const declared = program.arrays[array]!;
    const forwarded = this.place.forwarded?.get(array);
    if (forwarded !== undefined) return forwarded;
    const lasting = context.placeOf(declared);
    if (lasting !== undefined) return fixed(lasting);
    const input = inputs === undefined ? -1 : program.inputs.indexOf(array);
    if (input >= 0) return inputs![input]!;
    if (registers.isInLocals(program, array)) return this.#elementsOf(array);
    return fixed(base + (plan.arrays.get(array) ?? 0));
  }

  /** Where the first element of a place lies. */
  first({ array, type, layout }: Place): Address {
    return behind(this.array(array), layout.offset * bytesOfDType(type.dtype));
  }

  /** What to copy the elements of a place from: small constants need not be read from memory. */
  source(place: Place): Address {
    const { constant } = this.place.program.arrays[place.array]!;
    if (constant === undefined || constant.size > LARGEST_CONSTANT) return this.first(place);
    const values = hostValues(constant, "compile");
    const type = scalarType(constant.dtype);
    return { kind: "constants", type, values, first: place.layout.offset };
  }

  /** Writes a program inside this one. */
  inner(
    program: Program,
    plan: StatementPlan["programs"][number],
    inputs: readonly Address[],
    options: { readonly iteration?: Local; readonly forwarded?: ReadonlyMap<number, Address> } = {},
  ): ProgramEmitter {
    const { body, context, registers, base, iterations } = this.place;
    const emitter = new ProgramEmitter({
      body,
      context,
      registers,
      program,
      plan: plan.plan,
      base: base + plan.offset,
      inputs,
      ...(options.forwarded === undefined ? {} : { forwarded: options.forwarded }),
      iterations: options.iteration === undefined ? iterations : [...iterations, options.iteration],
    });
    emitter.emit();
    return emitter;
  }

  within(body: FunctionBuilder, iterations: readonly Local[]): ProgramEmitter {
    return new ProgramEmitter({ ...this.place, body, iterations });
  }

  #elementsOf(array: number): Address {
    let elements = this.#elements.get(array);
    if (elements === undefined) {
      const { dtype, size } = this.place.program.arrays[array]!.type;
      elements = newElements(this.place.body, dtype, size);
      this.#elements.set(array, elements);
    }
    return elements;
  }

  #statement(statement: Statement, plan: StatementPlan): void {
    const parts = this.#parallel?.plan.get(statement);
    if (parts !== undefined) {
      this.#parallel!.emit(this, parts);
      return;
    }
    switch (statement.kind) {
      case "nest":
        this.#nest(statement);
        return;
      case "operation":
        if (!nativeOperation(this, statement, plan)) hostOperation(this, statement);
        return;
      case "addRows":
        addRows(this, statement);
        return;
      case "branch":
        this.#branch(statement, plan);
        return;
      case "loop":
        emitLoop(this, statement, plan);
        return;
    }
  }

  #nest(statement: NestStatement): void {
    const { body, context, program, registers } = this.place;
    const { nest, arrays } = statement;
    if (registers.isInPlace(program, statement)) {
      nestInPlace(body, context, nest, (array) => this.array(arrays[array]!));
    } else this.#callNest(statement);
  }

  #callNest({ nest: unordered, arrays }: NestStatement): void {
    const { body, context } = this.place;
    const { nest, callee } = nestFunction(context, unordered);
    const outermost = nest.dims.length > nest.reduced ? nest.dims[0]! : 1;
    const perCall = positionsPerCall(nest);
    const call = (begin: () => void, count: () => void): void => {
      begin();
      count();
      for (const array of arrays) pushAddress(body, this.array(array));
      body.call(callee);
    };
    if (outermost <= 2 * perCall) {
      call(
        () => void body.constant("i32", 0),
        () => void body.constant("i32", outermost),
      );
      return;
    }
    const whole = Math.floor(outermost / perCall) * perCall;
    const begin = body.local("i32");
    body.constant("i32", 0).set(begin);
    body.loop(() => {
      call(
        () => void body.get(begin),
        () => void body.constant("i32", perCall),
      );
      body.get(begin).constant("i32", perCall).op("i32.add").tee(begin);
      body.constant("i32", whole).op("i32.lt_s").branchIf(0);
    });
    if (whole === outermost) return;
    call(
      () => void body.constant("i32", whole),
      () => void body.constant("i32", outermost - whole),
    );
  }

  #branch(statement: Extract<Statement, { kind: "branch" }>, plan: StatementPlan): void {
    const { body } = this.place;
    const inputs = statement.operands.map((operand) => this.first(operand));
    const write = (program: Program, index: number): void => {
      const results = statement.results.map((array) => this.array(array));
      const forwarded = forwardedOutputs(program, results, this.place.registers);
      const emitter = this.inner(program, plan.programs[index]!, inputs, { forwarded });
      program.outputs.forEach((output, place) => {
        const to = results[place]!;
        if (forwarded.get(output.array) === to) return;
        copyBytes(
          body,
          emitter.source(output),
          to,
          output.type.size * bytesOfDType(output.type.dtype),
        );
      });
    };
    getElement(body, this.first(statement.condition), "bool");
    body.if(
      () => write(statement.whenTrue, 0),
      () => write(statement.whenFalse, 1),
    );
  }
}
