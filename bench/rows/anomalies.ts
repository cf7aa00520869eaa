/** What looking for anomalies costs: a forward and a backward pass within `detectAnomalies`, as a multiple of the same without. */

import type { Tensor } from "gradtape";
import { byTurns } from "../by-turns.js";
import { noise } from "../noise.js";
import { type Figures, type Metric, OURS, type Row } from "../row.js";
import { expectClose } from "../timing.js";

type Library = typeof import("gradtape");

const STEPS = 10;

/** One step y = f(y·w + x). */
interface Program {
  readonly name: string;
  readonly label: string;
  readonly f: (tf: Library, sum: Tensor) => Tensor;
  /** The same for numbers: value and slope. */
  readonly scalar: (sum: number) => readonly [value: number, slope: number];
}

const PROGRAMS: readonly Program[] = [
  {
    name: "tanh",
    label: "y = tanh(y·w + x)",
    f: (tf, sum) => tf.tanh(sum),
    scalar: (sum) => [Math.tanh(sum), 1 - Math.tanh(sum) ** 2],
  },
  { name: "affine", label: "y = y·w + x", f: (_, sum) => sum, scalar: (sum) => [sum, 1] },
];

const SIZES = [
  { elements: 1, shape: [], label: "scalars" },
  { elements: 1e4, shape: [1e4], label: "10⁴ elements", limit: 1.3 },
  { elements: 1e5, shape: [1e5], label: "10⁵ elements", limit: 1.3 },
] as const;

/** The derivative of y after all steps by x, which y starts from too. */
function expected({ scalar }: Program, x: number, w: number): number {
  let y = x;
  let derivative = 1;
  for (let step = 0; step < STEPS; step++) {
    const [value, slope] = scalar(y * w + x);
    derivative = slope * (derivative * w + 1);
    y = value;
  }
  return derivative;
}

function ratio(
  tf: Library,
  program: Program,
  elements: number,
  shape: readonly number[],
): { readonly plain: number; readonly ratio: number } {
  const values = noise(elements, 1, 1);
  const weights = noise(elements, 0.9, 2);
  const x = tf.constant(values, { shape });
  const w = tf.constant(weights, { shape });
  const pass = (): number => {
    const tape = new tf.GradientTape();
    tape.watch(x);
    let y = x;
    for (let step = 0; step < STEPS; step++) {
      y = program.f(tf, tf.add(tf.multiply(y, w), x));
    }
    return tape.gradient(tf.reduceSum(y), x).data({ copy: false })[elements - 1]!;
  };
  const watched = () => tf.detectAnomalies(pass);
  const derivative = expected(program, values[elements - 1]!, weights[elements - 1]!);
  expectClose(pass(), derivative, 1e-5);
  expectClose(watched(), derivative, 1e-5);
  const { base, ratio: times } = byTurns(pass, watched);
  return { plain: base, ratio: times };
}

async function gradtape(): Promise<Figures> {
  const tf = await import("gradtape");
  const figures: Record<string, number> = {};
  for (const program of PROGRAMS) {
    for (const { elements, shape } of SIZES) {
      const found = ratio(tf, program, elements, shape);
      figures[`${program.name}${elements}`] = found.ratio;
      figures[`${program.name}${elements}Plain`] = 1000 * found.plain;
    }
  }
  return figures;
}

const metrics: readonly Metric[] = PROGRAMS.flatMap((program) =>
  SIZES.flatMap((size): Metric[] => {
    const name = `${program.name}${size.elements}`;
    return [
      { name: `${name}Plain`, label: `${program.label}, ${size.label}: plain`, unit: "µs" },
      {
        name,
        label: "  within detectAnomalies, as a multiple",
        unit: "",
        ...("limit" in size ? { bars: [{ kind: "atMost", limit: size.limit }] } : {}),
      },
    ];
  }),
);

export const anomalies: Row = {
  name: "anomalies",
  title: `${STEPS} steps and their gradient within detectAnomalies and without, by turns in one process`,
  processes: 1,
  contenders: { [OURS]: gradtape },
  metrics,
};
