/** Running sums and products along an axis, and the linear recurrence that their derivatives are made of. */

import { RegionCotangent } from "../core/cotangent.js";
import { run } from "../core/dispatch.js";
import type { Scan } from "../core/lowering.js";
import { type BatchingRule, defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { accumulate } from "./accumulate.js";
import { checkDomain } from "./declare.js";
import { sliceAlong } from "./slice.js";
import { zeroProduct } from "./zero-product.js";

/** Attributes of `recurrence`. */
export interface RecurrenceAttributes {
  readonly axis: number;
  readonly reverse: boolean;
}

const alongRows: BatchingRule<Scan> = {
  kind: "attributes",
  attributes: (attributes) => ({ ...attributes, axis: attributes.axis + 1 }),
};

export const cumsumOp: Op<Scan> = /* @__PURE__ */ defineOp<Scan>({
  name: "cumsum",
  summary: "The sum of each element and those before it along an axis.",
  inputs: ["x"],
  outputTypes: ([x]) => {
    checkDomain(x!, "numeric", "cumsum", "x");
    return [x!.type];
  },
  derivative: {
    kind: "linear",
    transpose: (cotangent, _position, { attributes }) =>
      run(cumsumOp, [cotangent], { ...attributes, reverse: !attributes.reverse }),
  },
  batching: alongRows,
  lowering: { kind: "scan", reducer: "sum", scan: (attributes) => attributes },
  samples: [
    {
      operands: [{ shape: [2, 3], from: -2, to: 2 }],
      attributes: { axis: 0, exclusive: false, reverse: false },
    },
    {
      operands: [{ shape: [2, 3, 2], from: -2, to: 2 }],
      attributes: { axis: 1, exclusive: true, reverse: true },
    },
    {
      operands: [{ shape: [0, 2], from: -2, to: 2 }],
      attributes: { axis: 0, exclusive: true, reverse: false },
    },
  ],
});

/**
 * With E the exclusive products and g the cotangent, that of element i is E(i) · R(i), where R(i) = g(i) + x(i+1) · R(i+1):
 * polynomials, so that zeros need no care.
 */
export const cumprodOp: Op<Scan> = /* @__PURE__ */ defineOp<Scan>({
  name: "cumprod",
  summary: "The product of each element and those before it along an axis.",
  inputs: ["x"],
  outputTypes: ([x]) => {
    checkDomain(x!, "numeric", "cumprod", "x");
    return [x!.type];
  },
  derivative: {
    kind: "explicit",
    pullback: ([cotangent], { inputs: [x], attributes: { axis, exclusive, reverse } }) => {
      const inclusive = exclusive ? shift(cotangent!, axis, reverse) : cotangent!;
      const others = run(cumprodOp, [x!], { axis, exclusive: true, reverse });
      const factors = shift(x!, axis, reverse);
      const rest = run(recurrenceOp, [factors, inclusive], { axis, reverse: !reverse });
      return [zeroProduct(others, rest)];
    },
    // The tangent of product i is that of product i−1 times x(i), plus E(i) times the tangent of x(i).
    pushforward: ([tangent], { inputs: [x], attributes: { axis, exclusive, reverse } }) => {
      const others = run(cumprodOp, [x!], { axis, exclusive: true, reverse });
      const own = zeroProduct(others, tangent!);
      const inclusive = run(recurrenceOp, [x!, own], { axis, reverse });
      return [exclusive ? shift(inclusive, axis, !reverse) : inclusive];
    },
  },
  batching: alongRows,
  lowering: { kind: "scan", reducer: "product", scan: (attributes) => attributes },
  samples: [
    {
      operands: [{ shape: [2, 3], from: -2, to: 2 }],
      attributes: { axis: 1, exclusive: false, reverse: false },
    },
    {
      operands: [{ shape: [2, 4], values: [2, 0, 3, 4, 0, 5, 0, 2] }],
      attributes: { axis: 1, exclusive: true, reverse: true },
    },
    {
      operands: [{ shape: [0, 2], from: -2, to: 2 }],
      attributes: { axis: 0, exclusive: false, reverse: false },
    },
  ],
});

/** y(i) = a(i) · y(i−1) + b(i) along an axis; its adjoint is the recurrence from the other end with the factors moved by one. */
export const recurrenceOp: Op<RecurrenceAttributes> =
  /* @__PURE__ */ defineOp<RecurrenceAttributes>({
    name: "recurrence",
    summary: "y with y(i) = a(i) · y(i−1) + b(i) along an axis.",
    inputs: ["a", "b"],
    outputTypes: ([, b]) => [b!.type],
    derivative: {
      kind: "explicit",
      pullback: ([cotangent], { inputs: [a], outputs: [y], attributes }, needed) => {
        const { axis, reverse } = attributes;
        const factors = shift(a!, axis, reverse);
        const adjoint = run(recurrenceOp, [factors, cotangent!], { axis, reverse: !reverse });
        const ofFactors = needed[0] ? zeroProduct(shift(y!, axis, !reverse), adjoint) : undefined;
        return [ofFactors, adjoint];
      },
      pushforward: ([ofA, ofB], { inputs: [a], outputs: [y], attributes }) => {
        const terms = ofB === undefined ? [] : [ofB];
        if (ofA !== undefined) {
          terms.push(zeroProduct(shift(y!, attributes.axis, !attributes.reverse), ofA));
        }
        return [run(recurrenceOp, [a!, accumulate(y!.type, terms)], attributes)];
      },
    },
    batching: {
      kind: "attributes",
      attributes: ({ axis, reverse }) => ({ axis: axis + 1, reverse }),
    },
    lowering: { kind: "recurrence", recurrence: (attributes) => attributes },
    samples: [
      {
        operands: [
          { shape: [2, 4], from: -2, to: 2 },
          { shape: [2, 4], from: -2, to: 2 },
        ],
        attributes: { axis: 1, reverse: false },
      },
      {
        operands: [
          { shape: [3, 2], from: -2, to: 2 },
          { shape: [3, 2], from: -2, to: 2 },
        ],
        attributes: { axis: 0, reverse: true },
      },
    ],
  });

/** Every element moved by one place along an axis, towards the end or the start; a zero takes the free place. */
function shift(x: Tensor, axis: number, towardsEnd: boolean): Tensor {
  const length = x.shape[axis]!;
  if (length === 0) return x;
  const kept = sliceAlong(x, axis, towardsEnd ? 0 : 1, length - 1);
  const begin = x.shape.map((_, other) => (other === axis && towardsEnd ? 1 : 0));
  const strides = x.shape.map(() => 1);
  return accumulate(x.type, [new RegionCotangent(x.type, kept, begin, strides)]);
}
