/** Programs as WebAssembly: their statements one after the other, each a call of a function or a structure of others. */

import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import type { StatementPlan } from "../../kernel/memory-plan.js";
import type { Nest } from "../../kernel/nest.js";
import type { Place, Program, Statement } from "../../kernel/program.js";
import { type Address, behind, copyBytes, fixed, pushAddress } from "./addresses.js";
import { forwardedOutputs } from "./forwarding.js";
import type { Local } from "./function-builder.js";
import { hostOperation } from "./host-operation.js";
import { emitLoop } from "./loop.js";
import { nestFunction, positionsPerCall } from "./nest-calls.js";
import { addRows, nativeOperation } from "./operation.js";
import type { ParallelStatements } from "./parallel-statement.js";
import type { ProgramPlace, ProgramScope } from "./program-scope.js";

/** Writes a program. */
export class ProgramEmitter implements ProgramScope {
  readonly place: ProgramPlace;
  readonly #parallel: ParallelStatements | undefined;

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
    const { program, plan, base, inputs, context } = this.place;
    const declared = program.arrays[array]!;
    const forwarded = this.place.forwarded?.get(array);
    if (forwarded !== undefined) return forwarded;
    const lasting = context.placeOf(declared);
    if (lasting !== undefined) return fixed(lasting);
    const input = inputs === undefined ? -1 : program.inputs.indexOf(array);
    if (input >= 0) return inputs![input]!;
    return fixed(base + (plan.arrays.get(array) ?? 0));
  }

  /** Where the first element of a place lies. */
  first({ array, type, layout }: Place): Address {
    return behind(this.array(array), layout.offset * bytesOfDType(type.dtype));
  }

  /** Writes a program inside this one. */
  inner(
    program: Program,
    plan: StatementPlan["programs"][number],
    inputs: readonly Address[],
    options: { readonly iteration?: Local; readonly forwarded?: ReadonlyMap<number, Address> } = {},
  ): ProgramEmitter {
    const { body, context, base, iterations } = this.place;
    const emitter = new ProgramEmitter({
      body,
      context,
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

  #statement(statement: Statement, plan: StatementPlan): void {
    const parts = this.#parallel?.plan.get(statement);
    if (parts !== undefined) {
      this.#parallel!.emit(this, parts);
      return;
    }
    switch (statement.kind) {
      case "nest":
        this.#nest(statement.nest, statement.arrays);
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

  #nest(unordered: Nest, arrays: readonly number[]): void {
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
      const forwarded = forwardedOutputs(program, results);
      const emitter = this.inner(program, plan.programs[index]!, inputs, { forwarded });
      program.outputs.forEach((output, place) => {
        const to = results[place]!;
        if (forwarded.get(output.array) === to) return;
        copyBytes(
          body,
          emitter.first(output),
          to,
          output.type.size * bytesOfDType(output.type.dtype),
        );
      });
    };
    pushAddress(body, this.first(statement.condition));
    body.memory("i32.load8_u").if(
      () => write(statement.whenTrue, 0),
      () => write(statement.whenFalse, 1),
    );
  }
}
