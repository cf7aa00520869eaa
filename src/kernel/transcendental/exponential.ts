/** eˣ and eˣ − 1. */

import { CodeBuilder } from "../code-builder.js";
import type { FloatType, ScalarCode, Value } from "../scalar-code.js";
import {
  choose,
  floatType,
  formatOf,
  nearestInteger,
  pick,
  polynomial,
  powerOfTwo,
  scale,
} from "./format.js";

// ln 2 with zero bits at its end, so that its products with an exponent are exact, and the rest: e_exp.c and e_expf.c of fdlibm.
const LN2 = {
  f32: { high: 0.693145751953125, low: 1.428606765330187e-6 },
  f64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
} as const;

type Coefficients = Readonly<Record<FloatType, readonly number[]>>;

// (exp(r) − 1 − r) / r² for |r| ≤ ½ ln 2, and for −¼ ln 2 ≤ r ≤ ¾ ln 2; test/kernel/make-coefficients.py.
const SERIES: Coefficients = {
  f32: [
    0.00019890991097781807, 0.0013933649752289057, 0.00833331048488617, 0.04166646674275398,
    0.1666666716337204, 0.5,
  ],
  f64: [
    2.0914686968086876e-9, 2.5105217004720745e-8, 2.75572736431103e-7, 2.7557255400206422e-6,
    2.4801587325547743e-5, 0.00019841269874820627, 0.0013888888888883748, 0.008333333333326136,
    0.04166666666666667, 0.1666666666666667, 0.5,
  ],
};
const LATE_SERIES: Coefficients = {
  f32: [
    0.00022662230185233057, 0.001381270936690271, 0.008332784287631512, 0.041666969656944275,
    0.1666666716337204, 0.5,
  ],
  f64: [
    2.422473912404719e-9, 2.4812544211166576e-8, 2.7563693708252515e-7, 2.7557352806098987e-6,
    2.4801582870853053e-5, 0.0001984126988054406, 0.0013888888889744193, 0.00833333333332332,
    0.041666666666666095, 0.1666666666666667, 0.5,
  ],
};

// Of e_exp.c of fdlibm, with the sign turned.
const QUOTIENT = [
  -4.1381367970572385e-8, 1.6533902205465252e-6, -0.00006613756321437934, 0.0027777777777015593,
  -0.16666666666666602,
] as const;

/** Beyond `above` eˣ/2 is ∞, and beyond `below` eˣ is 0; where |x| is less than `normal`, eˣ and eˣ/2 are normal numbers. */
const LIMITS = {
  f32: { above: 89.42, below: -104, belowMinusOne: -20, normal: 86 },
  f64: { above: 710.5, below: -746, belowMinusOne: -50, normal: 707 },
} as const;

/** x = n ln 2 + r + rest with the integer n nearest to x/ln 2 − late, and a rest that r has no digits for. */
function reduce(
  code: CodeBuilder,
  x: Value,
  late: 0 | 0.25,
): { readonly n: Value; readonly r: Value; readonly rest: Value } {
  const { high, low } = choose(code, x, LN2);
  const from = late === 0 ? x : code.sub(x, code.like(x, late * Math.LN2));
  const n = nearestInteger(code, from, Math.LOG2E);
  const leading = code.sub(x, code.mul(n, code.like(x, high)));
  const trailing = code.mul(n, code.like(x, low));
  const r = code.sub(leading, trailing);
  const rest = code.sub(code.sub(leading, r), trailing);
  return { n, r, rest };
}

/** eˣ·2^shift for a shift of 0 or −1: half of eˣ has a wider range. NaN gives NaN. */
export function scaledExp(code: CodeBuilder, x: Value, shift: 0 | -1): Value {
  const { bits, significand, roundingShift } = formatOf(code, x);
  const type = floatType(code, x);
  // n + shift is in the lowest bits of this sum, which are moved to where the exponent is.
  const base = code.like(x, roundingShift + shift);
  const sum = code.madd(x, code.like(x, Math.LOG2E), base);
  const value = reducedExp(code, x, code.sub(sum, base));
  const exponent = code.shift("shl", code.reinterpret(bits, sum), significand);
  const scaled = code.binary("add", code.reinterpret(bits, value), exponent);
  const inside = code.compare(
    "lt",
    code.unary("abs", x),
    code.like(x, choose(code, x, LIMITS).normal),
  );
  return code.guard(inside, code.reinterpret(type, scaled), anyExp(type, shift), [x]);
}

