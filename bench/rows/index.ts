/** Every row of the benchmark, in the order in which they are run. */

import type { Row } from "../row.js";
import { anomalies } from "./anomalies.js";
import { bundleSize } from "./bundle-size.js";
import { checkpointedScan } from "./checkpointed-scan.js";
import { elementwise } from "./elementwise.js";
import { flatMemory } from "./flat-memory.js";
import { gradientCost } from "./gradient-cost.js";
import { hessian } from "./hessian.js";
import { layerJacobian } from "./layer-jacobian.js";
import { longTape } from "./long-tape.js";
import { matmul } from "./matmul.js";
import { matrixRows } from "./matrix-rows.js";
import { mlpHvp } from "./mlp-hvp.js";
import { scalarChain } from "./scalar-chain.js";
import { startup } from "./startup.js";
import { thirdDerivative } from "./third-derivative.js";
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
  hessian,
  thirdDerivative,
  layerJacobian,
  mlpHvp,
  gradientCost,
  anomalies,
  checkpointedScan,
];
