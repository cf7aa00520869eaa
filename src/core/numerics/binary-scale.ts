/** The binary exponent of a double, and exact powers of two. */

// A DataView is big-endian unless told otherwise, so the word order is the same on every machine.
const view = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

const LEAST_EXPONENT = -1074;
const GREATEST_EXPONENT = 1023;

function tabulatePowers(): Float64Array {
  const powers = new Float64Array(GREATEST_EXPONENT - LEAST_EXPONENT + 1);
  let value = Number.MIN_VALUE;
  for (let position = 0; position < powers.length; position += 1) {
    powers[position] = value;
    value *= 2;
  }
  return powers;
}

// A table is several times faster than writing an exponent's bits and reading a double back.
const powers = /* @__PURE__ */ tabulatePowers();

/**
 * The integer n with 2ⁿ ≤ |x| < 2ⁿ⁺¹.
 *
 * @param x a finite double of magnitude 2⁻¹⁰²² or more: not zero, not subnormal.
 */
export function binaryExponent(x: number): number {
  view.setFloat64(0, x);
  return ((view.getInt32(0) >> 20) & 0x7ff) - 1023;
}

/**
 * 2 to an integer power from −1074 to 1023, exactly, which `Math.pow` does not promise.
 *
 * @example
 * powerOfTwo(-1074); // 5e-324, the least double above 0
 */
export function powerOfTwo(exponent: number): number {
  return powers[exponent - LEAST_EXPONENT]!;
}
