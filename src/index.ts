/** The public names. */

import "./runtime/eager.js";

export * from "./autodiff/tape.js";
export type { TensorLike } from "./core/convert.js";
export type { DType, TypedArray } from "./core/dtype.js";
export * from "./core/errors.js";
export type { Shape } from "./core/shape.js";
export { Tensor } from "./core/tensor.js";
export { Variable, type VariableOptions } from "./core/variable.js";
export * as linalg from "./namespaces/linalg.js";
export * as math from "./namespaces/math.js";
export * as nn from "./namespaces/nn.js";
export * as random from "./namespaces/random.js";
export * from "./ops/arithmetic.js";
