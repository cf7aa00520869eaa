/** `gradtape/testing`: checks for tests of one's own. */

export {
  type CheckGradientsOptions,
  checkGradients,
} from "./check-gradients.js";
export type { Mode } from "./problem.js";
export { type Deviation, GradientCheckError, GradientReport } from "./report.js";
