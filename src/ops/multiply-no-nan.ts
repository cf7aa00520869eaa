/** The product that is 0 wherever its second factor is 0: how unbounded partials meet cotangents that are zero. */

import { binary } from "./declare.js";

/**
 * x · y, and 0 where y is 0, also when x is NaN or infinite. Its derivative by y is x everywhere: a cotangent that is 0
 * has derivatives of its own.
 */
export const multiplyNoNan = /* @__PURE__ */ binary("multiplyNoNan", {
  summary: "x · y, and 0 where y is 0 even if x is NaN or infinite.",
  domain: "floating",
  // Zeros are frequent among cotangents and come in no order; that a product is NaN is rare, so this branch is free;
  // adding 0 makes −0 a 0.
  scalar: (x, y) => {
    const product = x * y;
    return Number.isNaN(product) && y === 0 ? 0 : product + 0;
  },
  partials: [(_x, y) => y, (x) => x],
  singular: true,
  samples: [
    { from: -3, to: 3 },
    { from: 1, to: 3 },
  ],
});
