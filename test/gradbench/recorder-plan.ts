/** What is recorded: the sizes that the evals are asked for, and further inputs for what those leave out. */

import { numbersFrom } from "./recorder-data.js";
import { odeGradient, particleAnswer, saddleAnswer } from "./reference.js";

/** A message that no eval sends; its input may rest on that of the first message that one did send. */
export interface Further {
  readonly functions: readonly string[];
  readonly input: (first: never) => unknown;
}

export interface Plan {
  /** The flags of every session with the eval. */
  readonly sessions: readonly string[];
  readonly further?: readonly Further[];
  /** What the answer is where the hand-written tool does not know it, else undefined. */
  readonly reference?: (functionName: string, input: never) => unknown;
  /** Whether the eval has too much work for a test, and only the further inputs are stored. */
  readonly tooLong?: boolean;
}

const random = numbersFrom(11);
const list = (count: number): number[] => Array.from({ length: count }, random);

const once = "--min-seconds 0";
const derivative = ["primal", "gradient"];
const adbench = ["objective", "jacobian"];
const variants = ["rr", "ff", "fr", "rf"];

export const plans: Readonly<Record<string, Plan>> = {
  hello: {
    sessions: [""],
    further: [{ functions: ["square", "double"], input: () => -0.3 }],
    reference: (name, input: number) => (name === "double" ? 2 * input : input * input),
  },
  llsq: {
    sessions: [`${once} -n 4 9 -m 1 6`],
    further: [{ functions: derivative, input: () => ({ x: list(3), n: 5 }) }],
  },
  lse: {
    sessions: [`${once} -n 1 20`],
    further: [{ functions: derivative, input: () => ({ x: [-800, 3, 900, 900, 899.5] }) }],
  },
  gmm: {
    sessions: [
      `${once} -d 2 4 -k 1 3 -n 6`,
      `${once} -d 3 -k 2 -n 5 -m 2 --gamma 0.5 --validate-naive`,
    ],
  },
  kmeans: { sessions: [`${once} -k 1 4 -n 12 -d 1 3`] },
  det: { sessions: [`${once} -l 2 3 5 8 9`] },
  ode: {
    sessions: [`${once} -n 2 7 -s 1 5`],
    // That of `manual` is the gradient of the exact solution, which the steps only come near.
    reference: (name, { x, s }: { x: number[]; s: number }) =>
      name === "gradient" ? odeGradient(x, s) : undefined,
  },
  lstm: { sessions: [`${once} -l 1 -c 3`, `${once} -l 2 -c 12`] },
  ba: {
    sessions: [`${once} --max 1`],
    further: [
      {
        functions: adbench,
        input: (first: { cam: number[] }) => ({ ...first, cam: [0, 0, 0, ...first.cam.slice(3)] }),
      },
    ],
  },
  ht: {
    sessions: [
      `${once} --max 1 --model small --variant simple`,
      `${once} --max 1 --model small --variant complicated`,
    ],
    further: [
      {
        // The hand-written Jacobian is wrong for mirrored hands, which the eval does not ask for.
        functions: ["objective"],
        input: (first: { data: { model: object } }) => ({
          ...first,
          data: { ...first.data, model: { ...first.data.model, is_mirrored: true } },
        }),
      },
      {
        functions: adbench,
        input: (first: { theta: number[] }) => ({
          ...first,
          theta: [0, 0, 0, ...first.theta.slice(3)],
        }),
      },
    ],
  },
  particle: {
    sessions: [once],
    tooLong: true,
    further: [{ functions: variants, input: () => ({ w: 0.20344 }) }],
    reference: (_, { w }: { w: number }) => particleAnswer(w),
  },
  saddle: {
    sessions: [once],
    tooLong: true,
    further: [{ functions: variants, input: () => ({ start: [0.4, 0.3001] }) }],
    reference: (_, { start }: { start: number[] }) => saddleAnswer(start),
  },
};
