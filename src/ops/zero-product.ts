/** The product in which a factor of 0 prevails: how unbounded partials and cotangents meet. */

import { run } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { defineOp, type Op } from "../core/op.js";
import { type BinaryFunction, checkDomain, operation, runBinary } from "./declare.js";

const zeroProductOp: Op<undefined> = /* @__PURE__ */ defineOp<undefined>({
  name: "zeroProduct",
  summary: "a · b, and 0 where either is 0 even if the other is NaN or infinite.",
  inputs: ["a", "b"],
  outputTypes: (inputs) => {
    const { type } = inputs[0]!;
    if (!isFloating(type.dtype)) checkDomain(inputs[0]!, "floating", "zeroProduct", "a");
    return type;
  },
  derivative: {
    kind: "bilinear",
    transpose: (cotangent, position, { inputs }) =>
      run(zeroProductOp, [inputs[1 - position]!, cotangent], undefined),
  },
  lowering: {
    kind: "elementwise",
    // Zeros are frequent among cotangents and come in no order; that a product is NaN is rare, so this branch is free.
    // Adding 0 makes −0 a 0.
    scalar: (a, b) => {
      const product = a! * b!;
      return Number.isNaN(product) && (a === 0 || b === 0) ? 0 : product + 0;
    },
  },
  samples: [
    {
      operands: [
        { shape: [2, 3], from: -3, to: 3 },
        { shape: [2, 3], from: -3, to: 3 },
      ],
      attributes: undefined,
    },
  ],
});

/**
 * a · b, and 0 where either is 0, even if the other is NaN or infinite; elementwise with broadcasting. The derivative
 * by a factor is the other factor, also at 0: a cotangent that happens to be 0 has derivatives of its own.
 *
 * @throws DTypeError for int32 and bool, or when the dtypes differ; ShapeError when the shapes do not broadcast.
 */
export const zeroProduct = /* @__PURE__ */ operation<BinaryFunction, undefined>(
  zeroProductOp,
  (a, b) => runBinary(zeroProductOp, a, b),
);
