/** Σ (tanh(x·w) + x) with its gradient, written into typed arrays that are there already. */

import type { Tensor } from "gradtape";
import { type Figures, OURS, type Row } from "../row.js";
import { LONG, measure, operands } from "./tanh-sum.js";

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const both = tf.compile(
    tf.valueAndGrad((x: Tensor, w: Tensor) => tf.reduceSum(tf.tanh(x.mul(w)).add(x))),
  );
  const [x, w] = operands(LONG);
  const inputs = [tf.constant(x), tf.constant(w)] as const;
  const value = new Float32Array(1);
  const gradient = new Float32Array(LONG);
  return measure(LONG, () => {
    both.into([value, gradient], ...inputs);
    return [value[0]!, gradient];
  });
}

export const tanhSumInto: Row = {
  name: "tanh-sum-into",
  title: `value and gradient of Σ (tanh(x·w) + x), ${LONG} float32 elements, with \`into\``,
  processes: 1,
  contenders: { [OURS]: gradtape },
  metrics: [
    { name: "element", label: "per element", unit: "ns", bars: [{ kind: "atMost", limit: 3 }] },
  ],
};
