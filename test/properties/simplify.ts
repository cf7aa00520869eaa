/** Simpler programs to try in place of one that fails: most of them compute the rest of it from the same values. */

import { valuesOf } from "../harness/operands.js";
import { needed, ROWS } from "./generate.js";
import {
  CheckedMachine,
  hostMachine,
  inputsOf,
  runSteps,
  type Scope,
  scopeOf,
} from "./interpreter.js";
import { Unsuitable } from "./kinds.js";
import { type Input, outputsOf, type Program, type Step, usesOf } from "./program.js";
import { simplerSteps } from "./simplify-steps.js";

/** Simpler programs, those that leave out most first. */
export function* simplerPrograms(program: Program): Generator<Program> {
  for (const { name } of outputsOf(program)) {
    const steps = needed(program.steps, [name]);
    if (steps.length < program.steps.length) yield withSteps(program, steps);
  }
  for (const chunk of chunksOf(program.steps)) {
    const rest = withoutSteps(program, chunk);
    if (rest.steps.length > 0) yield rest;
  }
  const scopes = valuesInRows(program);
  for (const chunk of chunksOf(program.steps)) {
    const rest = withGivenResults(program, chunk, scopes);
    if (rest !== undefined && rest.steps.length > 0) yield rest;
  }
  for (const simpler of changedPrograms(program)) {
    if (simpler.steps.length > 0 && isSuitable(simpler)) yield simpler;
  }
}

/** Runs of steps: halves, quarters, and so on down to single ones, the last first. */
function* chunksOf(steps: readonly Step[]): Generator<readonly Step[]> {
  for (let length = Math.ceil(steps.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let end = steps.length; end > 0; end -= length) {
      yield steps.slice(Math.max(0, end - length), end);
    }
  }
}

/** The program with other steps, and without the inputs that they do not use. */
function withSteps(program: Program, steps: readonly Step[], more: readonly Input[] = []): Program {
  const used = new Set(steps.flatMap(usesOf));
  const inputs = [...program.inputs, ...more].filter(({ name }) => used.has(name));
  return { ...program, inputs, steps };
}

/** The program without some steps and all that depend on them. */
function withoutSteps(program: Program, removed: readonly Step[]): Program {
  const gone = new Set<string>();
  const steps = program.steps.filter((step) => {
    const stays = !removed.includes(step) && !usesOf(step).some((name) => gone.has(name));
    if (!stays) for (const { name } of step.results) gone.add(name);
    return stays;
  });
  return withSteps(program, steps);
}

/** The program in which the results of some steps are given; undefined where their values are not known. */
function withGivenResults(
  program: Program,
  given: readonly Step[],
  scopes: readonly Scope[],
): Program | undefined {
  if (
    !scopes.every((scope) =>
      given.every(({ results }) => results.every(({ name }) => scope.has(name))),
    )
  ) {
    return undefined;
  }
  const rest = program.steps.filter((step) => !given.includes(step));
  const outputs = outputsOf(program).map(({ name }) => name);
  const inputs = given.flatMap(({ results }) =>
    results.map(
      (slot): Input => ({
        ...slot,
        rows: scopes.map((scope) => valuesOf(scope.read(slot.name))),
      }),
    ),
  );
  return withSteps(program, needed(rest, outputs), inputs);
}

/** The values of a program by row, up to the first step that cannot be run. */
function valuesInRows(program: Program): Scope[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const scope = scopeOf(program, inputsOf(program, row));
    try {
      runSteps(program.steps, scope, hostMachine);
    } catch {
      // The steps before it are known.
    }
    return scope;
  });
}

/** Programs that compute something else. */
function* changedPrograms(program: Program): Generator<Program> {
  const outputs = outputsOf(program).map(({ name }) => name);
  for (const { steps, names } of simplerSteps(program.steps, program.inputs)) {
    const kept = needed(
      steps,
      outputs.map((name) => names.get(name) ?? name),
    );
    yield withSteps(program, kept);
  }
  for (const input of program.inputs) {
    for (const digits of [0, 1]) {
      const rows = input.rows.map((values) => values.map((value) => Number(value.toFixed(digits))));
      if (JSON.stringify(rows) === JSON.stringify(input.rows)) continue;
      const inputs = program.inputs.map((other) => (other === input ? { ...input, rows } : other));
      yield { ...program, inputs };
    }
  }
}

/** Whether every step may be run in every row. */
function isSuitable(program: Program): boolean {
  try {
    for (let row = 0; row < ROWS; row++) {
      const machine = new CheckedMachine(program.limits);
      runSteps(program.steps, scopeOf(program, inputsOf(program, row)), machine);
    }
    return true;
  } catch (error) {
    if (error instanceof Unsuitable) return false;
    throw error;
  }
}
