/**
 * Angles of which a sine, cosine or tangent is known, for f64.
 *
 * Method and coefficients: s_atan.c, e_asin.c and e_acos.c of fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc., developed at
 * SunPro; permission to use, copy, modify, and distribute that software is freely granted, provided that this notice is preserved.
 */

import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { pick, polynomial } from "./format.js";

// (t − atan t) / t³ in powers of t², for |t| ≤ 7/16.
const ATAN_SERIES = [
  0.016285820115365782, -0.036531572744216916, 0.049768779946159324, -0.058335701337905735,
  0.06661073137387531, -0.0769187620504483, 0.09090887133436507, -0.11111110405462356,
  0.14285714272503466, -0.19999999999876483, 0.3333333333333293,
];

/** From each quotient on, a nearby center whose angle is known as a sum of two numbers. */
const CENTERS = [
  { from: 7 / 16, center: 0.5, high: 0.4636476090008061, low: 2.2698777452961687e-17 },
  { from: 11 / 16, center: 1, high: 0.7853981633974483, low: 3.061616997868383e-17 },
  { from: 19 / 16, center: 1.5, high: 0.982793723247329, low: 1.3903311031230998e-17 },
] as const;

/** From here on the center is ∞. */
const FAR = 39 / 16;

/** π/2 and π as sums of two numbers. */
const HALF_PI = { high: Math.PI / 2, low: 6.123233995736766e-17 } as const;
const PI = { high: Math.PI, low: 1.2246467991473532e-16 } as const;

// (asin s − s) / s³ as a quotient of polynomials in s², for |s| ≤ ½.
const ASIN_NUMERATOR = [
  3.479331075960212e-5, 0.0007915349942898145, -0.04005553450067941, 0.20121253213486293,
  -0.3255658186224009, 0.16666666666666666,
];
const ASIN_DENOMINATOR = [
  0.07703815055590194, -0.6882839716054533, 2.0209457602335057, -2.403394911734414, 1,
];

/** high + low + atan t for |t| ≤ 7/16. */
function angleNear(code: CodeBuilder, t: Value, high: Value, low: Value): Value {
  const square = code.mul(t, t);
  const bend = code.mul(t, code.mul(square, polynomial(code, square, ATAN_SERIES)));
  return code.sub(high, code.sub(code.sub(bend, low), t));
}

/** high + low − angle; the second part of the constant has the digits that its first lacks. */
function complement(
  code: CodeBuilder,
  angle: Value,
  { high, low }: { readonly high: number; readonly low: number },
): Value {
  return code.sub(code.like(angle, high), code.sub(angle, code.like(angle, low)));
}

/** The angle in [−π/2, π/2] whose tangent is x. */
export function atan(code: CodeBuilder, x: Value): Value {
  const magnitude = code.unary("abs", x);
  let center = code.like(x, 0);
  let high = center;
  let low = center;
  for (const known of CENTERS) {
    const beyond = code.compare("ge", magnitude, code.like(x, known.from));
    center = pick(code, beyond, known.center, center);
    high = pick(code, beyond, known.high, high);
    low = pick(code, beyond, known.low, low);
  }
  const far = code.compare("ge", magnitude, code.like(x, FAR));
  const one = code.like(x, 1);
  const numerator = pick(code, far, -1, code.sub(magnitude, center));
  const denominator = code.select(far, magnitude, code.add(one, code.mul(center, magnitude)));
  high = pick(code, far, HALF_PI.high, high);
  low = pick(code, far, HALF_PI.low, low);
  const angle = angleNear(code, code.div(numerator, denominator), high, low);
  return code.binary("copysign", angle, x);
}

/** The angle in [−π, π] between the positive first axis and the point (x, y). */
export function atan2(code: CodeBuilder, y: Value, x: Value): Value {
  const zero = code.like(x, 0);
  const height = code.unary("abs", y);
  const width = code.unary("abs", x);
  const { a, b } = proportion(code, height, width);
  let center = zero;
  let high = zero;
  let low = zero;
  for (const known of CENTERS.slice(0, 2)) {
    const beyond = code.compare("ge", a, code.mul(b, code.like(x, known.from)));
    center = pick(code, beyond, known.center, center);
    high = pick(code, beyond, known.high, high);
    low = pick(code, beyond, known.low, low);
  }
  const t = code.div(code.sub(a, code.mul(center, b)), code.add(b, code.mul(center, a)));
  const acute = angleNear(code, t, high, low);
  const steep = code.compare("gt", height, width);
  const right = code.select(steep, complement(code, acute, HALF_PI), acute);
  // The sign of −0 counts.
  const left = code.compare("lt", code.binary("copysign", code.like(x, 1), x), zero);
  return code.binary("copysign", code.select(left, complement(code, right, PI), right), y);
}

/** Numbers in the proportion of the smaller to the greater magnitude, neither huge nor tiny; 0 to 1 and 1 to 1 at 0 and ∞. */
function proportion(
  code: CodeBuilder,
  height: Value,
  width: Value,
): { readonly a: Value; readonly b: Value } {
  const smaller = code.binary("min", height, width);
  const greater = code.binary("max", height, width);
  const one = code.like(greater, 1);
  const huge = code.compare("gt", greater, code.like(greater, 2 ** 1000));
  const tiny = code.compare("lt", greater, code.like(greater, 2 ** -900));
  const factor = pick(code, huge, 2 ** -60, pick(code, tiny, 2 ** 120, one));
  const infinity = code.like(greater, Number.POSITIVE_INFINITY);
  const infinite = code.compare("eq", greater, infinity);
  const none = code.compare("eq", greater, code.like(greater, 0));
  const both = code.convert(code.typeOf(greater), code.compare("eq", smaller, infinity));
  return {
    a: code.select(infinite, both, code.mul(smaller, factor)),
    b: pick(code, code.binary("or", infinite, none), 1, code.mul(greater, factor)),
  };
}

/** Whether |x| < ½, and asin of |x| there; elsewhere half the angle whose cosine is |x|. */
function sineArc(code: CodeBuilder, x: Value): { readonly near: Value; readonly arc: Value } {
  const magnitude = code.unary("abs", x);
  const half = code.like(x, 0.5);
  const near = code.compare("lt", magnitude, half);
  const far = code.mul(half, code.sub(code.like(x, 1), magnitude));
  const square = code.select(near, code.mul(x, x), far);
  const s = code.select(near, magnitude, code.unary("sqrt", far));
  const ratio = code.div(
    polynomial(code, square, ASIN_NUMERATOR),
    polynomial(code, square, ASIN_DENOMINATOR),
  );
  return { near, arc: code.add(s, code.mul(code.mul(s, square), ratio)) };
}

/** The angle in [−π/2, π/2] whose sine is x; NaN outside [−1, 1]. */
export function asin(code: CodeBuilder, x: Value): Value {
  const { near, arc } = sineArc(code, x);
  const steep = complement(code, code.add(arc, arc), HALF_PI);
  return code.binary("copysign", code.select(near, arc, steep), x);
}

/** The angle in [0, π] whose cosine is x; NaN outside [−1, 1]. */
export function acos(code: CodeBuilder, x: Value): Value {
  const { near, arc } = sineArc(code, x);
  const twice = code.add(arc, arc);
  const negative = code.compare("lt", x, code.like(x, 0));
  const far = code.select(negative, complement(code, twice, PI), twice);
  const middle = complement(code, code.binary("copysign", arc, x), HALF_PI);
  return code.select(near, middle, far);
}
