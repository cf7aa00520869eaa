/** All calls of composites, as cases. */

import type { Case } from "../cases.js";
import { type PublicFunction, publicNames } from "../public-functions.js";
import { ARRAYS } from "./arrays.js";
import type { Composite } from "./composite.js";
import { MATHEMATICS } from "./mathematics.js";
import { NETWORKS } from "./networks.js";
import { TRANSFORMS } from "./transforms.js";

/** A call of a composite as a case. */
export interface CompositeCase extends Case {
  readonly composite: Composite;
}

export const COMPOSITES: readonly Composite[] = [
  ...ARRAYS,
  ...MATHEMATICS,
  ...NETWORKS,
  ...TRANSFORMS,
];

/** Every call, labelled by the public name of its function and its place among the calls of that. */
export function compositeCases(): CompositeCase[] {
  const names = publicNames();
  const counts = new Map<PublicFunction, number>();
  return COMPOSITES.map((composite) => {
    const count = counts.get(composite.covers) ?? 0;
    counts.set(composite.covers, count + 1);
    return {
      composite,
      label: `${names.get(composite.covers)?.[0] ?? "an unknown function"}, call ${count}`,
      operands: composite.operands,
      run: (inputs) => {
        const result = composite.call(...inputs);
        return Array.isArray(result) ? result : [result];
      },
      nameOf: (position) => `operand ${position}`,
    };
  });
}
