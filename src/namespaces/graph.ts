/** `tf.graph`: functions traced into graphs, which can be printed, verified and run. */

export { runGraph as run } from "../graph/interpret.js";
export { printGraph as print } from "../graph/print.js";
export { trace } from "../graph/trace-function.js";
export { verifyGraph as verify } from "../graph/verify.js";
