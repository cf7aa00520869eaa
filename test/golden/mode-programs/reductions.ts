/** Reductions along axes, norms, and running sums and products. */
import * as tf from "gradtape";
import { type Programs, squared } from "./program.js";

const ROWS = { axis: 1 } as const;
const COLUMNS = { axis: 0 } as const;
const KEPT = { axis: 1, keepdims: true } as const;
const OUTER = { axis: [0, 2] } as const;

const reducing: Programs = {
  reduceEuclideanNorm: (x) => tf.math.reduceEuclideanNorm(x, ROWS),
  reduceLogsumexp: (x) => tf.reduceLogsumexp(x),
  reduceLogsumexpOfColumns: (x) => tf.reduceLogsumexp(x, COLUMNS),
  reduceLogsumexpKept: (x) => tf.reduceLogsumexp(x, KEPT),
  reduceLogsumexpOuter: (x) => tf.reduceLogsumexp(x, OUTER),
  reduceMax: (x) => tf.reduceMax(x),
  reduceMaxOfRows: squared((x) => tf.reduceMax(x, ROWS)),
  reduceMaxByIndex: (x) => tf.reduceMax(x, ROWS),
  reduceMaxKept: (x) => tf.multiply(x, tf.reduceMax(x, KEPT)),
  reduceMaxOuter: squared((x) => tf.reduceMax(x, OUTER)),
  reduceMean: squared((x) => tf.reduceMean(x)),
  reduceMeanOfColumns: squared((x) => tf.reduceMean(x, COLUMNS)),
  reduceMeanOuter: squared((x) => tf.reduceMean(x, OUTER)),
  reduceMin: (x) => tf.reduceMin(x),
  reduceMinOfColumns: squared((x) => tf.reduceMin(x, COLUMNS)),
  reduceProd: (x) => tf.reduceProd(x),
  reduceProdOfRows: (x) => tf.reduceProd(x, ROWS),
  reduceProdKept: (x) => tf.reduceProd(x, KEPT),
  reduceProdOuter: (x) => tf.reduceProd(x, OUTER),
  reduceStd: (x) => tf.math.reduceStd(x),
  reduceStdOfRows: (x) => tf.math.reduceStd(x, ROWS),
  reduceSum: squared((x) => tf.reduceSum(x)),
  reduceSumOfRows: squared((x) => tf.reduceSum(x, ROWS)),
  reduceSumKept: (x) => tf.multiply(x, tf.reduceSum(x, KEPT)),
  reduceSumOuter: squared((x) => tf.reduceSum(x, OUTER)),
  reduceVariance: (x) => tf.math.reduceVariance(x),
  reduceVarianceOfColumns: (x) => tf.math.reduceVariance(x, COLUMNS),
  moments: (x) => {
    const [mean, variance] = tf.nn.moments(x, [0], { keepdims: true });
    return tf.divide(tf.subtract(x, mean), tf.add(variance, 0.1));
  },
};

const norms: Programs = {
  l2Loss: (x) => tf.nn.l2Loss(x),
  norm: (x) => tf.norm(x),
  normOfRows: (x) => tf.norm(x, ROWS),
  normKept: (x) => tf.divide(x, tf.norm(x, KEPT)),
  normOne: squared((x) => tf.norm(x, { ord: 1, axis: -1 })),
  normThree: (x) => tf.norm(x, { ord: 3, axis: 0 }),
  normOfPower: (x) => tf.norm(x, { ord: 2.5 }),
  normInfinity: squared((x) => tf.norm(x, { ord: Infinity, axis: 1 })),
  normFrobenius: (x) => tf.norm(x, { ord: "fro", axis: [-2, -1] }),
  normMatrixOne: squared((x) => tf.norm(x, { ord: 1, axis: [-2, -1] })),
  normMatrixInfinity: squared((x) => tf.norm(x, { ord: Infinity, axis: [-2, -1] })),
};

const scans: Programs = {
  cumsum: squared((x) => tf.cumsum(x)),
  cumsumOfRows: squared((x) => tf.cumsum(x, { axis: 1 })),
  cumsumExclusive: squared((x) => tf.cumsum(x, { exclusive: true })),
  cumsumReverse: squared((x) => tf.cumsum(x, { axis: -1, reverse: true })),
  cumsumMiddle: squared((x) => tf.cumsum(x, { axis: 1, exclusive: true, reverse: true })),
  cumprod: (x) => tf.math.cumprod(x),
  cumprodOfRows: (x) => tf.math.cumprod(x, { axis: 1 }),
  cumprodExclusive: (x) => tf.math.cumprod(x, { exclusive: true }),
  cumprodReverse: (x) => tf.math.cumprod(x, { axis: -1, reverse: true }),
  cumprodBoth: (x) => tf.math.cumprod(x, { exclusive: true, reverse: true }),
};

export const reductions: Programs = { ...reducing, ...norms, ...scans };
