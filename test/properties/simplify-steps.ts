/** Simpler lists of steps: one left out, one replaced by what its block does, or one simplified itself. */

import { needed } from "./generate.js";
import type { Block, Slot, Step } from "./program.js";
import { sameShape } from "./values.js";

/** Other steps, and which names stand for results that are no longer there. */
export interface Simpler {
  readonly steps: readonly Step[];
  readonly names: ReadonlyMap<string, string>;
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** Options whose simpler value is false. */
const FLAGS = ["host", "counted", "reverse", "checkpoint", "exclusive", "forward"];

/** Kinds that give what their block gives at their operands. */
const PASSING = ["for", "customGradient", "recomputeGrad"];

/**
 * Lists of steps that are simpler than the given one.
 *
 * @param known what may be used around them
 */
export function* simplerSteps(steps: readonly Step[], known: readonly Slot[]): Generator<Simpler> {
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index]!;
    const before = steps.slice(0, index);
    const after = steps.slice(index + 1);
    const there = [...known, ...before.flatMap(({ results }) => results)];
    for (const names of replacements(step, there)) {
      yield { steps: [...before, ...renamed(after, names)], names };
    }
    for (const { steps: inner, names } of inlined(step)) {
      yield { steps: [...before, ...inner, ...renamed(after, names)], names };
    }
    for (const simpler of simplerStep(step, there)) {
      yield { steps: [...before, simpler, ...after], names: NO_NAMES };
    }
  }
}

/** Values that could stand for the result of a step. */
function replacements({ operands, results }: Step, there: readonly Slot[]): Map<string, string>[] {
  const [result] = results;
  if (result === undefined || results.length > 1) return [];
  const fitting = there.filter(({ shape }) => sameShape(shape, result.shape));
  const ofOperands = fitting.filter(({ name }) => operands.includes(name));
  const others = fitting.filter(({ name }) => !operands.includes(name)).slice(-2);
  return [...ofOperands, ...others].map(({ name }) => new Map([[result.name, name]]));
}

/** The steps of a block in the place of the step that holds it. */
function inlined({ kind, operands, blocks, results }: Step): Simpler[] {
  if (kind !== "cond" && !PASSING.includes(kind)) return [];
  return blocks.map((block) => {
    const given = new Map(block.parameters.map(({ name }, index) => [name, operands[index]!]));
    const end = block.result.name;
    return {
      steps: renamed(block.steps, given),
      names: new Map([[results[0]!.name, given.get(end) ?? end]]),
    };
  });
}

/** The step with a simpler option or block. */
function* simplerStep(step: Step, there: readonly Slot[]): Generator<Step> {
  for (const [key, value] of Object.entries(step.attributes)) {
    if (FLAGS.includes(key) && value !== false) {
      yield { ...step, attributes: { ...step.attributes, [key]: false } };
    }
  }
  for (const block of step.blocks) {
    for (const simpler of simplerSteps(block.steps, [...there, ...block.parameters])) {
      const { name, shape } = block.result;
      const result = { name: simpler.names.get(name) ?? name, shape };
      const other: Block = { ...block, steps: needed(simpler.steps, [result.name]), result };

      yield { ...step, blocks: step.blocks.map((one) => (one === block ? other : one)) };
    }
  }
}

/** Steps that use values under other names. */
function renamed(steps: readonly Step[], names: ReadonlyMap<string, string>): Step[] {
  const rename = (name: string): string => names.get(name) ?? name;
  return steps.map((step) => ({
    ...step,
    operands: step.operands.map(rename),
    blocks: step.blocks.map((block) => ({
      ...block,
      steps: renamed(block.steps, names),
      result: { ...block.result, name: rename(block.result.name) },
    })),
  }));
}
