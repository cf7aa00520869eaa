/** The evals that TensorFlow.js can do, by name. */

import type { EvalModule } from "../../evaluation.js";
import { det } from "./det.js";
import { gmm } from "./gmm.js";
import { hello } from "./hello.js";
import { kmeans } from "./kmeans.js";
import { llsq } from "./llsq.js";
import { lse } from "./lse.js";
import { lstm } from "./lstm.js";
import { ode } from "./ode.js";

export const modules: Readonly<Record<string, EvalModule>> = {
  det,
  gmm,
  hello,
  kmeans,
  llsq,
  lse,
  lstm,
  ode,
};
