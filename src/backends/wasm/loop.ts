/** Loops: pass after pass, each a loop of WebAssembly over the statements of its body, mostly in a function of its own. */

import type { LoopPass } from "../../control/loop-types.js";
import { carryTypes, splitOperands, splitOutputs } from "../../control/loop-types.js";
import { bytesOfDType } from "../../kernel/elementwise-kernel.js";
import { byteSize, type StatementPlan } from "../../kernel/memory-plan.js";
import { type Address, copyBytes, newElements } from "./addresses.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { recordOf } from "./loop-history.js";
import { type Loop, PassEmitter, type PassFrame } from "./loop-pass.js";
import { isPassInPlace, iterationsPerCall } from "./loop-segments.js";
import type { ValueType } from "./opcodes.js";
import { Outline } from "./outline.js";
import type { ProgramScope } from "./program-scope.js";
import { plainType } from "./scalar-emitter.js";

/** Writes a loop. */
export function emitLoop(scope: ProgramScope, loop: Loop, plan: StatementPlan): void {
  new LoopEmitter(scope, loop, plan).emit();
}

class LoopEmitter {
  readonly #scope: ProgramScope;
  readonly #body: FunctionBuilder;
  readonly #loop: Loop;
  readonly #plan: StatementPlan;
  readonly #captures: readonly Address[];
  readonly #elems: readonly Address[];
  readonly #stacked: readonly Address[];
  readonly #iteration: Local;
  /** The iteration before which a call of a pass ends. */
  readonly #stop: Local;
  /** How many iterations there are. */
  readonly #count: Local;

