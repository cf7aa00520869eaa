/** Forward mode as operations are run: the tangent of every tensor that depends on what is watched. */

import type { Recorder } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import type { Call, Op } from "../core/op.js";
import type { Tensor, VariableIdentity } from "../core/tensor.js";
import { asRule, type DerivativeWatcher, derivativeWatcher } from "../core/watcher.js";
import { type OutputTangents, pushforward } from "./rules.js";

/**
 * Tangents by tensor. They are held weakly, so that a long loop holds those of its present tensors only. While the tangents of an
 * operation are computed, only recorders outside this one listen; so an inner accumulator does not see them.
 */
export class ForwardRecord implements Recorder {
  readonly order: number;
  /** null stands for a tangent that is zero. */
  readonly #tangents: WeakMap<Tensor, Tensor | null>;
  readonly #variables = new Map<VariableIdentity, Tensor>();

  /** @param earlier a record whose tangents this one goes on with */
  constructor(order: number, earlier?: ForwardRecord) {
    this.order = order;
    this.#tangents = earlier === undefined ? new WeakMap() : earlier.#tangents;
  }

  watchTensor(primal: Tensor, tangent: Tensor): void {
    this.#tangents.set(primal, tangent);
  }

  watchVariable(variable: VariableIdentity, tangent: Tensor): void {
    this.#variables.set(variable, tangent);
  }

  /** The tangent of a tensor; undefined where it is zero, or the tensor has nothing to do with what is watched. */
  tangentOf(tensor: Tensor): Tensor | undefined {
    return this.#tangents.get(tensor) ?? undefined;
  }

  /** Whether a tensor depends on what is watched, be its tangent zero. */
  isConnected(tensor: Tensor): boolean {
    return this.#tangents.has(tensor);
  }

  tangentOfVariable(variable: VariableIdentity): Tensor | undefined {
    return this.#variables.get(variable);
  }

  variableRead(variable: VariableIdentity, value: Tensor): void {
    const tangent = this.#variables.get(variable);
    if (tangent !== undefined) this.#tangents.set(value, tangent);
  }

  valueRead(): void {}

  record(op: Op, inputs: readonly Tensor[], attributes: unknown, outputs: readonly Tensor[]): void {
    if (op.derivative.kind === "none" || !outputs.some(({ dtype }) => isFloating(dtype))) return;
    const tangents: (Tensor | undefined)[] = [];
    let connected = false;
    let any = false;
    for (const input of inputs) {
      const tangent = this.#tangents.get(input);
      if (tangent !== undefined) connected = true;
      if (tangent) any = true;
      tangents.push(tangent ?? undefined);
    }
    if (!connected) return;
    for (const output of outputs) if (isFloating(output.dtype)) this.#tangents.set(output, null);
    if (!any) return;
    const call = { inputs, outputs, attributes };
    const watcher = derivativeWatcher();
    const results =
      watcher === undefined
        ? pushforward(op, call, tangents)
        : watchedTangents(watcher, op, call, tangents);
    results.forEach((tangent, position) => {
      const output = outputs[position]!;
      if (tangent !== undefined && isFloating(output.dtype)) this.#tangents.set(output, tangent);
    });
  }
}

/** `pushforward`, shown to a tool that looks at derivatives. */
function watchedTangents(
  watcher: DerivativeWatcher,
  op: Op,
  call: Call,
  tangents: readonly (Tensor | undefined)[],
): OutputTangents {
  const results = asRule(() => pushforward(op, call, tangents));
  watcher.pushedForward(op, call, tangents, results);
  return results;
}
