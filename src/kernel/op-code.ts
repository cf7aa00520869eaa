/** Elementwise operations as scalar programs: those that have one by a table, all others as calls of their scalar function. */

import type { Lowering, ScalarFunction } from "../core/lowering.js";
import type { Op } from "../core/op.js";
import { elu, leakyRelu, relu, relu6, selu, silu, softsign } from "../ops/activation.js";
import { abs, add, multiply, negative, sign, square, subtract } from "../ops/arithmetic.js";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "../ops/comparison.js";
import { divide } from "../ops/division.js";
import { exp } from "../ops/exponential.js";
import { maximum, minimum } from "../ops/extremum.js";
import { acosh, asinh, atanh, cosh, sinh } from "../ops/hyperbolic.js";
import { expm1, log, log1p } from "../ops/logarithm.js";
import { logicalAnd, logicalNot, logicalOr } from "../ops/logical.js";
import { logisticDensity } from "../ops/logistic-density.js";
import { lowerExponent } from "../ops/lower-exponent.js";
import { ceil, floordiv } from "../ops/math-rounding.js";
import { divideNoNan, xlogy } from "../ops/no-nan.js";
import { oneMinusSquare } from "../ops/one-minus-square.js";
import { pow, sqrt } from "../ops/power.js";
import { isFinite as isFiniteOp, isInf, isNan, logicalXor } from "../ops/predicates.js";
import { reciprocal, rsqrt, squaredDifference } from "../ops/reciprocal.js";
import { floor, round } from "../ops/rounding.js";
import { where } from "../ops/select.js";
import { sigmoid } from "../ops/sigmoid.js";
import { softplus } from "../ops/softplus.js";
import { tanh } from "../ops/tanh.js";
import { acos, asin, atan, atan2, cos, sin, tan } from "../ops/trigonometric.js";
import { zeroProduct } from "../ops/zero-product.js";
import type { CodeBuilder } from "./code-builder.js";
import * as piecewise from "./piecewise.js";
import type {
  BinaryOpcode,
  ComparisonOpcode,
  ScalarType,
  UnaryOpcode,
  Value,
} from "./scalar-code.js";
import * as exponential from "./transcendental/exponential.js";
import type { FloatProgram } from "./transcendental/format.js";
import * as hyperbolic from "./transcendental/hyperbolic.js";
import * as inverseHyperbolic from "./transcendental/inverse-hyperbolic.js";
import * as inverseTrigonometric from "./transcendental/inverse-trigonometric.js";
import * as logarithm from "./transcendental/logarithm.js";
import * as logistic from "./transcendental/logistic.js";
import { powF32, powF64 } from "./transcendental/power.js";
import * as trigonometric from "./transcendental/trigonometric.js";

type Elementwise = Extract<Lowering<never>, { kind: "elementwise" }>;

/** Programs of an operation by the type of its last operand. */
type Programs = Readonly<Partial<Record<ScalarType, FloatProgram>>>;

const unary =
  (op: Exclude<UnaryOpcode, "convert" | "reinterpret">): FloatProgram =>
  (code, x) =>
    code.unary(op, x);

const binary =
  (op: Exclude<BinaryOpcode, ComparisonOpcode>): FloatProgram =>
  (code, a, b) =>
    code.binary(op, a, b);

const comparison =
  (op: ComparisonOpcode): FloatProgram =>
  (code, a, b) =>
    code.compare(op, a, b);

/** A program for f64 with f32 in and out: exact but for one rounding, at the cost of wider lanes. */
const throughDouble =
  (program: FloatProgram): FloatProgram =>
  (code, ...operands) =>
    code.convert("f32", program(code, ...operands.map((operand) => code.convert("f64", operand))));

const floating = (program: FloatProgram): Programs => ({ f32: program, f64: program });
const double = (program: FloatProgram): Programs => ({ f32: throughDouble(program), f64: program });
const numeric = (program: FloatProgram): Programs => ({ ...floating(program), i32: program });
const any = (program: FloatProgram): Programs => ({ ...numeric(program), bool: program });
const boolean = (program: FloatProgram): Programs => ({ bool: program });

