/** Programs written at random: every step is tried on the values of all rows before it is taken. */

import type * as tf from "gradtape";
import { type Shape, sizeOf } from "../../src/core/shape.js";
import { randomNumbers } from "../harness/operands.js";
import { GROUPS } from "./all-kinds.js";
import { CheckedMachine, inputsOf, runStep, Scope, scopeOf } from "./interpreter.js";
import { type BlockOptions, type Draft, type Kind, type Sample, Unsuitable } from "./kinds.js";
import { type Block, type Input, type Program, type Slot, type Step, usesOf } from "./program.js";
import type { Setting } from "./settings.js";
import { isWithin, type Limits, sameShape } from "./values.js";

/** How many rows of inputs a program has. */
export const ROWS = 3;
const DEEPEST = 3;

/** What all parts of one program share. */
interface Work {
  readonly setting: Setting;
  /** A number from 0 to 1. */
  readonly random: () => number;
  names: number;
}

class Writer implements Draft {
  readonly depth: number;
  readonly steps: Step[] = [];
  readonly #work: Work;
  readonly #scopes: readonly Scope[];
  readonly #slots: Slot[];
  /** How many of the values come from around. */
  readonly #around: number;
  readonly #stops: boolean;
  readonly #used = new Set<string>();

  constructor(
    work: Work,
    scopes: readonly Scope[],
    around: readonly Slot[],
    own: readonly Slot[],
    depth: number,
    stops: boolean,
  ) {
    this.#work = work;
    this.#scopes = scopes;
    this.#slots = [...around, ...own];
    this.#around = around.length;
    this.depth = depth;
    this.#stops = stops;
  }

  get limits(): Limits {
    return this.#work.setting;
  }

  integer(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.#work.random());
  }

  number(from: number, to: number): number {
    return from + (to - from) * this.#work.random();
  }

  chance(probability: number): boolean {
    return this.#work.random() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(0, list.length - 1)]!;
  }

