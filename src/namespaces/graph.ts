/** `tf.graph`: functions traced into graphs, which can be printed, verified and run. */

export { printGraph as print } from "../graph/print.js";
export { runFunctionGraph as run, trace } from "../graph/trace-function.js";
export { verifyGraph as verify } from "../graph/verify.js";
