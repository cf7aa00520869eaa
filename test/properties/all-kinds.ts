/** All kinds of steps. */

import { castKinds } from "./cast-kinds.js";
import { contractionKinds } from "./contraction-kinds.js";
import { controlKinds } from "./control-kinds.js";
import { derivativeKinds } from "./derivative-kinds.js";
import { elementwiseKinds } from "./elementwise-kinds.js";
import { indexKinds } from "./index-kinds.js";
import type { Kind } from "./kinds.js";
import { reductionKinds } from "./reduction-kinds.js";
import { shapeKinds } from "./shape-kinds.js";

/** Kinds of steps by what they are about. */
export const GROUPS: Readonly<Record<string, readonly Kind[]>> = {
  elementwise: elementwiseKinds,
  reductions: reductionKinds,
  shapes: shapeKinds,
  indices: indexKinds,
  contractions: contractionKinds,
  control: controlKinds,
  derivatives: derivativeKinds,
  casts: castKinds,
};

const byName = new Map(
  Object.values(GROUPS)
    .flat()
    .map((kind) => [kind.name, kind]),
);

export function kindNamed(name: string): Kind {
  const kind = byName.get(name);
  if (kind === undefined) throw new Error(`no kind of step is named ${name}`);
  return kind;
}
