/** Loops: pass after pass, each a loop of WebAssembly over the statements of its body. */

import { checkIterations } from "../../control/loop-run.js";
import type { LoopPass, LoopRead } from "../../control/loop-types.js";
import { splitOperands, splitOutputs } from "../../control/loop-types.js";
import { byteSize, type StatementPlan } from "../../kernel/memory-plan.js";
import type { Place, Statement } from "../../kernel/program.js";
import { type Address, behind, copyBytes, fixed, pushAddress } from "./addresses.js";
import { forwardedOutputs } from "./forwarding.js";
import type { Local } from "./function-builder.js";
import { growHistory, type HistoryRecord, offsetOf, recordOf } from "./loop-history.js";
import type { ProgramScope } from "./program-scope.js";

type Loop = Extract<Statement, { kind: "loop" }>;

/** Writes a loop. */
export function emitLoop(emitter: ProgramScope, loop: Loop, plan: StatementPlan): void {
  new LoopEmitter(emitter, loop, plan).emit();
}

/** A function that throws the error of a loop that has had as many iterations as it may. */
function failAt(maximumIterations: number, operation: string): () => void {
  return () => checkIterations(maximumIterations, maximumIterations, operation);
}

class LoopEmitter {
  readonly #emitter: ProgramScope;
  readonly #loop: Loop;
  readonly #plan: StatementPlan;
  readonly #record: HistoryRecord;
  readonly #captures: readonly Place[];
  readonly #elems: readonly Place[];
  readonly #initial: readonly (readonly Place[])[];
  /** By pass, where what it carries lies: in the results. */
  readonly #carries: readonly (readonly Address[])[];
  readonly #stacked: readonly Address[];
  readonly #iteration: Local;
  /** How many iterations there are. */
  readonly #count: Local;
  /** Where the history begins, and the record of the present iteration. */
  readonly #history: Local;
  readonly #present: Local;
  readonly #pointers = new Map<string, Local>();

  constructor(emitter: ProgramScope, loop: Loop, plan: StatementPlan) {
    this.#emitter = emitter;
    this.#loop = loop;
    this.#plan = plan;
    this.#record = recordOf(loop.attributes);
    const { captures, elems, carries } = splitOperands(loop.operands, loop.attributes);
    this.#captures = captures;
    this.#elems = elems;
    this.#initial = carries;
    const outputs = splitOutputs(
      loop.results.map((array) => emitter.array(array)),
      loop.attributes,
    );
    this.#carries = outputs.carries;
    this.#stacked = outputs.stacked;
    const { body } = emitter.place;
    this.#iteration = body.local("i32");
    this.#count = body.local("i32");
    this.#history = body.local("i32");
    this.#present = body.local("i32");
  }

