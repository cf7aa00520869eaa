/**
 * Powers.
 *
 * Method and coefficients for f64: e_pow.c of fdlibm, Copyright (C) 2004 by Sun Microsystems, Inc.; permission to use, copy,
 * modify, and distribute that software is freely granted, provided that this notice is preserved.
 */

import { power } from "../../core/numerics/power.js";
import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { exp } from "./exponential.js";
import { integerAsFloat, nearestInteger, pick, polynomial, scale } from "./format.js";
import { log } from "./logarithm.js";

const ROOT_THREE_HALVES = 1.224744871391589;
const ROOT_THREE = 1.7320508075688772;

/** log₂ 1.5: its leading bits, and the rest. */
const LOG2_THREE_HALVES = { high: 0.5849624872207642, low: 1.350039202129749e-8 } as const;

/** 2/(3 ln 2): as a double, as a float32, and what the float32 lacks. */
const LOG2_SCALE = {
  whole: 0.9617966939259756,
  high: 0.9617967009544373,
  low: -7.028461650952758e-9,
} as const;

/** ln 2 as a float32, and what that lacks. */
const LN2 = { high: 0.6931471824645996, low: -1.904654299957768e-9 } as const;

// ((3/2)·log((1 + s)/(1 − s)) − 3s − s³) / s⁵ in powers of s².
const LOGARITHM_SERIES = [
  0.20697501780033842, 0.23066074577556175, 0.272728123808534, 0.33333332981837743,
  0.4285714285785502, 0.5999999999999946,
];

// (r·(exp(r) + 1)/(exp(r) − 1) − 2) / r² in powers of r².
const EXPONENTIAL_SERIES = [
  4.1381367970572385e-8, -1.6533902205465252e-6, 6.613756321437934e-5, -0.0027777777777015593,
  0.16666666666666602,
];

/** Beyond this exponent every base but ±1 over- or underflows. */
const HUGE_EXPONENT = 2 ** 65;
const LEAST_NORMAL = 2 ** -1022;

/** A number of more digits than f64 has, as a sum. The leading part is a float32, so that products of two are exact. */
interface Sum {
  readonly high: Value;
  readonly low: Value;
}

/** A number of f64 rounded to the digits of f32. */
function shorten(code: CodeBuilder, x: Value): Value {
  return code.convert("f64", code.convert("f32", x));
}

/** The significand in [1, 2) and the exponent of a normal number above 0. */
function split(code: CodeBuilder, x: Value): { readonly octave: Value; readonly fraction: Value } {
  const bits = code.reinterpret("i64", x);
  const exponent = integerAsFloat(code, code.shift("shrUnsigned", bits, 52));
  const stored = code.binary("and", bits, code.constant("i64", 0xfffffffffffffn));
  const one = code.constant("i64", 0x3ff0000000000000n);
  return {
    octave: code.sub(exponent, code.like(x, 1023)),
    fraction: code.reinterpret("f64", code.binary("or", stored, one)),
  };
}

/** log₂ of a normal number above 0. */
function log2(code: CodeBuilder, x: Value): Sum {
  const number = (constant: number): Value => code.constant("f64", constant);
  const { octave, fraction } = split(code, x);
  // The significand is taken relative to 1, to 1.5 or, one octave up, to 1 again.
  const up = code.compare("ge", fraction, number(ROOT_THREE));
  const fromMiddle = code.compare("ge", fraction, number(ROOT_THREE_HALVES));
  const middle = code.binary("and", fromMiddle, code.unary("not", up));
  const significand = code.select(up, code.mul(fraction, number(0.5)), fraction);
  const whole = code.select(up, code.add(octave, number(1)), octave);
  const center = code.select(middle, number(1.5), number(1));

  const numerator = code.sub(significand, center);
  const denominator = code.add(significand, center);
  const reciprocal = code.div(number(1), denominator);
  const s = code.mul(numerator, reciprocal);
  const sHigh = shorten(code, s);
  const denominatorHigh = shorten(code, denominator);
  const denominatorLow = code.sub(significand, code.sub(denominatorHigh, center));
  const missing = code.sub(
    code.sub(numerator, code.mul(sHigh, denominatorHigh)),
    code.mul(sHigh, denominatorLow),
  );
  const sLow = code.mul(reciprocal, missing);

  // The series 3s + s³ + … as a sum; first divided by s, then times s.
  const square = code.mul(s, s);
  const squareHigh = code.mul(sHigh, sHigh);
  const higher = code.add(
    code.mul(code.mul(square, square), polynomial(code, square, LOGARITHM_SERIES)),
    code.mul(sLow, code.add(sHigh, s)),
  );
  const factorHigh = shorten(code, code.add(code.add(number(3), squareHigh), higher));
  const factorLow = code.sub(higher, code.sub(code.sub(factorHigh, number(3)), squareHigh));
  const leading = code.mul(sHigh, factorHigh);
  const trailing = code.add(code.mul(sLow, factorHigh), code.mul(factorLow, s));
  const seriesHigh = shorten(code, code.add(leading, trailing));
  const seriesLow = code.sub(trailing, code.sub(seriesHigh, leading));

  const centerHigh = code.select(middle, number(LOG2_THREE_HALVES.high), number(0));
  const centerLow = code.select(middle, number(LOG2_THREE_HALVES.low), number(0));
  const scaledHigh = code.mul(number(LOG2_SCALE.high), seriesHigh);
  const scaledLow = code.add(
    code.add(
      code.mul(number(LOG2_SCALE.low), seriesHigh),
      code.mul(seriesLow, number(LOG2_SCALE.whole)),
    ),
    centerLow,
  );
  const high = shorten(
    code,
    code.add(code.add(code.add(scaledHigh, scaledLow), centerHigh), whole),
  );
  const known = code.sub(code.sub(code.sub(high, whole), centerHigh), scaledHigh);
  return { high, low: code.sub(scaledLow, known) };
}

