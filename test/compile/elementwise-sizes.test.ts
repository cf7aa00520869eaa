/** Every elementwise operation compiled, at lengths around every lane and block, alone and among others, however operands lie. */

import { describe, expect, test } from "vitest";
import { runOp } from "../../src/core/dispatch.js";
import type { DType } from "../../src/core/dtype.js";
import { ArgumentError, DTypeError } from "../../src/core/errors.js";
import type { Op, Sample } from "../../src/core/op.js";
import { formatShape, type Shape } from "../../src/core/shape.js";
import type { Tensor } from "../../src/core/tensor.js";
import { broadcastView } from "../../src/ops/broadcast.js";
import { where } from "../../src/ops/select.js";
import { reverse } from "../../src/ops/slicing.js";
import { collectOps } from "../harness/ops.js";
import {
  aligned,
  backwards,
  compareSized,
  grown,
  LENGTHS,
  type Lying,
  mask,
  type Sized,
  shifted,
  useReference,
} from "../harness/sizes.js";

useReference();

const elementwise = (await collectOps())
  .map(({ op }) => op)
  .filter(({ lowering }) => lowering.kind === "elementwise");

/** Around the lengths that one call of a loop goes through, also where less than the blocks computed together is left. */
const LONG = [8191, 8192, 8193, 16383, 16385, 16389, 24577].map((length) => [length]);
const LONG_OPS = new Set(["add", "tanh", "where", "pow", "less", "logicalAnd"]);

const MATRICES: readonly Shape[] = [
  [3, 17],
  [17, 3],
  [9, 33],
  [2, 4],
  [33, 1],
];
const FLAT: readonly Shape[] = LENGTHS.map((length) => [length]);
const SOME: readonly Shape[] = [[3], [9], [17], [33], [65], ...MATRICES];

type Layout = (tensor: Tensor, place: number) => Lying;

/** One call of an operation at a shape, and of what it is made. */
class Subject {
  readonly #op: Op;
  readonly #sample: Sample<unknown>;

  constructor(op: Op) {
    this.#op = op;
    this.#sample = op.samples[0]!;
  }

  sized(dtype: DType, shape: Shape, layout: Layout): Sized {
    return this.#at(dtype, shape, layout, () => shape, `${dtype}${formatShape(shape)}`);
  }

  /** Each operand varies along one axis alone. */
  crossed(dtype: DType, shape: Shape): Sized {
    const label = `${dtype}${formatShape(shape)}, broadcast`;
    const shapeOf = (place: number): Shape =>
      shape.map((length, axis) => (axis === place % shape.length ? length : 1));
    return this.#at(dtype, shape, aligned, shapeOf, label);
  }

  #at(
    dtype: DType,
    shape: Shape,
    layout: Layout,
    shapeOf: (place: number) => Shape,
    label: string,
  ): Sized {
    const { operands, attributes } = this.#sample;
    const tensors = operands.map((operand, place) =>
      grown(operand, shapeOf(place), dtype, `${this.#op.name} ${label} ${place}`),
    );
    return {
      label,
      operands: tensors.map(layout),
      run: (own) => {
        const whole = own.map((one) => broadcastView(one, shape));
        return runOp(this.#op, whole, attributes)[0]!;
      },
    };
  }

  /** The dtypes that the operation takes where its sample says none. */
  dtypes(): readonly DType[] {
    return (["float32", "float64", "int32"] as const).filter((dtype) => {
      try {
        const one = this.sized(dtype, [65], aligned);
        one.run(one.operands.map(({ given }) => given));
        return true;
      } catch (error) {
        if (error instanceof ArgumentError || error instanceof DTypeError) return false;
        throw error;
      }
    });
  }
}

/** Of elements chosen from there and back, which keeps operands together; and with a choice among results. */
function fused(one: Sized, shape: Shape): Sized {
  const chosen = mask(shape, one.label);
  return {
    ...one,
    label: `${one.label}, fused`,
    run: (own) => {
      const mixed = own.map((operand) => where(chosen, operand, reverse(operand, 0)));
      return where(chosen, one.run(own), one.run(mixed));
    },
  };
}

const backwardsFirst: Layout = (tensor, place) =>
  place === 0 ? backwards(tensor) : aligned(tensor);

for (const op of elementwise) {
  describe(op.name, () => {
    const subject = new Subject(op);
    const dtypes = subject.dtypes();
    const floating = dtypes.filter((dtype) => dtype !== "int32");
    const inAll = (
      make: (dtype: DType) => readonly Sized[],
      among: readonly DType[] = floating,
    ): string[] => compareSized(op.name, among.flatMap(make));
    test("alone", () => {
      const found = inAll(
        (dtype) => FLAT.map((shape) => subject.sized(dtype, shape, aligned)),
        dtypes,
      );
      expect(found).toEqual([]);
    });
    test("of parts of larger arrays", () => {
      const layout: Layout = (tensor, place) => shifted(tensor, 1 + 2 * place);
      const found = inAll((dtype) => [
        ...SOME.map((shape) => subject.sized(dtype, shape, layout)),
        ...[[5], [16], [34]].map((shape) => subject.sized(dtype, shape, backwardsFirst)),
      ]);
      expect(found).toEqual([]);
    });
    test("among other operations, of rows and columns", () => {
      const found = inAll((dtype) => [
        ...SOME.map((shape) => fused(subject.sized(dtype, shape, aligned), shape)),
        ...MATRICES.map((shape) => subject.crossed(dtype, shape)),
      ]);
      expect(found).toEqual([]);
    });
    if (!LONG_OPS.has(op.name)) return;
    test("longer than one call of a loop", () => {
      const layout: Layout = (tensor, place) => shifted(tensor, 1 + place);
      const found = inAll((dtype) => LONG.map((shape) => subject.sized(dtype, shape, layout)));
      expect(found).toEqual([]);
    });
  });
}
