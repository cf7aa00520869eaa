/** Throughput of a product of two square matrices that is written into a typed array that is there already. */

import type { Tensor } from "gradtape";
import { type Figures, OURS, type Row } from "../row.js";
import { LARGE, measure, operandsOf, operationsOf } from "./matmul.js";
import { throughputMetrics } from "./references/gigaflops.js";

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const product = tf.compile((a: Tensor, b: Tensor) => tf.matmul(a, b));
  const [a, b] = operandsOf(LARGE).map((values) => tf.constant(values, { shape: [LARGE, LARGE] }));
  const output = new Float32Array(LARGE * LARGE);
  return measure(LARGE, () => {
    product.into(output, a!, b!);
    return output;
  });
}

export const matmulInto: Row = {
  name: "matmul-into",
  title: `product of two ${LARGE}×${LARGE} float32 matrices, with \`into\``,
  processes: 1,
  contenders: { [OURS]: gradtape },
  metrics: throughputMetrics("a product", operationsOf(LARGE), 40),
};