/**
 * exp(x − n ln 2) for the integer n nearest to x/ln 2. In f64 as e_exp.c of fdlibm has it, by way of r·coth(r/2) = 2 − r²·q(r²): with
 * c = r + r²·q it is 1 + r + rc/(2 − c), which takes half as many constants and steps as a polynomial.
 */
function reducedExp(code: CodeBuilder, x: Value, n: Value): Value {
  const { high, low } = choose(code, x, LN2);
  const r = code.madd(n, code.like(x, -low), code.madd(n, code.like(x, -high), x));
  const square = code.mul(r, r);
  const one = code.like(x, 1);
  if (code.typeOf(x) === "f32") {
    return code.add(code.madd(square, polynomial(code, r, SERIES.f32), r), one);
  }
  const [first, ...others] = QUOTIENT.map((coefficient) => code.like(x, coefficient));
  const q = others.reduce((sum, coefficient) => code.madd(sum, square, coefficient), first!);
  const c = code.madd(q, square, r);
  const curved = code.div(code.mul(r, c), code.sub(code.like(x, 2), c));
  return code.add(code.add(curved, r), one);
}

const fallbacks = /* @__PURE__ */ new Map<string, ScalarCode>();

/** The program of eˣ·2^shift for all x, with a scaling that rounds results below the normal numbers once. */
function anyExp(type: FloatType, shift: 0 | -1): ScalarCode {
  const key = `${type} ${shift}`;
  let program = fallbacks.get(key);
  if (program === undefined) {
    const code = new CodeBuilder();
    const x = code.operand(type, 0);
    const { above, below } = choose(code, x, LIMITS);
    // Processors take long for products that vanish, and masks are made of numbers far below.
    const vanishes = code.compare("lt", x, code.like(x, below));
    const inside = pick(code, vanishes, 0, code.binary("pmin", x, code.like(x, above)));
    const n = nearestInteger(code, inside, Math.LOG2E);
    const value = reducedExp(code, inside, n);
    pick(code, vanishes, 0, scale(code, value, shift === 0 ? n : code.add(n, code.like(x, shift))));
    program = code.code;
    fallbacks.set(key, program);
  }
  return program;
}

/** eˣ. */
export function exp(code: CodeBuilder, x: Value): Value {
  return scaledExp(code, x, 0);
}

/** What exp(x) − 1 is made of: 2ⁿ·(exp(r) − 1) + 2ⁿ − 1. */
export interface Expm1Parts {
  readonly n: Value;
  readonly r: Value;
  /** (exp(r) − 1 − r) / r². */
  readonly series: Value;
  /** (eˣ − 1)/4, except that subnormal x may give 0. */
  readonly quarter: Value;
}

/**
 * The parts for an x within the limits; NaN gives NaN. n is 0 for |x| < ½ ln 2, or up to ¾ ln 2 if x, then not negative, is taken
 * apart late.
 */
export function expm1Parts(code: CodeBuilder, x: Value, late: 0 | 0.25): Expm1Parts {
  const { n, r, rest } = reduce(code, x, late);
  const series = polynomial(code, r, choose(code, x, late === 0 ? SERIES : LATE_SERIES));
  // The derivative of exp(r) − 1 carries the rest over.
  const curved = code.madd(code.mul(r, r), series, code.madd(rest, r, rest));
  const value = code.add(r, curved);
  const scaled = powerOfTwo(code, code.sub(n, code.like(x, 2)));
  const offset = code.sub(scaled, code.like(x, 0.25));
  return { n, r, series, quarter: code.add(code.mul(value, scaled), offset) };
}

/** (eˣ − 1)/4, except that subnormal x may give 0; also beyond the range of eˣ, as far as eˣ/2 goes. */
export function quarterExpm1(code: CodeBuilder, x: Value): Value {
  const { above, belowMinusOne } = choose(code, x, LIMITS);
  const inside = code.binary(
    "pmax",
    code.binary("pmin", x, code.like(x, above)),
    code.like(x, belowMinusOne),
  );
  return expm1Parts(code, inside, 0).quarter;
}

/** eˣ − 1. */
export function expm1(code: CodeBuilder, x: Value): Value {
  const value = code.mul(quarterExpm1(code, x), code.like(x, 4));
  return code.select(isTiny(code, x), x, value);
}

/** Whether x is so near 0 that x² has no digit in common with it. */
export function isTiny(code: CodeBuilder, x: Value): Value {
  const limit = choose(code, x, { f32: 2 ** -26, f64: 2 ** -55 });
  return code.compare("lt", code.unary("abs", x), code.like(x, limit));
}
