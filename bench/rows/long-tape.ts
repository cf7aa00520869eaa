/** What a long tape costs: a million scalar operations and their gradient, in one process. */

import { type Figures, OURS, type Row } from "../row.js";
import { expectClose, milliseconds } from "../timing.js";

const LENGTH = 1_000_000;

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const x = tf.constant(1);
  const tape = new tf.GradientTape();
  tape.watch(x);
  let y = x;
  const record = milliseconds(() => {
    for (let step = 0; step < LENGTH; step++) y = tf.multiply(y, x);
  });
  const gradient = milliseconds(() => {
    expectClose(tape.gradient(y, x).item(), LENGTH + 1, 0);
  });
  return { record, gradient };
}

export const longTape: Row = {
  name: "long-tape",
  title: `a tape of ${LENGTH} scalar multiplications and its gradient, once`,
  processes: 3,
  contenders: { [OURS]: gradtape },
  metrics: [
    { name: "record", label: "recording", unit: "ms" },
    { name: "gradient", label: "gradient", unit: "ms" },
    {
      name: "peakMegabytes",
      label: "peak resident memory",
      unit: "MB",
      bars: [{ kind: "atMost", limit: 350 }],
    },
  ],
};
