/** Programs as plain data: inputs, and steps that make values of values, some of which hold blocks of further steps. */

import { formatShape, type Shape } from "../../src/core/shape.js";
import type { Limits } from "./values.js";

/** A value by name. */
export interface Slot {
  readonly name: string;
  readonly shape: Shape;
}

/** One operation, or one piece of control flow over blocks. */
export interface Step {
  readonly kind: string;
  readonly operands: readonly string[];
  readonly attributes: object;
  readonly blocks: readonly Block[];
  readonly results: readonly Slot[];
}

/** Steps with parameters. They may also use values from around the block, which it closes over. */
export interface Block {
  readonly parameters: readonly Slot[];
  readonly steps: readonly Step[];
  /** One of its values, or one from around. */
  readonly result: Slot;
}

/** A value that a program is given, for each of several rows. */
export interface Input extends Slot {
  readonly rows: readonly (readonly number[])[];
}

/** Every value that no step uses is an output. */
export interface Program {
  /** Tells programs apart, and what is drawn for one of them. */
  readonly seed: number;
  readonly limits: Limits;
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
}

/** Names that a step uses, in its blocks too. */
export function usesOf({ operands, blocks }: Step): string[] {
  return [...operands, ...blocks.flatMap(freeNames)];
}

/** Names from around a block that are used in it. */
function freeNames({ parameters, steps, result }: Block): string[] {
  const own = new Set([
    ...parameters.map(({ name }) => name),
    ...steps.flatMap((step) => step.results.map(({ name }) => name)),
  ]);
  return [...steps.flatMap(usesOf), result.name].filter((name) => !own.has(name));
}

/** The results of steps that no step uses. */
export function outputsOf({ steps }: Program): Slot[] {
  const used = new Set(steps.flatMap(usesOf));
  return steps.flatMap(({ results }) => results.filter(({ name }) => !used.has(name)));
}

/** The number of steps, those in blocks included. */
export function countSteps(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, { blocks }) =>
      sum + 1 + blocks.reduce((inner, block) => inner + countSteps(block.steps), 0),
    0,
  );
}

/** The program as text with one line for every step. */
export function programText(program: Program): string {
  return [
    ...program.inputs.map(
      ({ name, shape, rows }) =>
        `${name}: ${formatShape(shape)} = ${rows.map(numbersText).join(" | ")}`,
    ),
    ...program.steps.flatMap(stepLines),
    `outputs ${outputsOf(program)
      .map(({ name }) => name)
      .join(", ")}`,
  ].join("\n");
}

function numbersText(values: readonly number[]): string {
  return values.map((value) => Number(value.toPrecision(4))).join(" ");
}

function stepLines({ kind, operands, attributes, blocks, results }: Step): string[] {
  const named = results.map(({ name, shape }) => `${name}: ${formatShape(shape)}`).join(", ");
  const text = JSON.stringify(attributes)
    .replaceAll(/"(\w+)":/g, "$1: ")
    .replaceAll(",", ", ");
  const line = `${named} = ${kind}(${operands.join(", ")})${text === "{}" ? "" : ` ${text}`}`;
  return [line, ...blocks.flatMap((block) => blockLines(block).map((inner) => `    ${inner}`))];
}

function blockLines({ parameters, steps, result }: Block): string[] {
  const taken = parameters.map(({ name, shape }) => `${name}: ${formatShape(shape)}`).join(", ");
  return [`(${taken}) =>`, ...steps.flatMap(stepLines), `return ${result.name}`];
}
