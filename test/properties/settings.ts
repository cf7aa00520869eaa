/** What random programs are like: small ones, whose derivatives are compared with numeric ones, and longer ones for compiled code. */

import type { Shape } from "../../src/core/shape.js";
import { sizeOf } from "../../src/core/shape.js";
import type { Draft } from "./kinds.js";
import type { Limits } from "./values.js";

/** How programs are written. */
export interface Setting extends Limits {
  /** The shapes that inputs of one program are drawn from. */
  inputShapes(draft: Draft): readonly Shape[];
  /** How often steps are drawn from each group: at the top, and in blocks. */
  readonly shares: Readonly<Record<string, readonly [number, number]>>;
  /** How many steps a program has at least and at most, those in blocks not counted. */
  readonly length: readonly [least: number, most: number];
}

const SMALL_SHAPES = [[], [3], [2, 3], [1, 3], [3, 1], [2, 2], [3, 3], [1], [2, 1, 3], [3, 2, 2]];

export const SMALL: Setting = {
  margin: 0.1,
  largestSize: 24,
  largestValue: 5,
  mostSteps: 80,
  inputShapes: () => SMALL_SHAPES,
  length: [8, 20],
  shares: {
    elementwise: [30, 40],
    reductions: [12, 14],
    shapes: [14, 10],
    indices: [7, 6],
    contractions: [10, 8],
    control: [16, 8],
    derivatives: [11, 6],
  },
};

/** Lengths around those of vectors, of blocks of them, and of rows that are written out. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 34, 40];

const LARGEST_INPUT = 400;

/** Shapes made of a few lengths, so that values fit to each other. */
function lanedShapes(draft: Draft): readonly Shape[] {
  const [n, m] = [draft.pick(LENGTHS), draft.pick(LENGTHS)];
  const k = draft.integer(2, 4);
  const shapes = [
    [],
    [n],
    [m],
    [n, m],
    [m, n],
    [1, n],
    [n, 1],
    [k, n],
    [n, k],
    [k, 1, m],
    [k, n, m],
  ];
  return shapes.filter((shape) => sizeOf(shape) <= LARGEST_INPUT);
}

/** For comparisons of the same program run in two ways, where derivatives need not be smooth. */
export const LANED: Setting = {
  margin: 0.003,
  largestSize: 600,
  largestValue: 30,
  mostSteps: 60,
  inputShapes: lanedShapes,
  length: [2, 5],
  shares: {
    elementwise: [30, 40],
    reductions: [14, 14],
    shapes: [20, 12],
    indices: [8, 6],
    contractions: [9, 8],
    control: [12, 8],
    derivatives: [7, 5],
    casts: [4, 4],
  },
};