  constructor(scope: ProgramScope, loop: Loop, plan: StatementPlan) {
    this.#scope = scope;
    this.#loop = loop;
    this.#plan = plan;
    const { body, registers } = scope.place;
    this.#body = body;
    this.#iteration = body.local("i32");
    this.#stop = body.local("i32");
    this.#count = body.local("i32");
    const { captures, elems } = splitOperands(loop.operands, loop.attributes);
    const held = registers.capturesOf(loop);
    this.#captures = captures.map((place, index) => {
      const elements = held[index]!;
      if (elements === 0) return scope.first(place);
      const address = scope.source(place);
      if (address.kind === "elements" || address.kind === "constants") return address;
      const { dtype } = place.type;
      const inLocals = newElements(body, dtype, elements);
      copyBytes(body, address, inLocals, elements * bytesOfDType(dtype));
      return inLocals;
    });
    this.#elems = elems.map((place) => scope.first(place));
    const results = loop.results.map((array) => scope.array(array));
    this.#stacked = splitOutputs(results, loop.attributes).stacked;
  }

  emit(): void {
    const { passes, trip } = this.#loop.attributes;
    if (trip.kind === "count") this.#body.constant("i32", trip.count).set(this.#count);
    passes.forEach((pass, number) => void this.#pass(pass, number));
  }

  /** A pass, with what it carries: in locals or where its results are to lie. */
  #pass(pass: LoopPass, number: number): void {
    const body = this.#body;
    const { results, operands, attributes } = this.#loop;
    const addresses = results.map((array) => this.#scope.array(array));
    const targets = splitOutputs(addresses, attributes).carries[number]!;
    const initial = splitOperands(operands, attributes).carries[number]!;
    const held = this.#scope.place.registers.carriesOf(this.#loop)[number]!;
    const types = carryTypes(pass);
    const carries = targets.map((target, index) => {
      if (!held[index] || target.kind === "elements") return target;
      const { dtype, size } = types[index]!;
      return newElements(body, dtype, size);
    });
    carries.forEach((carry, index) => {
      copyBytes(body, this.#scope.source(initial[index]!), carry, byteSize(types[index]!));
    });
    if (attributes.trip.kind === "while" && number === 0) this.#whileTrue(carries);
    else this.#counted(pass, number, carries);
    carries.forEach((carry, index) => {
      const target = targets[index]!;
      if (carry !== target) copyBytes(body, carry, target, byteSize(types[index]!));
    });
  }

  #counted({ reverse }: LoopPass, number: number, carries: readonly Address[]): void {
    const body = this.#body;
    const [iteration, stop, count] = [this.#iteration, this.#stop, this.#count];
    const isInPlace = isPassInPlace(this.#loop, number);
    /** The iteration behind the last one. */
    const pushEnd = (): void => void (reverse ? body.constant("i32", -1) : body.get(count));
    body.get(count).if(() => {
      if (reverse) body.get(count).constant("i32", 1).op("i32.sub").set(iteration);
      else body.constant("i32", 0).set(iteration);
      if (isInPlace) {
        pushEnd();
        body.set(stop);
        this.#iterations(reverse, this.#emitter(number, this.#frame(carries)), stop);
        return;
      }
      const call = this.#outlined(number, carries, [], (pass, end) =>
        this.#iterations(reverse, pass, end),
      );
      const perCall = iterationsPerCall(this.#loop, number);
      body.loop(() => {
        body.get(iteration).constant("i32", reverse ? -perCall : perCall);
        body.op("i32.add").set(stop);
        pushEnd();
        body.get(stop);
        pushEnd();
        body.get(stop).op(reverse ? "i32.gt_s" : "i32.lt_s");
        body.op("select").set(stop);
        call();
        body.get(stop).tee(iteration);
        pushEnd();
        body.op("i32.ne").branchIf(0);
      });
    });
  }

  /** Iterations, at least one, until a number is reached. */
  #iterations(reverse: boolean, pass: PassEmitter, stop: Local): void {
    const { iteration, scope } = pass.frame;
    const { body } = scope.place;
    pass.findHistory();
    body.loop(() => {
      pass.step();
      body.get(iteration).constant("i32", reverse ? -1 : 1);
      body.op("i32.add").tee(iteration).get(stop).op("i32.ne").branchIf(0);
    });
  }

  /** Iterations for as long as a test says; a call of the function gives whether there may be more. */
  #whileTrue(carries: readonly Address[]): void {
    const body = this.#body;
    const iteration = this.#iteration;
    const more = body.local("i32");
    body.constant("i32", 0).set(iteration);
    const call = this.#outlined(0, carries, [iteration, more], (pass, stop) =>
      this.#tested(pass, stop),
    );
    const perCall = iterationsPerCall(this.#loop, 0);
    body.loop(() => {
      body.get(iteration).constant("i32", perCall).op("i32.add").set(this.#stop);
      call();
      body.get(more).branchIf(0);
    });
    body.get(iteration).set(this.#count);
  }

  #tested(pass: PassEmitter, stop: Local): void {
    const { trip } = this.#loop.attributes;
    if (trip.kind !== "while") return;
    const { iteration, scope } = pass.frame;
    const { body } = scope.place;
    const more = body.local("i32");
    pass.findHistory();
    body.block(() => {
      body.loop(() => {
        pass.test(trip.reads);
        body.op("i32.eqz").branchIf(1);
        if (trip.maximumIterations !== undefined) pass.checkLimit(trip.maximumIterations);
        pass.makeRoom();
        pass.step();
        body.get(iteration).constant("i32", 1).op("i32.add").tee(iteration);
        body.get(stop).op("i32.ne").branchIf(0);
      });
      body.constant("i32", 1).set(more);
    });
    body.get(iteration).get(more);
  }

  /**
   * Adds a function with a part of a pass; gives what writes a call of it, with the numbers of the first iteration and of that before
   * which it ends.
   *
   * @param others locals that are set to what `write` leaves on the stack
   */
  #outlined(
    number: number,
    carries: readonly Address[],
    others: readonly Local[],
    write: (pass: PassEmitter, stop: Local) => void,
  ): () => void {
    const { place } = this.#scope;
    const outline = new Outline();
    const iterations = place.iterations.map((local) => outline.take(local, "i32"));
    const iteration = outline.take(this.#iteration, "i32");
    const stop = outline.take(this.#stop, "i32");
    const read = this.#capturesRead(number);
    const own = {
      captures: this.#captures.map((one, index) => (read.has(index) ? outline.address(one) : one)),
      elems: this.#elems.map((elem) => outline.address(elem)),
      carries: carries.map((carry) => outline.address(carry)),
      stacked: this.#stacked.map((one) => outline.address(one)),
      iteration,
    };
    const types = carries.flatMap((carry) =>
      carry.kind === "elements" ? carry.locals.map(() => plainType(carry.type)) : [],
    );
    const body = outline.begin([...others.map((): ValueType => "i32"), ...types]);
    const scope = this.#scope.within(body, iterations);
    write(this.#emitter(number, { ...own, scope }), stop);
    for (const carry of own.carries) {
      if (carry.kind === "elements") for (const local of carry.locals) body.get(local);
    }
    const { context } = place;
    const callee = context.shared(`pass ${body.key}`, () => context.module.addFunction(body));
    const given = carries.flatMap((carry) => (carry.kind === "elements" ? carry.locals : []));
    return () => {
      outline.pass(place.body);
      place.body.call(callee);
      for (const local of [...others, ...given].reverse()) place.body.set(local);
    };
  }

  /** The captures that a pass, or the test before its iterations, reads. */
  #capturesRead(number: number): ReadonlySet<number> {
    const { passes, trip } = this.#loop.attributes;
    const tested = trip.kind === "while" && number === 0 ? trip.reads : [];
    const reads = [...passes[number]!.reads, ...tested];
    return new Set(reads.flatMap((read) => (read.kind === "capture" ? [read.index] : [])));
  }

  #frame(carries: readonly Address[]): PassFrame {
    return {
      scope: this.#scope,
      captures: this.#captures,
      elems: this.#elems,
      carries,
      stacked: this.#stacked,
      iteration: this.#iteration,
    };
  }

  #emitter(number: number, frame: PassFrame): PassEmitter {
    return new PassEmitter(frame, this.#loop, this.#plan, recordOf(this.#loop.attributes), number);
  }
}
