/** Operations without a kernel: generated code calls back, and the reference evaluator computes them over its memory. */

import { unrecorded } from "../../core/dispatch.js";
import { InternalError } from "../../core/errors.js";
import type { GraphNode } from "../../core/graph.js";
import { inIteration } from "../../core/random-use.js";
import type { Tensor } from "../../core/tensor.js";
import type { Statement } from "../../kernel/program.js";
import { evaluate } from "../reference/evaluate.js";
import { pushAddress } from "./addresses.js";
import type { FunctionReference } from "./function-builder.js";
import type { ModuleContext } from "./module-context.js";
import type { ProgramScope } from "./program-scope.js";

type Operation = Extract<Statement, { kind: "operation" }>;

/** Writes a call of the reference evaluator. */
export function hostOperation(emitter: ProgramScope, { node, operands, results }: Operation): void {
  const { context, iterations, body, program } = emitter.place;
  // The function outlives the module's making, and must not hold what was needed for that.
  const { views } = context;
  const types = operands.map(({ type }) => type);
  const layouts = operands.map(({ layout }) => ({ ...layout, offset: 0 }));
  const outputs = results.map((array) => program.arrays[array]!.type);
  const host = (...numbers: number[]): void => {
    const loops = numbers.slice(0, iterations.length);
    const addresses = numbers.slice(iterations.length).map((address) => address >>> 0);
    const tensors = types.map((type, place) =>
      views.tensor(addresses[place]!, type, layouts[place]!),
    );
    const computed = within(loops, () => evaluated(node, tensors));
    outputs.forEach((_, place) => {
      views.write(addresses[types.length + place]!, computed[place]!);
    });
  };
  const callee = context.importHost(host, iterations.length + types.length + results.length, false);
  for (const iteration of iterations) body.get(iteration);
  for (const operand of operands) pushAddress(body, emitter.first(operand));
  for (const result of results) pushAddress(body, emitter.array(result));
  body.call(callee);
}

function evaluated({ op, attributes }: GraphNode, inputs: readonly Tensor[]): readonly Tensor[] {
  const outputs = unrecorded(() => evaluate(op, inputs, attributes));
  return Array.isArray(outputs) ? outputs : [outputs as Tensor];
}

/** Runs something as part of the iterations of loops, the outermost first. */
function within<T>([first, ...rest]: readonly number[], run: () => T): T {
  return first === undefined ? run() : inIteration(first, () => within(rest, run));
}

/**
 * A function that runs an operation only for its error, for generated code that has met something wrong. Where the operands lie is
 * written from `cell` on.
 */
export function failureOf(
  context: ModuleContext,
  { node, operands }: Operation,
  cell: number,
): FunctionReference {
  const layouts = operands.map(({ layout }) => ({ ...layout, offset: 0 }));
  const { views } = context;
  const host = (): void => {
    const addresses = views.get("int32");
    const tensors = operands.map(({ type }, place) =>
      views.tensor(addresses[cell / 4 + place]! >>> 0, type, layouts[place]!),
    );
    evaluated(node, tensors);
    throw new InternalError(`${node.op.name}: generated code and the reference disagree`);
  };
  return context.importHost(host, 0, false);
}
