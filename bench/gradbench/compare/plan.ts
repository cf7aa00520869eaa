/** What is compared: the workloads of every eval, the tool beside ours, and the bar. */

/** A tool of GradBench in C++: derivatives by hand, or finite differences. */
export type Peer = "manual" | "finite";

export interface Plan {
  /** The flags of the eval that choose its small and middle sizes. */
  readonly flags: string;
  readonly peer: Peer;
  /** The functions that are derivatives. */
  readonly derivatives: readonly string[];
  /** The function whose time by ourselves stands for the other tool's, where that computes something else. */
  readonly ownBase?: string;
  /** The functions that the other tool computes otherwise, so that its answers are not ours to a small tolerance. */
  readonly unlike?: readonly string[];
  readonly bar?: number;
  /** Whether every workload has to hold the bar, and not the median over them. */
  readonly each?: boolean;
  /** Whether it is left out of the mean over the evals. */
  readonly apart?: boolean;
}

/** How many times the time of ours that of TensorFlow.js is to be, in every eval that it can do. */
export const BAR_OF_TENSORFLOW_JS = 10;

/** The most that the geometric mean over the evals may be. */
export const BAR_OF_MEAN = 1;

const variants = ["rr", "ff", "fr", "rf"];
const nested = { peer: "finite", derivatives: variants, unlike: variants, each: true } as const;

export const plans: Readonly<Record<string, Plan>> = {
  hello: { flags: "", peer: "manual", derivatives: ["double"], apart: true },
  llsq: {
    flags: "-n 16 64 256 1024 4096",
    peer: "manual",
    derivatives: ["gradient"],
    bar: 0.6,
  },
  lse: {
    flags: "-n 2500 10000 40000 160000",
    peer: "manual",
    derivatives: ["gradient"],
    bar: 0.6,
  },
  gmm: {
    flags: "-d 2 10 20 32 -k 5 10 25 50",
    peer: "manual",
    derivatives: ["jacobian"],
    bar: 1,
  },
  kmeans: {
    flags: "-k 10 100 -n 1000 10000 -d 8 16",
    peer: "manual",
    derivatives: ["dir"],
    bar: 1.5,
  },
  det: { flags: "-l 5 6 7 8 9", peer: "manual", derivatives: ["gradient"], bar: 1 },
  // That of `manual` is the gradient of the exact solution, in closed form.
  ode: {
    flags: "-n 1000 10000 -s 1 10 100",
    peer: "manual",
    derivatives: ["gradient"],
    ownBase: "primal",
    unlike: ["gradient"],
    bar: 10,
    apart: true,
  },
  lstm: { flags: "-l 2 4 6 -c 1024", peer: "manual", derivatives: ["jacobian"], bar: 0.6 },
  ba: { flags: "--max 5", peer: "manual", derivatives: ["jacobian"], bar: 1.5 },
  ht: { flags: "--max 7", peer: "manual", derivatives: ["jacobian"], bar: 1.5 },
  particle: { ...nested, flags: "", bar: 1.5 },
  saddle: { ...nested, flags: "", bar: 1.5 },
};
