/** The forward pass over a record: tangents of what was watched pushed from the first entry of a tape to the last. */

import { isFloating } from "../core/dtype.js";
import { Tensor } from "../core/tensor.js";
import { EntryCalls } from "./entry-calls.js";
import { pushforward } from "./rules.js";
import type { TapeRecord } from "./tape-record.js";

/** A watched tensor's slot and its tangent. */
export interface TangentSeed {
  readonly slot: number;
  readonly tangent: Tensor;
}

/**
 * The tangents of the tensors in the target slots, undefined where they are zero.
 *
 * @param record one that keeps what pushforwards read
 */
export function forwardPass(
  record: TapeRecord,
  seeds: readonly TangentSeed[],
  targets: readonly number[],
): (Tensor | undefined)[] {
  const tangents = new Map<number, Tensor>();
  for (const { slot, tangent } of seeds) if (slot >= 0) tangents.set(slot, tangent);
  const calls = new EntryCalls();
  for (const chunk of record.chunks) {
    for (let entry = 0; entry < chunk.length; entry++) {
      const slots = Array.from(chunk.inputSlots(entry), (slot) => tangents.get(slot));
      if (!slots.some((tangent) => tangent !== undefined)) continue;
      const op = chunk.ops[entry]!;
      const outputs = chunk.outputSlots(entry);
      const call = calls.callOf(chunk, entry);
      if (!call.outputs.some(({ dtype }) => isFloating(dtype))) continue;
      pushforward(op, call, slots).forEach((tangent, position) => {
        const slot = outputs[position]!;
        if (tangent instanceof Tensor && slot >= 0) tangents.set(slot, tangent);
      });
    }
  }
  return targets.map((slot) => tangents.get(slot));
}