  some(condition: (slot: Slot) => boolean = () => true): Slot | undefined {
    const own = this.chance(0.7) ? this.#slots.slice(this.#around).filter(condition) : [];
    const fitting = own.length > 0 ? own : this.#slots.filter(condition);
    if (fitting.length === 0) return undefined;
    const unused = fitting.filter(({ name }) => !this.#used.has(name));
    const list = unused.length > 0 && this.chance(0.6) ? unused : fitting;
    return this.chance(0.5) ? this.pick(list) : this.pick(list.slice(-3));
  }

  sampleOf({ name, shape }: Slot): Sample {
    return { shape, rows: this.#scopes.map((scope) => scope.read(name)) };
  }

  add(
    kind: string,
    operands: readonly Slot[],
    attributes: object = {},
    blocks: readonly Block[] = [],
  ): readonly Slot[] | undefined {
    const call = { kind, operands: operands.map(({ name }) => name), attributes, blocks };
    let rows: (readonly tf.Tensor[])[];
    try {
      rows = this.#scopes.map((scope) =>
        runStep({ ...call, results: [] }, scope, new CheckedMachine(this.limits)),
      );
    } catch (error) {
      if (error instanceof Unsuitable) return undefined;
      throw error;
    }
    const results = rows[0]!.map(({ shape }) => ({ name: this.#name("v"), shape }));
    rows.forEach((values, row) => {
      results.forEach(({ name }, index) => void this.#scopes[row]!.set(name, values[index]!));
    });
    const step = { ...call, results };
    this.steps.push(step);
    this.#slots.push(...results);
    for (const name of usesOf(step)) this.#used.add(name);
    return results;
  }

  within(slot: Slot, from: number, to: number): Slot | undefined {
    if (this.sampleOf(slot).rows.every((value) => isWithin(value, from, to))) return slot;
    return this.add("squash", [slot], { from, to: Math.min(to, from + 2.5) })?.[0];
  }

  block(parameters: readonly Sample[], options: BlockOptions = {}): Block | undefined {
    const { result, closes = true, stops = true } = options;
    if (this.depth >= DEEPEST) return undefined;
    const slots = parameters.map(({ shape }) => ({ name: this.#name("p"), shape }));
    const scopes = this.#scopes.map((around, row) => {
      const scope = new Scope(around);
      slots.forEach(({ name }, index) => void scope.set(name, parameters[index]!.rows[row]!));
      return scope;
    });
    const around = closes ? this.#slots : [];
    const inner = new Writer(
      this.#work,
      scopes,
      around,
      slots,
      this.depth + 1,
      this.#stops && stops,
    );
    inner.write(this.integer(1, this.depth === 0 ? 5 : 3));
    const end = inner.#end(result, slots);
    return end && { parameters: slots, steps: needed(inner.steps, [end.name]), result: end };
  }

  /** Adds about so many steps. */
  write(count: number): void {
    for (let tries = 0; this.steps.length < count && tries < 4 * count; tries++) {
      const kind = this.#drawKind();
      if (kind.name !== "stopGradient" || this.#stops) kind.write(this);
    }
  }

  /** What a block gives: what its last step gave, or something of the due shape that depends on that; now and then a value as it is. */
  #end(shape: Shape | undefined, parameters: readonly Slot[]): Slot | undefined {
    if (this.chance(0.04)) return this.some((slot) => !shape || sameShape(slot.shape, shape));
    const last = this.steps.at(-1)?.results[0];
    if (last === undefined || !shape || sameShape(last.shape, shape)) return last;
    const along = { axis: [...last.shape.keys()], keepdims: false };
    const mean =
      this.add(this.pick(["reduceMean", "reduceLogsumexp", "euclideanNorm"]), [last], along) ??
      this.add("reduceMean", [last], along);
    const like = parameters.find((slot) => sameShape(slot.shape, shape));
    if (mean === undefined) return undefined;
    if (like === undefined) return this.add("broadcastTo", mean, { shape })?.[0];
    const sum = this.add(this.pick(["add", "subtract", "multiply"]), [like, mean[0]!]);
    return (sum && this.chance(0.6) ? this.add(this.pick(["sin", "tanh"]), sum) : sum)?.[0];
  }

  #name(prefix: string): string {
    return `${prefix}${this.#work.names++}`;
  }

  #drawKind(): Kind {
    const shares = Object.entries(this.#work.setting.shares).map(
      ([group, share]) => [GROUPS[group]!, share[Math.min(this.depth, 1)]!] as const,
    );
    const group = this.#weighted(shares);
    return this.#weighted(group.map((kind) => [kind, kind.weight ?? 1] as const));
  }

  #weighted<T>(list: readonly (readonly [T, number])[]): T {
    let rest = this.number(0, 1) * list.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [one, weight] of list) {
      rest -= weight;
      if (rest < 0) return one;
    }
    return list[0]![0];
  }
}

/** The steps that some values depend on. */
export function needed(steps: readonly Step[], names: readonly string[]): Step[] {
  const wanted = new Set(names);
  const kept: Step[] = [];
  for (const step of [...steps].reverse()) {
    if (!step.results.some(({ name }) => wanted.has(name))) continue;
    for (const name of usesOf(step)) wanted.add(name);
    kept.unshift(step);
  }
  return kept;
}

function writeInput(draft: Draft, name: string, shapes: readonly Shape[]): Input {
  const shape = draft.pick(shapes);
  const values = (): number[] =>
    Array.from({ length: sizeOf(shape) }, () => draft.integer(-150, 150) / 100);
  return { name, shape, rows: Array.from({ length: ROWS }, values) };
}

/** The program of a few dozen steps that belongs to a number. */
export function writeProgram(seed: number, setting: Setting): Program {
  const work: Work = { setting, random: randomNumbers(`program ${seed}`), names: 0 };
  const outset = new Writer(work, [], [], [], 0, true);
  const shapes = setting.inputShapes(outset);
  const inputs = Array.from({ length: outset.integer(2, 4) }, (_, index) =>
    writeInput(outset, `x${index}`, shapes),
  );
  const given = { seed, limits: setting, inputs, steps: [] };
  const scopes = Array.from({ length: ROWS }, (_, row) => scopeOf(given, inputsOf(given, row)));
  const writer = new Writer(work, scopes, [], inputs, 0, true);
  writer.write(writer.integer(...setting.length));
  return { ...given, steps: writer.steps };
}
