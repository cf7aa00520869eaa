/** Operations without a kernel: generated code calls back, and the reference evaluator computes them over its memory. */

import { unrecorded } from "../../core/dispatch.js";
import { InternalError } from "../../core/errors.js";
import type { GraphNode } from "../../core/graph.js";
import { inIteration } from "../../core/random-use.js";
import type { Tensor } from "../../core/tensor.js";
import type { Place, Statement } from "../../kernel/program.js";
import { evaluate } from "../reference/evaluate.js";
import { pushAddress } from "./addresses.js";
import type { FunctionReference } from "./function-builder.js";
import type { ModuleContext } from "./module-context.js";
import type { ProgramScope } from "./program-scope.js";
import type { MemoryViews } from "./views.js";

type Operation = Extract<Statement, { kind: "operation" }>;

/** Writes a call of the reference evaluator. */
export function hostOperation(emitter: ProgramScope, { node, operands, results }: Operation): void {
  const { context, iterations, body } = emitter.place;
  const host = evaluator(context.views, node, operands, results.length, iterations.length);
  const parameters = iterations.length + operands.length + results.length;
  const callee = context.importHost(host, parameters, false);
  for (const iteration of iterations) body.get(iteration);
  for (const operand of operands) pushAddress(body, emitter.first(operand));
  for (const result of results) pushAddress(body, emitter.array(result));
  body.call(callee);
}

/**
 * A function of the numbers of the iterations of the loops around, and the addresses of operands and results. It outlives the making of
 * the module, so that it must hold nothing that was needed for that alone.
 */
function evaluator(
  views: MemoryViews,
  node: GraphNode,
  operands: readonly Place[],
  results: number,
  loops: number,
): (...numbers: number[]) => void {
  const types = operands.map(({ type }) => type);
  const layouts = operands.map(({ layout }) => ({ ...layout, offset: 0 }));
  return (...numbers) => {
    const addresses = numbers.slice(loops).map((address) => address >>> 0);
    const tensors = types.map((type, place) =>
      views.tensor(addresses[place]!, type, layouts[place]!),
    );
    const computed = within(numbers.slice(0, loops), () => evaluated(node, tensors));
    for (let place = 0; place < results; place++) {
      views.write(addresses[types.length + place]!, computed[place]!);
    }
  };
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
