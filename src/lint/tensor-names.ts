/** Which functions and methods of gradtape do not give one tensor, for code without type information. */

/** Functions whose result is no tensor, or not always one. */
export const NON_TENSOR_FUNCTIONS: ReadonlySet<string> = new Set([
  "moments",
  "setSeed",
  "split",
  "unstack",
]);

/** Methods of a tensor or a Variable whose result is no tensor, or not always one. */
export const NON_TENSOR_METHODS: ReadonlySet<string> = new Set([
  "data",
  "item",
  "read",
  "toArray",
  "toString",
]);
