/** The exponent one order down, as the derivative of a power needs it. */

import { binary } from "./declare.js";

/**
 * b − 1, and 0 where a and b are both 0: a⁰ is constant, and its derivative 0·a⁻¹ would be 0·∞ at 0. With 0·a⁰ in its
 * place, the derivatives of a⁰, a¹, a² … at 0 are right to any order.
 */
export const lowerExponent = /* @__PURE__ */ binary("lowerExponent", {
  summary: "b − 1, and 0 where a and b are both 0.",
  domain: "floating",
  scalar: (a, b) => (a === 0 && b === 0 ? 0 : b - 1),
  partials: [() => 0, () => 1],
  samples: [
    { from: 0.4, to: 3 },
    { from: -2, to: 3 },
  ],
});
