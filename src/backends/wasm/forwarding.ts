/** Results of programs inside others that are computed where they are wanted, instead of being copied there. */

import { isContiguous } from "../../core/storage.js";
import type { Program } from "../../kernel/program.js";
import type { Address } from "./addresses.js";
import type { RegisterArrays } from "./register-arrays.js";

/**
 * By array of the inner program: where it is to lie. Only arrays that are one whole output can lie elsewhere, in locals or in memory as
 * they would anyway.
 */
export function forwardedOutputs(
  program: Program,
  targets: readonly (Address | undefined)[],
  registers: RegisterArrays,
): ReadonlyMap<number, Address> {
  const { inputs, outputs, arrays } = program;
  const forwarded = new Map<number, Address>();
  outputs.forEach(({ array, type, layout }, place) => {
    const target = targets[place];
    const declared = arrays[array]!;
    const isWhole =
      layout.offset === 0 &&
      type.size === declared.type.size &&
      isContiguous(type.shape, layout.strides);
    const isOwn = declared.constant === undefined && !inputs.includes(array);
    const isAlike =
      target !== undefined && (target.kind === "elements") === registers.isInLocals(program, array);
    if (isAlike && isWhole && isOwn && !forwarded.has(array)) {
      forwarded.set(array, target);
    }
  });
  return forwarded;
}
