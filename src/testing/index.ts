/** `gradtape/testing`: checks for tests of one's own. */

export {
  type CheckGradientsOptions,
  checkGradients,
  type Mode,
} from "./check-gradients.js";
export { type Deviation, GradientCheckError, GradientReport } from "./report.js";
