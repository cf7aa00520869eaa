/** What a tape and its gradients can be told, and the type of what comes back. */

import type { MapNest } from "../core/nest.js";
import type { Tensor } from "../core/tensor.js";
import type { OutputGradients } from "./target-cotangents.js";
import type { UnconnectedGradients } from "./unconnected.js";

/** Options of `new GradientTape`. */
export interface GradientTapeOptions {
  /** Whether `gradient` can be called more than once; the record is then held until the tape is disposed of. Default false. */
  readonly persistent?: boolean;
  /** Whether trainable variables are watched when they are read. Default true. */
  readonly watchAccessedVariables?: boolean;
}

/** Options of `GradientTape.gradient`. */
export interface GradientOptions<U extends UnconnectedGradients = UnconnectedGradients> {
  /** A cotangent for every target, in the targets' structure; where one is null or missing, ones. */
  readonly outputGradients?: OutputGradients;
  /** "error" (the default) explains why, "none" gives null, "zero" zeros of the source's shape. */
  readonly unconnectedGradients?: U;
}

/** Options of `GradientTape.jacobian`. */
export interface JacobianTapeOptions<U extends UnconnectedGradients = UnconnectedGradients> {
  /** "error" (the default) explains why, "none" gives null, "zero" zeros. */
  readonly unconnectedGradients?: U;
}

/** The gradients of the sources `S`: the same structure with a tensor for every leaf. */
export type Gradients<S, U extends UnconnectedGradients> = MapNest<
  S,
  "none" extends U ? Tensor | null : Tensor
>;
