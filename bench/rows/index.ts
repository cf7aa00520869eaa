/** Every row of the benchmark, in the order in which they are run. */

import type { Row } from "../row.js";
import { bundleSize } from "./bundle-size.js";
import { elementwise } from "./elementwise.js";
import { flatMemory } from "./flat-memory.js";
import { longTape } from "./long-tape.js";
import { matmul } from "./matmul.js";
import { matrixRows } from "./matrix-rows.js";
import { scalarChain } from "./scalar-chain.js";
import { startup } from "./startup.js";
import { trainingStep } from "./training-step.js";

export const rows: readonly Row[] = [
  scalarChain,
  longTape,
  matrixRows,
  flatMemory,
  startup,
  bundleSize,
  elementwise,
  matmul,
  trainingStep,
];
