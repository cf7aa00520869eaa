/**
 * log x and log(1 + x).
 *
 * Method and coefficients: e_log.c, s_log1p.c and e_logf.c of fdlibm, Copyright (C) 1993 by Sun Microsystems, Inc., developed at
 * SunSoft; permission to use, copy, modify, and distribute that software is freely granted, provided that this notice is preserved.
 */

import type { CodeBuilder } from "../code-builder.js";
import type { Value } from "../scalar-code.js";
import { choose, floatType, formatOf, integerAsFloat, pick, polynomial } from "./format.js";

// ln 2 with zero bits at its end, so that its products with an exponent are exact; and the rest.
const LN2 = {
  f32: { high: 0.693138122558594, low: 9.05800061445916e-6 },
  f64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
} as const;

// (log((1 + s) / (1 − s)) − 2s) / s as a polynomial in s², divided by s².
const SERIES = {
  f32: [0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693],
  f64: [
    0.14798198605116586, 0.15313837699209373, 0.1818357216161805, 0.22222198432149784,
    0.2857142874366239, 0.3999999999940942, 0.6666666666666735,
  ],
} as const;

/** The bits of √½, with which significands begin. */
const ROOT_HALF = { f32: 0x3f3504f3, f64: 0x3fe6a09e667f3bcdn } as const;
const ONE = { f32: 0x3f800000, f64: 0x3ff0000000000000n } as const;
const FRACTION = { f32: 0x7fffff, f64: 0xfffffffffffffn } as const;

/** A number above 0 as (1 + f)·2ᵏ with √½ ≤ 1 + f < √2. */
interface Parts {
  readonly k: Value;
  readonly f: Value;
}

/** Parts of a normal number above 0; garbage for others. */
function split(code: CodeBuilder, x: Value): Parts {
  const type = floatType(code, x);
  const { bits, significand, bias } = formatOf(code, x);
  const rootHalf = code.constant(bits, ROOT_HALF[type]);
  const moved = code.add(
    code.reinterpret(bits, x),
    code.binary("sub", code.constant(bits, ONE[type]), rootHalf),
  );
  const fraction = code.binary("and", moved, code.constant(bits, FRACTION[type]));
  const f = code.sub(code.reinterpret(type, code.add(fraction, rootHalf)), code.like(x, 1));
  const exponent = code.shift("shrUnsigned", moved, significand);
  return { k: code.sub(integerAsFloat(code, exponent), code.like(x, bias)), f };
}

/** log((1 + f)·2ᵏ) + rest. */
function assemble(code: CodeBuilder, { k, f }: Parts, rest?: Value): Value {
  const { high, low } = choose(code, f, LN2);
  const s = code.div(f, code.add(code.like(f, 2), f));
  const square = code.mul(s, s);
  const remainder = code.mul(square, polynomial(code, square, choose(code, f, SERIES)));
  const halfSquare = code.mul(code.mul(code.like(f, 0.5), f), f);
  const small = code.mul(k, code.like(f, low));
  const correction = code.add(
    code.mul(s, code.add(halfSquare, remainder)),
    rest === undefined ? small : code.add(small, rest),
  );
  const reduced = code.sub(code.sub(halfSquare, correction), f);
  return code.sub(code.mul(k, code.like(f, high)), reduced);
}

/** The value where x is above 0 and finite; x at ∞ and NaN, −∞ at 0, NaN below. */
function atEnds(code: CodeBuilder, x: Value, value: Value): Value {
  const infinity = code.like(x, Number.POSITIVE_INFINITY);
  const zero = code.like(x, 0);
  const finite = code.select(code.compare("lt", x, infinity), value, x);
  const atZero = pick(code, code.compare("eq", x, zero), Number.NEGATIVE_INFINITY, finite);
  return pick(code, code.compare("lt", x, zero), Number.NaN, atZero);
}

/** The natural logarithm: −∞ at 0, NaN below. */
export function log(code: CodeBuilder, x: Value): Value {
  const { significand, leastNormal } = formatOf(code, x);
  const subnormal = code.compare("lt", x, code.like(x, leastNormal));
  const lift = significand + 2;
  const lifted = code.select(subnormal, code.mul(x, code.like(x, 2 ** lift)), x);
  const { k, f } = split(code, lifted);
  const lowered = code.select(subnormal, code.sub(k, code.like(x, lift)), k);
  return atEnds(code, x, assemble(code, { k: lowered, f }));
}

/** log(1 + x): −∞ at −1, NaN below. */
export function log1p(code: CodeBuilder, x: Value): Value {
  const one = code.like(x, 1);
  const zero = code.like(x, 0);
  const u = code.add(one, x);
  // What the sum lost; D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
  const added = code.sub(u, one);
  const lost = code.add(code.sub(one, code.sub(u, added)), code.sub(x, added));
  const { k, f } = split(code, u);
  const inOctave = code.compare("eq", k, zero);
  const rest = code.select(inOctave, zero, code.div(lost, u));
  const value = assemble(code, { k, f: code.select(inOctave, x, f) }, rest);
  // −0 stays what it is.
  return code.select(code.compare("eq", x, zero), x, atEnds(code, u, value));
}
