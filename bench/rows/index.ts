/** Every row of the benchmark, in the order in which they are run. */

import type { Row } from "../row.js";
import { anomalies } from "./anomalies.js";
import { bundleSize } from "./bundle-size.js";
import { checkpointedScan } from "./checkpointed-scan.js";
import { compileTime, compileTimeLong } from "./compile-time.js";
import { convolutionStep } from "./convolution-step.js";
import { elementwise } from "./elementwise.js";
import { firstCallElementwise, firstCallMatmul } from "./first-call.js";
import { flatMemory } from "./flat-memory.js";
import { gradientCost } from "./gradient-cost.js";
import { gru } from "./gru.js";
import { hessian, hessianCompiled } from "./hessian.js";
import { layerJacobian } from "./layer-jacobian.js";
import { longTape } from "./long-tape.js";
import { matmul, matmulSmall } from "./matmul.js";
import { matmulGradient } from "./matmul-gradient.js";
import { matmulInto } from "./matmul-into.js";
import { matrixRows } from "./matrix-rows.js";
import { mlpHvp } from "./mlp-hvp.js";
import { scalarChain } from "./scalar-chain.js";
import { startup } from "./startup.js";
import { tanhSum, tanhSumShort } from "./tanh-sum.js";
import { tanhSumInto } from "./tanh-sum-into.js";
import { thirdDerivative, thirdDerivativeCompiled } from "./third-derivative.js";
import { threads } from "./threads.js";
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
  matmulInto,
  matmulSmall,
  matmulGradient,
  tanhSum,
  tanhSumInto,
  tanhSumShort,
  trainingStep,
  convolutionStep,
  threads,
  gru,
  compileTime,
  compileTimeLong,
  firstCallMatmul,
  firstCallElementwise,
  hessian,
  hessianCompiled,
  thirdDerivative,
  thirdDerivativeCompiled,
  layerJacobian,
  mlpHvp,
  gradientCost,
  anomalies,
  checkpointedScan,
];
