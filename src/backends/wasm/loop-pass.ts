/** One pass of a loop: the test before an iteration, and the iteration itself. */

import { checkIterations } from "../../control/loop-run.js";
import type { LoopPass, LoopRead } from "../../control/loop-types.js";
import { byteSize, type StatementPlan } from "../../kernel/memory-plan.js";
import type { Program, Statement } from "../../kernel/program.js";
import { type Address, copyBytes, fixed, getElement, pushAddress } from "./addresses.js";
import { forwardedOutputs } from "./forwarding.js";
import type { FunctionBuilder, Local } from "./function-builder.js";
import { growHistory, type HistoryRecord, offsetOf } from "./loop-history.js";
import type { ProgramScope } from "./program-scope.js";

export type Loop = Extract<Statement, { kind: "loop" }>;

/** Where a pass finds what it works on, in the function that its code is part of. */
export interface PassFrame {
  readonly scope: ProgramScope;
  readonly captures: readonly Address[];
  readonly elems: readonly Address[];
  /** What the pass carries. */
  readonly carries: readonly Address[];
  readonly stacked: readonly Address[];
  /** The number of the iteration. */
  readonly iteration: Local;
}

/** A function that throws the error of a loop that has had as many iterations as it may. */
function failAt(maximumIterations: number, operation: string): () => void {
  return () => checkIterations(maximumIterations, maximumIterations, operation);
}

/** Writes the parts of a pass. */
export class PassEmitter {
  readonly frame: PassFrame;
  readonly #body: FunctionBuilder;
  readonly #loop: Loop;
  readonly #plan: StatementPlan;
  readonly #record: HistoryRecord;
  readonly #number: number;
  readonly #pass: LoopPass;
  readonly #program: Program;
  /** Where the history begins, and the record of the present iteration. */
  readonly #history: Local;
  readonly #present: Local;
  readonly #pointers = new Map<string, Local>();

  constructor(
    frame: PassFrame,
    loop: Loop,
    plan: StatementPlan,
    record: HistoryRecord,
    number: number,
  ) {
    this.frame = frame;
    this.#body = frame.scope.place.body;
    this.#loop = loop;
    this.#plan = plan;
    this.#record = record;
    this.#number = number;
    this.#pass = loop.attributes.passes[number]!;
    this.#program = loop.bodies[number]!;
    this.#history = this.#body.local("i32");
    this.#present = this.#body.local("i32");
  }

