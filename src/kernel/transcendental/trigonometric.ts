/**
 * Sine, cosine and tangent.
 *
 * Method and the coefficients for f64: k_sin.c, k_cos.c and e_rem_pio2.c of fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc.,
 * developed at SunPro; permission to use, copy, modify, and distribute that software is freely granted, provided that this notice is
 * preserved. Arguments beyond `LIMITS` are left to the functions of JavaScript.
 */

import type { ScalarFunction } from "../../core/lowering.js";
import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { choose, floatType, formatOf, nearestInteger, polynomial, shifted } from "./format.js";

/** π/2 as a sum; all parts but the last have so few bits that their products with a quadrant's number are exact (Cody and Waite). */
const HALF_PI = {
  f32: {
    first: 1.5703125,
    parts: [0.0004837512969970703, 7.549533620476723e-8, 2.5632829192545614e-12],
    rest: 6.123234262925839e-17,
  },
  f64: {
    first: 1.5707963267341256,
    parts: [6.077100506303966e-11, 2.0222662487111665e-21],
    rest: 8.4784276603689e-32,
  },
} as const;

/** Up to these the number of a quadrant has 12 bits in f32, and 20 in f64. */
const LIMITS = { f32: 6433, f64: 2 ** 20 } as const;

// (sin r − r) / r³ and (cos r − 1 + r²/2) / r⁴ in powers of r² for |r| ≤ π/4; those for f32 by test/kernel/make-coefficients.py.
const SINE = {
  f32: [-0.000195878412341699, 0.008332747966051102, -0.166666641831398],
  f64: [
    1.58969099521155e-10, -2.5050760253406863e-8, 2.7557313707070068e-6, -0.0001984126982985795,
    0.00833333333332249, -0.16666666666666632,
  ],
} as const;
const COSINE = {
  f32: [2.454789137118496e-5, -0.001388830249197781, 0.0416666641831398],
  f64: [
    -1.1359647557788195e-11, 2.087572321298175e-9, -2.7557314351390663e-7, 2.480158728947673e-5,
    -0.001388888888887411, 0.0416666666666666,
  ],
} as const;

/** x = n·π/2 + r + rest with |r| ≤ π/4; the lowest bits of `quadrant` are those of n. */
interface Reduced {
  readonly quadrant: Value;
  readonly r: Value;
  readonly rest: Value;
}

function reduce(code: CodeBuilder, x: Value): Reduced {
  const { first, parts, rest } = choose(code, x, HALF_PI);
  const n = nearestInteger(code, x, 2 / Math.PI);
  let r = code.sub(x, code.mul(n, code.like(x, first)));
  // In this form −0 stays −0.
  let excess = code.mul(n, code.like(x, rest));
  for (const part of parts) {
    const product = code.mul(n, code.like(x, part));
    const next = code.sub(r, product);
    excess = code.sub(excess, code.sub(code.sub(r, next), product));
    r = next;
  }
  const reduced = code.sub(r, excess);
  return {
    quadrant: code.reinterpret(formatOf(code, x).bits, shifted(code, x, 2 / Math.PI)),
    r: reduced,
    rest: code.sub(code.sub(r, reduced), excess),
  };
}

function sineNearZero(code: CodeBuilder, { r, rest }: Reduced): Value {
  const coefficients = choose(code, r, SINE);
  const square = code.mul(r, r);
  const cube = code.mul(square, r);
  const higher = polynomial(code, square, coefficients.slice(0, -1));
  const bent = code.sub(code.mul(code.like(r, 0.5), rest), code.mul(cube, higher));
  const correction = code.sub(
    code.sub(code.mul(square, bent), rest),
    code.mul(cube, code.like(r, coefficients.at(-1)!)),
  );
  return code.sub(r, correction);
}

function cosineNearZero(code: CodeBuilder, { r, rest }: Reduced): Value {
  const one = code.like(r, 1);
  const square = code.mul(r, r);
  const half = code.mul(code.like(r, 0.5), square);
  const leading = code.sub(one, half);
  const series = polynomial(code, square, choose(code, r, COSINE));
  const lost = code.sub(code.sub(one, leading), half);
  const higher = code.sub(code.mul(code.mul(square, square), series), code.mul(r, rest));
  return code.add(leading, code.add(lost, higher));
}

/** Whether a quadrant's number is odd. */
function isOdd(code: CodeBuilder, quadrant: Value): Value {
  const bit = code.binary("and", quadrant, code.like(quadrant, wide(code, quadrant, 1)));
  return code.compare("ne", bit, code.like(quadrant, wide(code, quadrant, 0)));
}

/** An integer as a constant of a value's type is written. */
function wide(code: CodeBuilder, value: Value, integer: number): number | bigint {
  return code.typeOf(value) === "i64" ? BigInt(integer) : integer;
}

/** The value with its sign changed in the third and fourth quadrant, which have the bit for 2 set. */
function withSign(code: CodeBuilder, value: Value, quadrant: Value): Value {
  const type = floatType(code, value);
  const { bits } = formatOf(code, value);
  const second = code.shift("shrUnsigned", quadrant, 1);
  const sign = code.shift("shl", second, bits === "i32" ? 31 : 63);
  return code.reinterpret(type, code.binary("xor", code.reinterpret(bits, value), sign));
}

/** Whether the argument is left to JavaScript. */
function isHuge(code: CodeBuilder, x: Value): Value {
  return code.compare("gt", code.unary("abs", x), code.like(x, choose(code, x, LIMITS)));
}

/** The sine of x + turns·π/2. */
function shiftedSine(code: CodeBuilder, x: Value, turns: 0 | 1, callee: ScalarFunction): Value {
  const reduced = reduce(code, x);
  const { quadrant } = reduced;
  const turned =
    turns === 0 ? quadrant : code.add(quadrant, code.like(quadrant, wide(code, quadrant, turns)));
  const value = code.select(
    isOdd(code, turned),
    cosineNearZero(code, reduced),
    sineNearZero(code, reduced),
  );
  return code.patch(isHuge(code, x), withSign(code, value, turned), callee, [x]);
}

/** The sine. */
export function sin(code: CodeBuilder, x: Value): Value {
  return shiftedSine(code, x, 0, Math.sin as ScalarFunction);
}

/** The cosine. */
export function cos(code: CodeBuilder, x: Value): Value {
  return shiftedSine(code, x, 1, Math.cos as ScalarFunction);
}

/** The tangent. */
export function tan(code: CodeBuilder, x: Value): Value {
  const reduced = reduce(code, x);
  const sine = sineNearZero(code, reduced);
  const cosine = cosineNearZero(code, reduced);
  const odd = isOdd(code, reduced.quadrant);
  const numerator = code.select(odd, code.unary("neg", cosine), sine);
  const denominator = code.select(odd, sine, cosine);
  const value = code.div(numerator, denominator);
  return code.patch(isHuge(code, x), value, Math.tan as ScalarFunction, [x]);
}