/** 2 to the power of a sum. */
function exp2(code: CodeBuilder, { high, low }: Sum): Value {
  const number = (constant: number): Value => code.constant("f64", constant);
  const sum = code.add(high, low);
  const whole = nearestInteger(code, sum, 1);
  const fraction = code.sub(high, whole);
  const fractionHigh = shorten(code, code.add(fraction, low));
  const leading = code.mul(fractionHigh, number(LN2.high));
  const trailing = code.add(
    code.mul(code.sub(low, code.sub(fractionHigh, fraction)), number(Math.LN2)),
    code.mul(fractionHigh, number(LN2.low)),
  );
  const r = code.add(leading, trailing);
  const rest = code.sub(trailing, code.sub(r, leading));
  const square = code.mul(r, r);
  const reduced = code.sub(r, code.mul(square, polynomial(code, square, EXPONENTIAL_SERIES)));
  const quotient = code.div(code.mul(r, reduced), code.sub(reduced, number(2)));
  const correction = code.sub(quotient, code.add(rest, code.mul(r, rest)));
  const value = scale(code, code.sub(number(1), code.sub(correction, r)), whole);
  const above = code.compare("ge", sum, number(1025));
  const below = code.compare("le", sum, number(-1080));
  return pick(code, above, Number.POSITIVE_INFINITY, pick(code, below, 0, value));
}

/** `base` to the power `exponent` for f64. Subnormal and infinite bases and exponents beyond 2⁶⁵ are left to JavaScript. */
export function powF64(code: CodeBuilder, base: Value, exponent: Value): Value {
  const magnitude = code.unary("abs", base);
  const { high, low } = log2(code, magnitude);
  const exponentHigh = shorten(code, exponent);
  const exponentLow = code.sub(exponent, exponentHigh);
  const value = exp2(code, {
    high: code.mul(exponentHigh, high),
    low: code.add(code.mul(exponentLow, high), code.mul(exponent, low)),
  });
  const zero = code.like(base, 0);
  const isZero = code.compare("eq", base, zero);
  const growing = code.compare("gt", exponent, zero);
  const infinity = code.like(base, Number.POSITIVE_INFINITY);
  const powerOfZero = code.select(growing, zero, infinity);
  const normal = code.binary(
    "and",
    code.compare("ge", magnitude, code.like(base, LEAST_NORMAL)),
    code.compare("lt", magnitude, infinity),
  );
  const ordinary = code.binary(
    "and",
    code.binary("or", normal, isZero),
    code.compare("lt", code.unary("abs", exponent), code.like(exponent, HUGE_EXPONENT)),
  );
  const positive = code.select(isZero, powerOfZero, value);
  const real = withSpecialValues(code, base, exponent, positive);
  return code.patch(code.unary("not", ordinary), real, power, [base, exponent]);
}

/** `base` to the power `exponent` for f32, by way of f64. */
export function powF32(code: CodeBuilder, base: Value, exponent: Value): Value {
  const x = code.convert("f64", base);
  const y = code.convert("f64", exponent);
  // The error of the logarithm grows with the exponent, but remains far below what f32 resolves.
  const value = exp(code, code.mul(y, log(code, code.unary("abs", x))));
  return code.convert("f32", withSpecialValues(code, x, y, value));
}

/** |x| to the power y made right for a negative x, and where a power is 1 although its logarithm is not 0. */
function withSpecialValues(code: CodeBuilder, x: Value, y: Value, value: Value): Value {
  const [zero, one] = [code.like(x, 0), code.like(x, 1)];
  const infinity = code.like(x, Number.POSITIVE_INFINITY);
  const both = (a: Value, b: Value): Value => code.binary("and", a, b);
  const magnitude = code.unary("abs", x);
  const halved = code.mul(y, code.like(y, 0.5));
  const whole = code.compare("eq", code.unary("nearest", y), y);
  const even = code.compare("eq", code.unary("nearest", halved), halved);
  const odd = both(whole, code.unary("not", even));
  // The sign of −0 counts.
  const negative = code.compare("lt", code.binary("copysign", one, x), zero);
  const signed = code.select(both(negative, odd), code.unary("neg", value), value);
  const below = both(code.compare("lt", x, zero), code.compare("lt", magnitude, infinity));
  const real = pick(code, both(below, code.unary("not", whole)), Number.NaN, signed);
  const endless = code.compare("eq", code.unary("abs", y), infinity);
  const atUnit = both(code.compare("eq", magnitude, one), endless);
  const trivial = code.binary(
    "or",
    code.compare("eq", y, zero),
    code.binary("or", code.compare("eq", x, one), atUnit),
  );
  return pick(code, trivial, 1, real);
}
