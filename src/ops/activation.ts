/** Activations of neural networks that TensorFlow exports as `tf.nn.*` only. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { sigmoid as logistic } from "../core/numerics/logistic.js";
import { checkOptions } from "../core/options.js";
import { defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { run } from "../core/dispatch.js";
import { abs, add, multiply, square } from "./arithmetic.js";
import { greater, less } from "./comparison.js";
import { binary, checkDomain, type Operation, operation, type UnaryFunction, unary } from "./declare.js";
import { exp } from "./exponential.js";
import { minimum } from "./extremum.js";
import { logicalAnd } from "./logical.js";
import { reciprocal } from "./reciprocal.js";
import { where } from "./select.js";
import { sigmoid } from "./sigmoid.js";
import { erfc } from "./special.js";
import { tanh } from "./tanh.js";
