/** Statements cut into parts as WebAssembly: a function that computes any one part, and a call of the host for all of them. */

import { fixed, pushAddress } from "./addresses.js";
import { placeOf, storeFrame } from "./epilogue.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import type { KernelParts } from "./kernel-parts.js";
import type { ModuleContext } from "./module-context.js";
import { nestFunction, positionsPerCall } from "./nest-calls.js";
import type { NestParts } from "./nest-parts.js";
import type { ParallelPlan, StatementParts } from "./parallel-plan.js";
import type { ProgramScope } from "./program-scope.js";
import { PART_FUNCTION } from "./thread-script.js";

/** The parallel statements of a module. */
export class ParallelStatements {
  readonly plan: ParallelPlan;
  /** By callee: how many parts there are. */
  readonly parts: number[] = [];
  readonly #context: ModuleContext;
  readonly #run: FunctionReference;

  readonly #scratch: (bytes: number) => number;

  /**
   * @param run computes all parts of a callee
   * @param scratch where every slot has so many bytes, one after the other
   */
  constructor(
    plan: ParallelPlan,
    context: ModuleContext,
    run: (callee: number) => void,
    scratch: (bytes: number) => number,
  ) {
    this.plan = plan;
    this.#scratch = scratch;
    this.#context = context;
    this.#run = context.importHost((callee) => run(callee!), 1, false);
  }

  /** Writes a statement into the body of a program that is no part of another. */
  emit(scope: ProgramScope, statement: StatementParts): void {
    const callee = this.parts.push(statement.parts) - 1;
    const part =
      statement.kind === "nest"
        ? nestPart(scope, statement)
        : kernelPart(scope, statement, this.#scratch(statement.scratch));
    this.#context.module.exportFunction(`${PART_FUNCTION}${callee}`, part);
    scope.place.body.constant("i32", callee).call(this.#run);
  }
}

const PART: Local = 0;
const SLOT: Local = 1;

/** The function (part: i32, slot: i32) -> () for an operation; the scratch memories of slots lie one after the other. */
function kernelPart(
  scope: ProgramScope,
  statement: KernelParts,
  scratch: number,
): FunctionReference {
  const { operation, steps } = statement;
  const { context } = scope.place;
  const callees = statement.add(context);
  const body = new FunctionBuilder(["i32", "i32"], []);
  const addresses = [
    ...operation.operands.map((operand) => scope.first(operand)),
    ...operation.results.map((result) => scope.array(placeOf(operation, result))),
  ];
  const pushScratch = (): void => {
    pushAddress(body, fixed(scratch));
    body.get(SLOT).constant("i32", statement.scratch).op("i32.mul").op("i32.add");
  };
  const frame = body.local("i32");
  if (operation.epilogue !== undefined) {
    pushScratch();
    body.constant("i32", statement.frame).op("i32.add").set(frame);
    storeFrame(scope, body, operation, { kind: "local", local: frame, offset: 0 });
  }
  /** Calls what computes the part, which is this one or a later one. */
  const callFrom = (part: number): void => {
    const callee = callees[part]!;
    const next = callees.findIndex((other, index) => index > part && other !== callee);
    const call = (): void => {
      addresses.forEach((address, place) => {
        pushAddress(body, address);
        body
          .get(PART)
          .constant("i32", steps[place]! | 0)
          .op("i32.mul")
          .op("i32.add");
      });
      pushScratch();
      if (operation.epilogue !== undefined) {
        body.get(PART).constant("i32", statement.rows).op("i32.mul");
        body.get(frame);
      }
      body.call(callee);
    };
    if (next < 0) call();
    else
      body
        .get(PART)
        .constant("i32", next)
        .op("i32.lt_s")
        .if(call, () => callFrom(next));
  };
  callFrom(0);
  return context.module.addFunction(body);
}

/** The function (part: i32, slot: i32) -> () for a nest. */
function nestPart(
  scope: ProgramScope,
  { nest: unordered, arrays, perPart }: NestParts,
): FunctionReference {
  const { context } = scope.place;
  const { nest, callee } = nestFunction(context, unordered);
  const outermost = nest.dims[0]!;
  const perCall = positionsPerCall(nest);
  const body = new FunctionBuilder(["i32", "i32"], []);
  const [begin, end, count] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const least = (push: () => void, most: () => void): void => {
    push();
    most();
    push();
    most();
    body.op("i32.lt_s").op("select");
  };
  body.get(PART).constant("i32", perPart).op("i32.mul").set(begin);
  least(
    () => void body.get(begin).constant("i32", perPart).op("i32.add"),
    () => void body.constant("i32", outermost),
  );
  body.set(end);
  body.loop(() => {
    least(
      () => void body.get(end).get(begin).op("i32.sub"),
      () => void body.constant("i32", perCall),
    );
    body.set(count);
    body.get(begin).get(count);
    for (const array of arrays) pushAddress(body, scope.array(array));
    body.call(callee);
    body.get(begin).get(count).op("i32.add").tee(begin);
    body.get(end).op("i32.lt_s").branchIf(0);
  });
  return context.module.addFunction(body);
}
