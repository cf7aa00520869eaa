/** 1 − x², which the derivatives of tanh, atanh, asin and acos share. */

import { multiply } from "./arithmetic.js";
import { unary } from "./declare.js";

/** (1 − x)·(1 + x): the factors keep the digits that 1 − x² loses near ±1. */
export const oneMinusSquare = /* @__PURE__ */ unary("oneMinusSquare", {
  summary: "1 − x², without the loss of digits near ±1.",
  scalar: (x) => (1 - x) * (1 + x),
  partial: (x) => multiply(-2, x),
  singular: true,
  samples: { from: -2, to: 2 },
});
