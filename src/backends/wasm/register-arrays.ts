/** Which small arrays of programs live in locals: those that only code written in place touches. */

import { splitOperands, splitOutputs } from "../../control/loop-types.js";
import type { Nest } from "../../kernel/nest.js";
import {
  arraysRead,
  arraysWritten,
  type Place,
  type Program,
  type Statement,
} from "../../kernel/program.js";

type Loop = Extract<Statement, { kind: "loop" }>;

/** Larger arrays lie in memory. */
const LARGEST = 16;

/** Elements in locals for each use: of the arrays of a program, of what a pass carries, of what a loop only reads. */
const MOST_ELEMENTS = 64;

/** Instructions of nests that a program has in place; those behind are functions, which alike nests share. */
const MOST_INSTRUCTIONS = 4000;

/** The same for a whole module: engines take up to 50,000 locals in a function. */
const MOST_OF_MODULE = { elements: 10_000, instructions: 30_000 } as const;

/** What is in no loop, and occurs more often, is a function: a call costs less than code that runs but once. */
const MOST_TIMES = 2;

/** How a program is written. */
interface Residence {
  /** The nests that are written in place. */
  readonly inPlace: ReadonlySet<Statement>;
  /** Arrays that something needs in memory. */
  readonly inMemory: ReadonlySet<number>;
  /** Arrays of its own that live in locals. */
  readonly inLocals: ReadonlySet<number>;
}

/** Counts up to a limit, and up to that of something larger which this is part of. */
class Budget {
  #left: number;
  readonly #whole: Budget | undefined;

  constructor(most: number, whole?: Budget) {
    this.#left = most;
    this.#whole = whole;
  }

  take(count: number): boolean {
    if (count > this.#left || this.#whole?.take(count) === false) return false;
    this.#left -= count;
    return true;
  }
}

/** How often each nest occurs. */
function timesOf(statements: readonly Statement[]): ReadonlyMap<Nest, number> {
  const times = new Map<Nest, number>();
  for (const statement of statements) {
    if (statement.kind === "nest") times.set(statement.nest, (times.get(statement.nest) ?? 0) + 1);
  }
  return times;
}

/** Decides it for a program and all that are inside it. */
export class RegisterArrays {
  readonly #root: Program;
  readonly #elements = new Budget(MOST_OF_MODULE.elements);
  readonly #instructions = new Budget(MOST_OF_MODULE.instructions);
  readonly #residences = new Map<Program, Residence>();
  readonly #carries = new Map<Loop, readonly (readonly boolean[])[]>();

  /** @param root the program whose inputs and outputs the host writes and reads */
  constructor(root: Program) {
    this.#root = root;
  }

  /** Whether a nest is written in place. */
  isInPlace(program: Program, statement: Statement): boolean {
    return this.#residenceOf(program).inPlace.has(statement);
  }

  /** Whether an array of a program, which is none of its inputs, lives in locals. */
  isInLocals(program: Program, array: number): boolean {
    return this.#residenceOf(program).inLocals.has(array);
  }

  /** Whether an array of a program may live in the locals of a program around it. */
  mayBeInLocals(program: Program, array: number): boolean {
    return !this.#residenceOf(program).inMemory.has(array);
  }

