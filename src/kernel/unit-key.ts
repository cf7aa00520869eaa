/** Units as text: those that are alike have one nest, as repeated layers do. */

import type { Numbering } from "../core/numbering.js";
import type { Tensor } from "../core/tensor.js";
import { attributeKey } from "../passes/attribute-key.js";
import { axesOfSpace } from "./row-space.js";
import { uniformElement } from "./uniform.js";
import { COMMON_NUMBERS, LARGEST_IMMEDIATE, type UnitContext } from "./unit-nest.js";
import type { Member, Unit } from "./units.js";

/** What a unit is like, whichever arrays it is about. */
export interface UnitKey {
  readonly text: string;
  /** The arrays that it is about, in the order in which the text numbers them. */
  readonly arrays: readonly number[];
}

/** The key of a unit; undefined for one with an operation that is like no other. */
export function unitKey(unit: Unit, context: UnitContext, numbers: Numbering): UnitKey | undefined {
  return new UnitText(unit, context, numbers).key();
}

class UnitText {
  readonly #unit: Unit;
  readonly #context: UnitContext;
  readonly #numbers: Numbering;
  readonly #arrays: number[] = [];
  /** Values that the unit computes, by the order in which it does. */
  readonly #values = new Map<number, number>();

  constructor(unit: Unit, context: UnitContext, numbers: Numbering) {
    this.#unit = unit;
    this.#context = context;
    this.#numbers = numbers;
  }

  key(): UnitKey | undefined {
    const { space, reduced = [], members } = this.#unit;
    let text = `${space.join()} over ${reduced.join()}`;
    for (const member of members) {
      const attributes = attributeKey(member.node.attributes, this.#numbers);
      if (attributes === undefined) return undefined;
      text += `;${this.#numbers.of(member.node.op)} ${attributes}${this.#memberText(member)}`;
    }
    return { text, arrays: this.#arrays };
  }

  #memberText({ node, rule, reduction }: Member): string {
    let text = reduction === undefined ? "" : " reduction";
    node.operands.forEach((operand, place) => {
      text += ` ${this.#operandText(operand, rule.axes[place]!)}`;
    });
    text += " to";
    for (let place = 0; place < node.outputs; place++) {
      const value = node.firstOutput + place;
      text += ` ${this.#typeText(value)}`;
      if (reduction === undefined) this.#values.set(value, this.#values.size);
      const isStored = !rule.isView && this.#context.isStored(value);
      if (isStored) text += ` in ${this.#array(value)} at ${this.#context.offsetOf(value)}`;
    }
    return text;
  }

  #operandText(value: number, axes: number): string {
    const { graph, units } = this.#context;
    const known = this.#values.get(value);
    const { shape } = graph.types[value]!;
    if (known !== undefined && axes === axesOfSpace(shape, this.#unit.space)) return `v${known}`;
    const { root, layout } = units.sourceOf(value);
    const constant = this.#context.constants.get(root);
    const element = constant === undefined ? undefined : uniformElement(constant);
    const type = `${this.#typeText(value)} ${axes}`;
    // Such a number is part of the code.
    if (element !== undefined && (this.#unit.space.length === 0 || COMMON_NUMBERS.has(element))) {
      return `${type} = ${numberText(element)}`;
    }
    const place = `${layout.strides.join()} + ${layout.offset} of ${this.#array(root)}`;
    return `${type} ${place}${constant === undefined ? "" : this.#constantText(constant)}`;
  }

  /** What code makes use of in a constant. */
  #constantText(constant: Tensor): string {
    const { constants } = this.#context;
    if (constant.size > LARGEST_IMMEDIATE || uniformElement(constant) !== undefined) {
      return constants.isOrdinary(constant) ? " ordinary" : "";
    }
    const elements = Array.from({ length: constant.size }, (_, place) =>
      numberText(constants.elementOf(constant, place)),
    );
    return ` = ${elements.join()}`;
  }

  #typeText(value: number): string {
    const { dtype, shape } = this.#context.graph.types[value]!;
    return `${dtype}[${shape.join()}]`;
  }

  /** The number of the array of a root among those of the unit. */
  #array(root: number): number {
    const array = this.#context.arrayOf(root);
    const known = this.#arrays.indexOf(array);
    return known >= 0 ? known : this.#arrays.push(array) - 1;
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
