/** Random programs for fast-check. */

import fc from "fast-check";
import { writeProgram } from "./generate.js";
import type { Program } from "./program.js";
import type { Setting } from "./settings.js";
import { simplerPrograms } from "./simplify.js";

/** Programs by seed: several checks of a file are on the same ones. */
const written = new Map<Setting, Map<number, Program>>();

export class ProgramArbitrary extends fc.Arbitrary<Program> {
  readonly #setting: Setting;
  readonly #known: Map<number, Program>;

  constructor(setting: Setting) {
    super();
    this.#setting = setting;
    this.#known = written.get(setting) ?? new Map();
    written.set(setting, this.#known);
  }

  generate(random: fc.Random): fc.Value<Program> {
    const seed = random.nextInt(0, 0x7fffffff);
    const program = this.#known.get(seed) ?? writeProgram(seed, this.#setting);
    this.#known.set(seed, program);
    return new fc.Value(program, undefined);
  }

  canShrinkWithoutContext(_value: unknown): _value is Program {
    return false;
  }

  shrink(program: Program): fc.Stream<fc.Value<Program>> {
    return fc.stream(simplerPrograms(program)).map((one) => new fc.Value(one, undefined));
  }
}
