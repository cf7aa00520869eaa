/** Nests of units: those that are alike, as repeated layers have them, are one nest for other arrays. */

import { Numbering } from "../core/numbering.js";
import type { Nest } from "./nest.js";
import type { NestStatement } from "./program.js";
import { unitKey } from "./unit-key.js";
import { type UnitContext, unitNest } from "./unit-nest.js";
import type { Unit } from "./units.js";

/** A nest, and which of the arrays of its unit's key its arrays are. */
interface KnownNest {
  readonly nest: Nest;
  readonly arrays: readonly number[];
}

/** The nests of a program so far. */
export class AlikeUnits {
  readonly #nests = new Map<string, KnownNest>();
  readonly #numbers = new Numbering();

  /** The statement for a unit; undefined where nobody reads what it computes. */
  nestOf(unit: Unit, context: UnitContext): NestStatement | undefined {
    const key = unitKey(unit, context, this.#numbers);
    if (key === undefined) return unitNest(unit, context);
    const known = this.#nests.get(key.text);
    if (known !== undefined) {
      const arrays = known.arrays.map((place) => key.arrays[place]!);
      return { kind: "nest", nest: known.nest, arrays };
    }
    const statement = unitNest(unit, context);
    if (statement !== undefined) {
      const arrays = statement.arrays.map((array) => key.arrays.indexOf(array));
      this.#nests.set(key.text, { nest: statement.nest, arrays });
    }
    return statement;
  }
}
