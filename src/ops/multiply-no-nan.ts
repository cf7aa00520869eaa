/** The product that is 0 wherever its second factor is 0: how unbounded partials meet cotangents that are zero. */

import { binary } from "./declare.js";

/**
 * x · y, and 0 where y is 0, also when x is NaN or infinite.
 */
export const multiplyNoNan = /* @__PURE__ */ binary("multiplyNoNan", {
  summary: "x · y, and 0 where y is 0 even if x is NaN or infinite.",
  domain: "floating",
  scalar: (x, y) => (y === 0 ? 0 : x * y),
  partials: [(_x, y) => y, (x) => x],
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: 1, to: 3 },
  ],
});
