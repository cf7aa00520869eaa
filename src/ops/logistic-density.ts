/** The derivative of the logistic function. */

import { multiply } from "./arithmetic.js";
import { unary } from "./declare.js";
import { tanh } from "./tanh.js";

/** sigmoid(x)·sigmoid(−x), accurate in both tails, where y·(1 − y) has no digits left on the right. */
export const logisticDensity = /* @__PURE__ */ unary("logisticDensity", {
  summary: "sigmoid(x)·sigmoid(−x), the derivative of the logistic function.",
  scalar: (x) => {
    const tail = Math.exp(-Math.abs(x));
    return tail / ((1 + tail) * (1 + tail));
  },
  // sigmoid(−x) − sigmoid(x) is −tanh(x/2).
  partial: (x, y) => multiply(y, tanh(multiply(-0.5, x))),
  singular: true,
  samples: { from: -3, to: 3 },
});
