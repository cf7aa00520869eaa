/** Which functions and methods of gradtape do not give one tensor, for code without type information. */

/** Functions whose result is no tensor, or not always one. */
export const NON_TENSOR_FUNCTIONS: ReadonlySet<string> = new Set([
  "compile",
  "cond",
  "customGradient",
  "detectAnomalies",
  "explainGradient",
  "grad",
  "gradPassThrough",
  "hessian",
  "hvp",
  "jacobian",
  "jvp",
  "loadCompiler",
  "mapFn",
  "moments",
  "print",
  "recomputeGrad",
  "run",
  "scan",
  "setSeed",
  "setThreads",
  "split",
  "trace",
  "unstack",
  "valueAndGrad",
  "vectorizedMap",
  "verify",
  "vjp",
  "whileLoop",
]);

/** Methods of a tensor or a Variable whose result is no tensor, or not always one. */
export const NON_TENSOR_METHODS: ReadonlySet<string> = new Set([
  "data",
  "item",
  "read",
  "toArray",
  "toString",
]);