function makeTable(): ReadonlyMap<Op, Programs> {
  return new Map<Op, Programs>([
    [add.op, numeric(binary("add"))],
    [subtract.op, numeric(binary("sub"))],
    [multiply.op, numeric(binary("mul"))],
    [divide.op, floating(binary("div"))],
    [negative.op, numeric(unary("neg"))],
    [abs.op, numeric(unary("abs"))],
    [sign.op, numeric(piecewise.sign)],
    [square.op, numeric((code, x) => code.mul(x, x))],
    [squaredDifference.op, numeric(piecewise.squaredDifference)],
    [oneMinusSquare.op, floating(piecewise.oneMinusSquare)],
    [reciprocal.op, floating((code, x) => code.div(code.like(x, 1), x))],
    [rsqrt.op, floating((code, x) => code.div(code.like(x, 1), code.unary("sqrt", x)))],
    [sqrt.op, floating(unary("sqrt"))],
    [zeroProduct.op, floating(piecewise.zeroProduct)],
    [divideNoNan.op, floating(piecewise.divideNoNan)],
    [xlogy.op, floating(piecewise.xlogy)],
    [lowerExponent.op, floating(piecewise.lowerExponent)],
    [maximum.op, numeric(binary("max"))],
    [minimum.op, numeric(binary("min"))],
    [floor.op, floating(unary("floor"))],
    [ceil.op, floating(unary("ceil"))],
    [round.op, { ...floating(unary("nearest")), i32: (_code, x) => x }],
    [floordiv.op, double((code, a, b) => code.unary("floor", code.div(a, b)))],
    [equal.op, any(comparison("eq"))],
    [notEqual.op, any(comparison("ne"))],
    [less.op, numeric(comparison("lt"))],
    [lessEqual.op, numeric(comparison("le"))],
    [greater.op, numeric(comparison("gt"))],
    [greaterEqual.op, numeric(comparison("ge"))],
    [isNan.op, floating((code, x) => code.compare("ne", x, x))],
    [isInf.op, floating(piecewise.isInfinite)],
    [isFiniteOp.op, floating(piecewise.isFiniteNumber)],
    [logicalAnd.op, boolean(binary("and"))],
    [logicalOr.op, boolean(binary("or"))],
    [logicalXor.op, boolean(binary("xor"))],
    [logicalNot.op, boolean(unary("not"))],
    [where.op, any((code, condition, a, b) => code.select(condition, a, b))],
    [relu.op, numeric(piecewise.relu)],
    [relu6.op, numeric(piecewise.relu6)],
    [leakyRelu.op, floating(piecewise.leakyRelu)],
    [elu.op, floating(piecewise.elu)],
    [selu.op, floating(piecewise.selu)],
    [silu.op, floating((code, x) => code.mul(x, logistic.sigmoid(code, x)))],
    [softsign.op, floating(piecewise.softsign)],
    [exp.op, floating(exponential.exp)],
    [expm1.op, floating(exponential.expm1)],
    [log.op, floating(logarithm.log)],
    [log1p.op, floating(logarithm.log1p)],
    [tanh.op, floating(hyperbolic.tanh)],
    [sinh.op, floating(hyperbolic.sinh)],
    [cosh.op, floating(hyperbolic.cosh)],
    [sigmoid.op, floating(logistic.sigmoid)],
    [softplus.op, floating(logistic.softplus)],
    [logisticDensity.op, floating(logistic.logisticDensity)],
    [sin.op, floating(trigonometric.sin)],
    [cos.op, floating(trigonometric.cos)],
    [tan.op, floating(trigonometric.tan)],
    [asin.op, double(inverseTrigonometric.asin)],
    [acos.op, double(inverseTrigonometric.acos)],
    [atan.op, double(inverseTrigonometric.atan)],
    [atan2.op, double(inverseTrigonometric.atan2)],
    [asinh.op, double(inverseHyperbolic.asinh)],
    [acosh.op, double(inverseHyperbolic.acosh)],
    [atanh.op, double(inverseHyperbolic.atanh)],
    [pow.op, { f32: powF32, f64: powF64 }],
  ]);
}

let table: ReadonlyMap<Op, Programs> | undefined;

/**
 * Appends an elementwise operation to a program and gives its value.
 *
 * @param result type of the result, as `outputTypes` of the operation says it
 */
export function appendOp(
  code: CodeBuilder,
  op: Op,
  operands: readonly Value[],
  result: ScalarType,
): Value {
  table ??= makeTable();
  const type = code.typeOf(operands.at(-1)!);
  const program = table.get(op)?.[type];
  if (program !== undefined) return program(code, ...operands);
  return code.call(result, scalarFunction(op, type), operands);
}

/** The function of one element; the type is that of the last operand. */
function scalarFunction(op: Op, type: ScalarType): ScalarFunction {
  const { scalar, integer } = op.lowering as Elementwise;
  return type === "i32" && integer !== undefined ? integer : scalar;
}