  emit(): void {
    const { body } = this.#emitter.place;
    const { passes, trip } = this.#loop.attributes;
    if (trip.kind === "count") {
      body.constant("i32", trip.count).set(this.#count);
      pushAddress(body, fixed(this.#emitter.place.base + this.#plan.scratch));
      body.set(this.#history);
    } else {
      body
        .constant("i32", this.#cell | 0)
        .memory("i32.load")
        .set(this.#history);
    }
    passes.forEach((pass, number) => {
      this.#initial[number]!.forEach((place, index) => {
        const bytes = byteSize(place.type);
        copyBytes(body, this.#emitter.first(place), this.#carries[number]![index]!, bytes);
      });
      if (trip.kind === "while" && number === 0) this.#passWhile(pass);
      else this.#passCounted(pass, number);
    });
  }

  /** Where it is written where the history of a loop of unknown length begins. */
  get #cell(): number {
    return this.#emitter.place.context.placeOf(this.#loop)!;
  }

  #passCounted(pass: LoopPass, number: number): void {
    const { body } = this.#emitter.place;
    const left = body.local("i32");
    body.get(this.#count).tee(left);
    body.if(() => {
      if (pass.reverse) body.get(left).constant("i32", 1).op("i32.sub").set(this.#iteration);
      else body.constant("i32", 0).set(this.#iteration);
      body.loop(() => {
        this.#step(pass, number);
        body
          .get(this.#iteration)
          .constant("i32", pass.reverse ? -1 : 1)
          .op("i32.add")
          .set(this.#iteration);
        body.get(left).constant("i32", 1).op("i32.sub").tee(left).branchIf(0);
      });
    });
  }

  #passWhile(pass: LoopPass): void {
    const { body, context } = this.#emitter.place;
    const { trip, operation } = this.#loop.attributes;
    if (trip.kind !== "while") return;
    body.constant("i32", 0).set(this.#iteration);
    const { maximumIterations } = trip;
    body.block(() => {
      body.loop(() => {
        this.#test(trip.reads);
        body.op("i32.eqz").branchIf(1);
        if (maximumIterations !== undefined) {
          const fail = context.importHost(failAt(maximumIterations, operation), 0, false);
          body.get(this.#iteration).constant("i32", maximumIterations).op("i32.eq");
          body.if(() => void body.call(fail));
        }
        if (this.#record.bytes > 0) this.#makeRoom();
        this.#step(pass, 0);
        body.get(this.#iteration).constant("i32", 1).op("i32.add").set(this.#iteration);
        body.branch(0);
      });
    });
    body.get(this.#iteration).set(this.#count);
  }

  #makeRoom(): void {
    const { body, context } = this.#emitter.place;
    const grow = context.importHost(
      growHistory(context.histories, this.#loop.attributes.operation, this.#record.bytes),
      1,
      false,
    );
    body
      .get(this.#iteration)
      .constant("i32", this.#cell | 0)
      .memory("i32.load", 4)
      .op("i32.ge_u");
    body.if(() => {
      body.constant("i32", this.#cell | 0).call(grow);
      body
        .constant("i32", this.#cell | 0)
        .memory("i32.load")
        .set(this.#history);
    });
  }

  /** Puts the result of the test on the stack. */
  #test(reads: readonly LoopRead[]): void {
    const { body } = this.#emitter.place;
    const { test, bodies } = this.#loop;
    const inputs = reads.map((read) =>
      read.kind === "capture"
        ? this.#emitter.first(this.#captures[read.index]!)
        : this.#carries[0]![read.index]!,
    );
    const inner = this.#emitter.inner(test!, this.#plan.programs[bodies.length]!, inputs, {
      iteration: this.#iteration,
    });
    pushAddress(body, inner.first(test!.outputs[0]!));
    body.memory("i32.load8_u");
  }

  #step(pass: LoopPass, number: number): void {
    const { body } = this.#emitter.place;
    const { bodies } = this.#loop;
    body.get(this.#iteration).constant("i32", this.#record.bytes).op("i32.mul");
    body.get(this.#history).op("i32.add").set(this.#present);
    const program = bodies[number]!;
    const carries = this.#carries[number]!;
    const types = program.outputs.map(({ type }) => type);
    for (const [index, carry] of carries.entries()) {
      const offset = offsetOf(this.#record, { kind: "carry", pass: number, index });
      if (offset === undefined) continue;
      copyBytes(
        body,
        carry,
        { kind: "local", local: this.#present, offset },
        byteSize(types[index]!),
      );
    }
    const inputs = pass.reads.map((read) => this.#read(read, number));
    const targets = program.outputs.map(({ type }, place) =>
      place < pass.carries ? [] : this.#emitTargets(number, place - pass.carries, byteSize(type)),
    );
    const forwarded = forwardedOutputs(
      program,
      targets.map(([first]) => first),
    );
    const inner = this.#emitter.inner(program, this.#plan.programs[number]!, inputs, {
      iteration: this.#iteration,
      forwarded,
    });
    program.outputs.forEach((output, place) => {
      const from = inner.first(output);
      const bytes = byteSize(output.type);
      for (const target of targets[place]!) {
        if (forwarded.get(output.array) !== target) copyBytes(body, from, target, bytes);
      }
      // What is carried on as it was stays where it is.
      const isMoved = place < pass.carries && !program.inputs.includes(output.array);
      if (isMoved) copyBytes(body, from, carries[place]!, bytes);
    });
  }

  /** Where what an iteration gives out is kept: in the record of the iteration, and in results. */
  #emitTargets(pass: number, index: number, bytes: number): readonly Address[] {
    const offset = offsetOf(this.#record, { kind: "emit", pass, index });
    const kept: Address[] =
      offset === undefined ? [] : [{ kind: "local", local: this.#present, offset }];
    this.#loop.attributes.stacked.forEach((one, position) => {
      if (one.pass !== pass || one.index !== index) return;
      kept.push(this.#at(this.#stacked[position]!, bytes, `stacked ${position}`));
    });
    return kept;
  }

  /** Where a body finds what it reads in the present iteration. */
  #read(read: LoopRead, number: number): Address {
    switch (read.kind) {
      case "capture":
        return this.#emitter.first(this.#captures[read.index]!);
      case "elem": {
        const elem = this.#elems[read.index]!;
        const bytes = byteSize(elem.type) / Math.max(1, elem.type.shape[0]!);
        return this.#at(this.#emitter.first(elem), bytes, `elem ${read.index}`);
      }
      case "carry":
        if (read.pass === number) return this.#carries[number]![read.index]!;
        break;
      case "emit": {
        const { stacked } = this.#loop.attributes;
        const position = stacked.findIndex(
          ({ pass, index }) => pass === read.pass && index === read.index,
        );
        if (position < 0) break;
        const type =
          this.#loop.bodies[read.pass]!.outputs[
            this.#loop.attributes.passes[read.pass]!.carries + read.index
          ]!.type;
        return this.#at(this.#stacked[position]!, byteSize(type), `stacked ${position}`);
      }
    }
    return { kind: "local", local: this.#present, offset: offsetOf(this.#record, read)! };
  }

  /** The part of an array that belongs to the present iteration. */
  #at(begin: Address, bytes: number, key: string): Address {
    const { body } = this.#emitter.place;
    let pointer = this.#pointers.get(key);
    if (pointer === undefined) {
      pointer = body.local("i32");
      this.#pointers.set(key, pointer);
    }
    pushAddress(body, begin);
    body.get(this.#iteration).constant("i32", bytes).op("i32.mul").op("i32.add").set(pointer);
    return behind({ kind: "local", local: pointer, offset: 0 }, 0);
  }
}
