/** Transcendental programs against correctly rounded values, in float64, and over all of float32. */

import { describe, expect, it } from "vitest";
import { detectFeatures } from "../../src/backends/wasm/features.js";
import { tanh as preciseTanh } from "../../src/core/numerics/hyperbolic-tangent.js";
import {
  sigmoid as preciseSigmoid,
  softplus as preciseSoftplus,
} from "../../src/core/numerics/logistic.js";
import { power as precisePower } from "../../src/core/numerics/power.js";
import { exp } from "../../src/ops/exponential.js";
import { acosh, asinh, atanh, cosh, sinh } from "../../src/ops/hyperbolic.js";
import { expm1, log, log1p } from "../../src/ops/logarithm.js";
import { pow, sqrt } from "../../src/ops/power.js";
import { sigmoid } from "../../src/ops/sigmoid.js";
import { softplus } from "../../src/ops/softplus.js";
import { tanh } from "../../src/ops/tanh.js";
import { acos, asin, atan, atan2, cos, sin, tan } from "../../src/ops/trigonometric.js";
import { compareWithGolden, ulpDistance, worst } from "../numerics/elementary-golden.js";
import { opKernel, prepare } from "./kernels.js";
import { worstDistance } from "./ulps.js";

type Function = (...operands: number[]) => number;

/** Operation, name among the golden values, function in double precision, and the bound. */
const cases = [
  [exp, "exp", Math.exp, 2],
  [log, "log", Math.log, 2],
  [sin, "sin", Math.sin, 2],
  [cos, "cos", Math.cos, 2],
  [tanh, "tanh", preciseTanh, 2],
  [sigmoid, "sigmoid", preciseSigmoid, 2],
  [softplus, "softplus", preciseSoftplus, 2],
  [expm1, "expm1", Math.expm1, 2],
  [log1p, "log1p", Math.log1p, 2],
  [tan, "tan", Math.tan, 4],
  [sinh, "sinh", Math.sinh, 4],
  [cosh, "cosh", Math.cosh, 4],
  [asin, "asin", Math.asin, 4],
  [acos, "acos", Math.acos, 4],
  [atan, "atan", Math.atan, 4],
  [atan2, "atan2", Math.atan2, 4],
  [asinh, "asinh", Math.asinh, 4],
  [acosh, "acosh", Math.acosh, 4],
  [atanh, "atanh", Math.atanh, 4],
  [pow, "power", precisePower, 4],
  [sqrt, "sqrt", Math.sqrt, 0],
] as const;

const options = detectFeatures().relaxedSimd ? [false, true] : [false];

describe.each(options)("with relaxed SIMD: %s", (relaxedSimd) => {
  it.each(cases)("$1 is within its bound in float64", (operation, name, _function, bound) => {
    const points = compareWithGolden(name, () => 0);
    const arity = operation.op.inputs.length;
    const columns = Array.from({ length: arity }, (_, position) =>
      Float64Array.from(points, ({ at }) => at[position]!),
    );
    const kernel = opKernel(operation.op, new Array(arity).fill("float64"), "float64");
    const [actual] = prepare(kernel, { relaxedSimd })(columns, points.length);
    // Golden values do not tell −0 from 0.
    const compared = points.map((point, at) => ({ ...point, actual: actual![at]! }));
    const { error, at } = worst(compared, (one) => ulpDistance(one.actual, one.expected));
    expect(error, `at ${at.join(", ")}`).toBeLessThanOrEqual(bound);
  });

  it.each(cases)("$1 is within its bound in float32", (operation, _name, precise, bound) => {
    const arity = operation.op.inputs.length;
    const columns = Array.from({ length: arity }, (_, position) => everywhere(position, arity));
    const kernel = opKernel(operation.op, new Array(arity).fill("float32"), "float32");
    const count = columns[0]!.length;
    const [actual] = prepare(kernel, { relaxedSimd })(columns, count);
    const expected = Float32Array.from(columns[0]!, (_, at) =>
      (precise as Function)(...columns.map((column) => column[at]!)),
    );
    const { error, at } = worstDistance("float32", actual!, expected);
    const point = columns.map((column) => column[at]).join(", ");
    expect(error, `at ${point}: ${actual![at]} for ${expected[at]}`).toBeLessThanOrEqual(bound);
  });
});

/** Floats over the whole range of bits, and for every second one of several operands moderate ones. */
function everywhere(position: number, arity: number): Float32Array {
  const count = 2 ** 17;
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  let state = 12345 + position;
  for (let at = 0; at < count; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (arity > 1 && at % 2 === 1) values[at] = (state / 2 ** 31 - 1) * (position === 0 ? 100 : 5);
    else bits[at] = arity > 1 ? state : at * 2 ** 15 + (state >>> 17);
  }
  return values;
}
