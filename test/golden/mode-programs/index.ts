/** Every program of the golden cases of JAX and PyTorch, by name. */
import { arrays } from "./arrays.js";
import { binary } from "./binary.js";
import { contractions } from "./contractions.js";
import { elementwise } from "./elementwise.js";
import { formulas } from "./formulas.js";
import { layers } from "./layers.js";
import { networks } from "./networks.js";
import type { Program, Programs } from "./program.js";
import { recurrences } from "./recurrences.js";
import { reductions } from "./reductions.js";

const GROUPS: readonly Programs[] = [
  elementwise,
  binary,
  reductions,
  arrays,
  contractions,
  networks,
  layers,
  formulas,
  recurrences,
];

/** The names of all programs. */
export const programNames: readonly string[] = GROUPS.flatMap((group) => Object.keys(group));

const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  GROUPS.flatMap((group) => Object.entries(group)),
);

/**
 * The program of a name.
 *
 * @throws Error when there is none.
 */
export function programOf(name: string): Program {
  const program = PROGRAMS.get(name);
  if (program === undefined) throw new Error(`there is no program of the name ${name}`);
  return program;
}