  /** Finds out where the history is, before the first iteration. */
  findHistory(): void {
    if (this.#record.bytes === 0) return;
    const { place } = this.frame.scope;
    if (this.#loop.attributes.trip.kind === "while") this.#readHistory();
    else {
      pushAddress(this.#body, fixed(place.base + this.#plan.scratch));
      this.#body.set(this.#history);
    }
  }

  #readHistory(): void {
    this.#body
      .constant("i32", this.#cell | 0)
      .memory("i32.load")
      .set(this.#history);
  }

  /** Where it is written where the history of a loop of unknown length begins. */
  get #cell(): number {
    return this.frame.scope.place.context.placeOf(this.#loop)!;
  }

  /** Puts it on the stack whether there is another iteration. */
  test(reads: readonly LoopRead[]): void {
    const { test, bodies } = this.#loop;
    const { scope, captures, carries, iteration } = this.frame;
    const inputs = reads.map((read) =>
      read.kind === "capture" ? captures[read.index]! : carries[read.index]!,
    );
    const plan = this.#plan.programs[bodies.length]!;
    const inner = scope.inner(test!, plan, inputs, { iteration });
    getElement(this.#body, inner.first(test!.outputs[0]!), "bool");
  }

  /** Throws if there have been as many iterations as there may be. */
  checkLimit(maximumIterations: number): void {
    const { operation } = this.#loop.attributes;
    const { context } = this.frame.scope.place;
    const fail = context.importHost(failAt(maximumIterations, operation), 0, false);
    this.#body.get(this.frame.iteration).constant("i32", maximumIterations).op("i32.eq");
    this.#body.if(() => void this.#body.call(fail));
  }

  /** Makes room for the record of the iteration in a history that grows. */
  makeRoom(): void {
    if (this.#record.bytes === 0) return;
    const body = this.#body;
    const { context } = this.frame.scope.place;
    const grow = context.importHost(
      growHistory(context.histories, this.#loop.attributes.operation, this.#record.bytes),
      1,
      false,
    );
    body
      .get(this.frame.iteration)
      .constant("i32", this.#cell | 0)
      .memory("i32.load", 4)
      .op("i32.ge_u");
    body.if(() => {
      body.constant("i32", this.#cell | 0).call(grow);
      this.#readHistory();
    });
  }

  /** One iteration. */
  step(): void {
    const body = this.#body;
    const { scope, carries, iteration } = this.frame;
    const { registers } = scope.place;
    const program = this.#program;
    if (this.#record.bytes > 0) {
      body.get(iteration).constant("i32", this.#record.bytes).op("i32.mul");
      body.get(this.#history).op("i32.add").set(this.#present);
    }
    for (const [index, carry] of carries.entries()) {
      const offset = offsetOf(this.#record, { kind: "carry", pass: this.#number, index });
      if (offset === undefined) continue;
      copyBytes(body, carry, this.#inRecord(offset), byteSize(program.outputs[index]!.type));
    }
    const inputs = this.#pass.reads.map((read) => this.#read(read));
    const targets = program.outputs.map(({ type }, place) =>
      place < this.#pass.carries
        ? []
        : this.#emitTargets(place - this.#pass.carries, byteSize(type)),
    );
    const forwarded = forwardedOutputs(
      program,
      targets.map(([first]) => first),
      registers,
    );
    const plan = this.#plan.programs[this.#number]!;
    const inner = scope.inner(program, plan, inputs, { iteration, forwarded });
    program.outputs.forEach((output, place) => {
      const from = inner.source(output);
      const bytes = byteSize(output.type);
      for (const target of targets[place]!) {
        if (forwarded.get(output.array) !== target) copyBytes(body, from, target, bytes);
      }
      // What is carried on as it was stays where it is; all others are arrays of the body, so that no copy writes what another reads.
      const isMoved = place < this.#pass.carries && !program.inputs.includes(output.array);
      if (isMoved) copyBytes(body, from, carries[place]!, bytes);
    });
  }

  #inRecord(offset: number): Address {
    return { kind: "local", local: this.#present, offset };
  }

  /** Where what an iteration gives out is kept: in the record of the iteration, and in results. */
  #emitTargets(index: number, bytes: number): readonly Address[] {
    const pass = this.#number;
    const offset = offsetOf(this.#record, { kind: "emit", pass, index });
    const kept: Address[] = offset === undefined ? [] : [this.#inRecord(offset)];
    this.#loop.attributes.stacked.forEach((one, position) => {
      if (one.pass !== pass || one.index !== index) return;
      kept.push(this.#at(this.frame.stacked[position]!, bytes, `stacked ${position}`));
    });
    return kept;
  }

  /** Where the body finds what it reads in the present iteration. */
  #read(read: LoopRead): Address {
    const { captures, elems, carries, stacked } = this.frame;
    const { attributes, operands, bodies } = this.#loop;
    switch (read.kind) {
      case "capture":
        return captures[read.index]!;
      case "elem": {
        const { type } = operands[attributes.captures + read.index]!;
        const bytes = byteSize(type) / Math.max(1, type.shape[0]!);
        return this.#at(elems[read.index]!, bytes, `elem ${read.index}`);
      }
      case "carry":
        if (read.pass === this.#number) return carries[read.index]!;
        break;
      case "emit": {
        const position = attributes.stacked.findIndex(
          ({ pass, index }) => pass === read.pass && index === read.index,
        );
        if (position < 0) break;
        const place = attributes.passes[read.pass]!.carries + read.index;
        const { type } = bodies[read.pass]!.outputs[place]!;
        return this.#at(stacked[position]!, byteSize(type), `stacked ${position}`);
      }
    }
    return this.#inRecord(offsetOf(this.#record, read)!);
  }

  /** The part of an array that belongs to the present iteration. */
  #at(begin: Address, bytes: number, key: string): Address {
    const body = this.#body;
    let pointer = this.#pointers.get(key);
    if (pointer === undefined) {
      pointer = body.local("i32");
      this.#pointers.set(key, pointer);
    }
    pushAddress(body, begin);
    body.get(this.frame.iteration).constant("i32", bytes).op("i32.mul").op("i32.add");
    body.set(pointer);
    return { kind: "local", local: pointer, offset: 0 };
  }
}
