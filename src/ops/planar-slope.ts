/** The partial derivatives of the angle of a point in the plane. */

import { multiply, square, subtract } from "./arithmetic.js";
import { binary } from "./declare.js";

/**
 * a / (a² + b²), where no square over- or underflows: the derivative of `atan2(b, a)` by b, and, negated and with its
 * operands swapped, by a. Its own partials are made of it: (b² − a²)/r⁴ and −2ab/r⁴.
 */
export const planarSlope = /* @__PURE__ */ binary("planarSlope", {
  summary: "a / (a² + b²).",
  domain: "floating",
  scalar: (a, b) => {
    const radius = Math.hypot(a, b);
    return a / radius / radius;
  },
  partials: [
    (a, b, y) => subtract(square(planarSlope(b, a)), square(y)),
    (a, b, y) => multiply(-2, multiply(y, planarSlope(b, a))),
  ],
  singular: true,
  samples: [
    { from: 0.4, to: 3 },
    { from: -3, to: 3 },
  ],
});
