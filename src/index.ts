/** The public names. */

import "./ops/methods.js";
import "./runtime/eager.js";

export type { ArgumentOptions, Differential, Selected } from "./autodiff/arguments.js";
export {
  type CustomCotangents,
  type CustomResult,
  customGradient,
  type InputCotangents,
} from "./autodiff/custom-gradient.js";
export * from "./autodiff/forward-accumulator.js";
export { grad, hvp, jvp, valueAndGrad, vjp } from "./autodiff/functional.js";
export * from "./autodiff/functional-jacobian.js";
export { gradPassThrough, recomputeGrad } from "./autodiff/recompute-gradient.js";
export { GradientTape } from "./autodiff/tape.js";
export * from "./autodiff/tape-options.js";
export type { OutputGradients } from "./autodiff/target-cotangents.js";
export type { UnconnectedGradients } from "./autodiff/unconnected.js";
export { setThreads } from "./backends/thread-limit.js";
export { cond } from "./control/cond.js";
export { mapFn } from "./control/map-fn.js";
export { type ScanOptions, scan } from "./control/scan.js";
export { type LoopVariables, type WhileLoopOptions, whileLoop } from "./control/while-loop.js";
export type { TensorLike } from "./core/convert.js";
export type { DType, TypedArray } from "./core/dtype.js";
export * from "./core/errors.js";
export type { Graph } from "./core/graph.js";
export type { Literal } from "./core/literals.js";
export type { IsNest, MapNest, Nest } from "./core/nest.js";
export type { DataOptions, NestedNumbers } from "./core/reading.js";
export type { Shape } from "./core/shape.js";
export { Tensor } from "./core/tensor.js";
export { Variable, type VariableOptions } from "./core/variable.js";
export { detectAnomalies } from "./inspect/detect-anomalies.js";
export {
  explainGradient,
  GradientExplanation,
  type GradientStep,
} from "./inspect/explain-gradient.js";
export * as debugging from "./namespaces/debugging.js";
export * as graph from "./namespaces/graph.js";
export * as linalg from "./namespaces/linalg.js";
export * as math from "./namespaces/math.js";
export * as nn from "./namespaces/nn.js";
export * as optimizers from "./namespaces/optimizers.js";
export * as random from "./namespaces/random.js";
export * from "./ops/arg-reduction.js";
export * from "./ops/arithmetic.js";
export * from "./ops/cast.js";
export * from "./ops/clip.js";
export * from "./ops/comparison.js";
export * from "./ops/contraction.js";
export * from "./ops/creation.js";
export * from "./ops/division.js";
export * from "./ops/einsum.js";
export * from "./ops/exponential.js";
export * from "./ops/extremum.js";
export * from "./ops/eye.js";
export * from "./ops/hyperbolic.js";
export * from "./ops/identity.js";
export * from "./ops/indexing.js";
export * from "./ops/joining.js";
export * from "./ops/logical.js";
export type { TensorMethods } from "./ops/method-types.js";
export * from "./ops/norm.js";
export * from "./ops/number-lines.js";
export * from "./ops/padding.js";
export * from "./ops/power.js";
export * from "./ops/reduction.js";
export * from "./ops/rounding.js";
export * from "./ops/scan.js";
export * from "./ops/scattering.js";
export * from "./ops/select.js";
export * from "./ops/shape.js";
export * from "./ops/sigmoid.js";
export * from "./ops/slicing.js";
export * from "./ops/tanh.js";
export * from "./ops/trigonometric.js";
export {
  type Compiled,
  type CompileOptions,
  compile,
  type Inspection,
  type TraceReason,
} from "./runtime/compile.js";
export { loadCompiler } from "./runtime/load-compiler.js";
export type { TargetArrays } from "./runtime/target-arrays.js";
export { vectorizedMap } from "./transform/vectorized-map.js";
