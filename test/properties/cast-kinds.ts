/** Steps that compute in other dtypes for a while: integers, truth values, and the other floats. */

import * as tf from "gradtape";
import { valuesOf } from "../harness/operands.js";
import { type Kind, kind, type Machine } from "./kinds.js";
import { keepsFrom } from "./values.js";

/** Parts of a unit that values are rounded to, so that they are the same in every dtype. */
const PARTS = 8;

/** Demands that no element is near to where rounding to parts jumps. */
function demandRoundable(machine: Machine, x: tf.Tensor): void {
  machine.demand(({ margin }) =>
    valuesOf(x).every((value) => {
      const part = value * PARTS;
      return Math.abs(Math.abs(part - Math.round(part)) - 0.5) > PARTS * margin;
    }),
  );
}

function ofOne(name: string, f: (x: tf.Tensor) => tf.Tensor): Kind {
  return kind({
    name,
    run: ({ operands: [x], machine }) => {
      demandRoundable(machine, x!);
      return f(x!);
    },
    write: (draft) => {
      const x = draft.some();
      if (x !== undefined) draft.add(name, [x]);
    },
  });
}

/** In steps of a part of a unit. */
function steps(x: tf.Tensor): tf.Tensor {
  return tf.round(x.mul(PARTS));
}

const truth = kind<{ above: number }>({
  name: "truth",
  run: ({ operands: [x], attributes: { above }, machine }) => {
    machine.demand((limits) => keepsFrom(x!, above, limits) && keepsFrom(x!, -above, limits));
    const outside = tf.logicalOr(tf.greater(x!, above), tf.less(x!, -above));
    return tf.cast(outside, x!.dtype).add(0.5).mul(x!);
  },
  write: (draft) => {
    const x = draft.some();
    if (x !== undefined) draft.add("truth", [x], { above: Math.round(draft.number(0, 90)) / 100 });
  },
});

export const castKinds: readonly Kind[] = [
  truth,
  ofOne("integers", (x) => {
    const integers = tf.cast(steps(x), "int32");
    const mixed = tf.math.floormod(integers.mul(integers).sub(integers.mul(3)), 7);
    return tf.cast(mixed, x.dtype).div(PARTS).add(x);
  }),
  ofOne("sumOfIntegers", (x) => {
    const integers = tf.cast(steps(x), "int32");
    const sum = tf.reduceMax(integers).sub(tf.reduceMin(integers));
    return tf
      .cast(integers.add(sum), x.dtype)
      .div(4 * PARTS)
      .sub(x);
  }),
  ofOne("otherFloat", (x) => {
    const other = tf.cast(steps(x), x.dtype === "float64" ? "float32" : "float64");
    return tf
      .cast(other.mul(2).add(1), x.dtype)
      .div(4 * PARTS)
      .mul(x);
  }),
];