  /** By pass of a loop: which of what it carries lives in locals while it runs. */
  carriesOf(loop: Loop): readonly (readonly boolean[])[] {
    let carries = this.#carries.get(loop);
    if (carries === undefined) {
      carries = loop.attributes.passes.map((pass, number) => {
        const needed = new Set<number>();
        this.#eachRead(loop, (read, isNeeded) => {
          const isOwn = read.kind === "carry" && read.pass === number;
          if (isOwn && isNeeded) needed.add(read.index);
        });
        const take = this.#elementBudget();
        const { outputs } = loop.bodies[number]!;
        return outputs
          .slice(0, pass.carries)
          .map(({ type }, index) => !needed.has(index) && take(type.size));
      });
      this.#carries.set(loop, carries);
    }
    return carries;
  }

  /** By capture of a loop: how many elements, from its first on, are read into locals before the loop; 0 for none. */
  capturesOf(loop: Loop): readonly number[] {
    const { captures } = splitOperands(loop.operands, loop.attributes);
    const wanted = new Set<number>();
    const needed = new Set<number>();
    this.#eachRead(loop, (read, isNeeded) => {
      if (read.kind === "capture") (isNeeded ? needed : wanted).add(read.index);
    });
    const take = this.#elementBudget();
    return captures.map((place, index) => {
      const elements = spanOf(place);
      const isTaken = wanted.has(index) && !needed.has(index) && take(elements);
      return isTaken ? elements : 0;
    });
  }

  /** Goes through what the programs of a loop read, with whether they need it in memory. */
  #eachRead(
    { attributes: { passes, trip }, bodies, test }: Loop,
    visit: (read: (typeof passes)[number]["reads"][number], isNeeded: boolean) => void,
  ): void {
    const visitAll = (program: Program, reads: (typeof passes)[number]["reads"]): void => {
      const { inMemory } = this.#residenceOf(program);
      reads.forEach((read, place) => void visit(read, inMemory.has(program.inputs[place]!)));
    };
    passes.forEach(({ reads }, number) => void visitAll(bodies[number]!, reads));
    if (trip.kind === "while") visitAll(test!, trip.reads);
  }

  #residenceOf(program: Program): Residence {
    let residence = this.#residences.get(program);
    if (residence === undefined) {
      residence = this.#decide(program);
      this.#residences.set(program, residence);
    }
    return residence;
  }

  #decide(program: Program): Residence {
    const { arrays, inputs, outputs, statements } = program;
    const inPlace = new Set<Statement>();
    const inMemory = new Set<number>();
    if (program === this.#root) for (const { array } of outputs) inMemory.add(array);
    const instructions = new Budget(MOST_INSTRUCTIONS, this.#instructions);
    const times = program === this.#root ? timesOf(statements) : undefined;
    for (const statement of statements) {
      const isInPlace =
        statement.kind === "nest" &&
        isSingle(statement.nest) &&
        (times?.get(statement.nest) ?? 1) <= MOST_TIMES &&
        instructions.take(statement.nest.code.length);
      if (isInPlace) inPlace.add(statement);
      else this.#noteNeeds(statement, (array) => void inMemory.add(array));
    }
    const take = this.#elementBudget();
    const given = new Set(inputs);
    const inLocals = new Set<number>();
    arrays.forEach(({ type, constant }, array) => {
      if (constant !== undefined || given.has(array) || inMemory.has(array)) return;
      if (take(type.size)) inLocals.add(array);
      else inMemory.add(array);
    });
    return { inPlace, inMemory, inLocals };
  }

  /** Takes the elements of one array after the other, as long as there are locals for them. */
  #elementBudget(): (elements: number) => boolean {
    const budget = new Budget(MOST_ELEMENTS, this.#elements);
    return (elements) => elements <= LARGEST && budget.take(elements);
  }

  /** Notes the arrays that a statement needs in memory, if it is no nest in place. */
  #noteNeeds(statement: Statement, need: (array: number) => void): void {
    switch (statement.kind) {
      case "nest":
        statement.arrays.forEach(need);
        return;
      case "addRows":
        for (const { array } of [statement.rows, statement.indices]) need(array);
        need(statement.result);
        return;
      case "operation":
        // Those of its epilogue, too.
        arraysRead(statement).forEach(need);
        arraysWritten(statement).forEach(need);
        return;
      case "branch":
        for (const inner of [statement.whenTrue, statement.whenFalse]) {
          inner.inputs.forEach((input, place) => {
            if (!this.mayBeInLocals(inner, input)) need(statement.operands[place]!.array);
          });
        }
        return;
      case "loop":
        this.#noteNeedsOfLoop(statement, need);
    }
  }

  #noteNeedsOfLoop(loop: Loop, need: (array: number) => void): void {
    const operands = splitOperands(loop.operands, loop.attributes);
    const results = splitOutputs(loop.results, loop.attributes);
    for (const { array } of operands.elems) need(array);
    results.stacked.forEach(need);
    this.#eachRead(loop, (read, isNeeded) => {
      if (read.kind === "capture" && isNeeded) need(operands.captures[read.index]!.array);
    });
    this.carriesOf(loop).forEach((isHeld, number) => {
      results.carries[number]!.forEach((array, index) => {
        if (!isHeld[index]) need(array);
      });
    });
  }
}

/** Whether a nest has one position, at which nothing is accumulated. */
function isSingle({ dims, results }: Nest): boolean {
  return dims.length === 0 && results.every(({ reducer }) => reducer === undefined);
}

/** The elements from the first of a place to the last. */
function spanOf({ type: { shape, size }, layout: { strides } }: Place): number {
  if (size === 0) return 0;
  return shape.reduce((span, length, axis) => span + (length - 1) * strides[axis]!, 1);
}
