/** Steps along axes: reductions, norms, running sums and products, and what is normalized along an axis. */

import * as tf from "gradtape";
import { type Kind, kind, type Machine } from "./kinds.js";
import {
  anyAxis,
  hasOneLargest,
  isWithin,
  keepsFrom,
  LARGEST_VALUE,
  ofRank,
  someAxes,
} from "./values.js";

interface Along {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

type Reduce = (x: tf.Tensor, options: Along) => tf.Tensor;

function reduction(
  name: string,
  f: Reduce,
  demands: (x: tf.Tensor, along: Along, machine: Machine) => void = () => {},
): Kind {
  return kind<Along>({
    name,
    run: ({ operands: [x], attributes, machine }) => {
      demands(x!, attributes, machine);
      return f(x!, attributes);
    },
    write: (draft) => {
      const x = draft.some(ofRank(1));
      if (x === undefined) return;
      draft.add(name, [x], { axis: someAxes(draft, x), keepdims: draft.chance(0.4) });
    },
  });
}

const largestAlone =
  (f: (x: tf.Tensor) => tf.Tensor) =>
  (x: tf.Tensor, { axis }: Along, machine: Machine): void =>
    machine.demand((limits) => hasOneLargest(f(x), axis, limits));

interface Running {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function running(name: string, f: (x: tf.Tensor, options: Running) => tf.Tensor): Kind {
  return kind<Running>({
    name,
    weight: 2,
    run: ({ operands: [x], attributes }) => f(x!, attributes),
    write: (draft) => {
      const x = draft.some(ofRank(1));
      if (x === undefined) return;
      draft.add(name, [x], {
        axis: anyAxis(draft, x),
        exclusive: draft.chance(0.4),
        reverse: draft.chance(0.4),
      });
    },
  });
}

function normalized(name: string, f: (x: tf.Tensor, axis: number) => tf.Tensor): Kind {
  return kind<{ axis: number }>({
    name,
    run: ({ operands: [x], attributes: { axis } }) => f(x!, axis),
    write: (draft) => {
      const x = draft.some(ofRank(1));
      if (x !== undefined) draft.add(name, [x], { axis: anyAxis(draft, x) });
    },
  });
}

/** The p-norm along an axis. */
const powerNorm = kind<{ ord: number; axis: number }>({
  name: "norm",
  run: ({ operands: [x], attributes: { ord, axis }, machine }) => {
    machine.demand((limits) => keepsFrom(x!, 0, limits));
    return tf.norm(x!, { ord, axis });
  },
  write: (draft) => {
    const x = draft.some(ofRank(1));
    if (x !== undefined) {
      draft.add("norm", [x], { ord: draft.pick([1, 3, 2.5]), axis: anyAxis(draft, x) });
    }
  },
});

export const reductionKinds: readonly Kind[] = [
  reduction("reduceSum", tf.reduceSum),
  reduction("reduceMean", tf.reduceMean),
  reduction("reduceProd", tf.reduceProd),
  reduction("reduceMax", tf.reduceMax, largestAlone(tf.identity)),
  reduction("reduceMin", tf.reduceMin, largestAlone(tf.negative)),
  reduction("reduceLogsumexp", tf.reduceLogsumexp),
  reduction("reduceVariance", tf.math.reduceVariance),
  reduction("reduceStd", tf.math.reduceStd, (x, along, machine) =>
    machine.demand(() => isWithin(tf.math.reduceVariance(x, along), 0.1, LARGEST_VALUE)),
  ),
  reduction("euclideanNorm", tf.math.reduceEuclideanNorm, (x, along, machine) =>
    machine.demand(() => isWithin(tf.math.reduceEuclideanNorm(x, along), 0.3, LARGEST_VALUE)),
  ),
  powerNorm,
  running("cumsum", tf.cumsum),
  running("cumprod", tf.math.cumprod),
  normalized("softmax", (x, axis) => tf.nn.softmax(x, { axis })),
  normalized("logSoftmax", (x, axis) => tf.nn.logSoftmax(x, { axis })),
];
