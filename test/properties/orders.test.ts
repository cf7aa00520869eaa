/** First and second derivatives of random programs: forward mode, reverse mode and numeric differentiation agree. */

import * as tf from "gradtape";
import { expect, it } from "vitest";
import { type Comparison, checkPrograms, isOneIn } from "./check-programs.js";
import { inputsOf } from "./interpreter.js";
import { numericAlong } from "./numeric-along.js";
import {
  directionOf,
  dot,
  forwardAlong,
  gradientOf,
  magnitudeOf,
  reverseAlong,
  scalarOf,
  withFrozenStops,
} from "./problem.js";
import type { Program } from "./program.js";

/** By order: of derivatives that are computed, relative to the terms that they are made of. */
const TOLERANCE = [1e-9, 1e-8] as const;
/** By order: of numeric derivatives, beside their own estimate of their error. */
const NUMERIC_TOLERANCE = [1e-7, 1e-6] as const;

/** By order: how many numeric derivatives settled, and how many derivatives are so large that they say something. */
const counts = [0, 1].map(() => ({ all: 0, settled: 0, telling: 0 }));

/** Compares a derivative with a numeric one, if that settled. */
function compareNumeric(
  order: 0 | 1,
  found: number,
  numeric: { readonly value: number; readonly error: number },
  magnitude: number,
): Comparison[] {
  const count = counts[order]!;
  count.all++;
  if (Math.abs(found) > 1e-3) count.telling++;
  if (!(numeric.error <= 1e-3 * magnitude)) return [];
  count.settled++;
  const allowed = NUMERIC_TOLERANCE[order] * magnitude + 10 * numeric.error;
  return [{ what: "reverse mode", found, expected: numeric.value, allowed }];
}

function firstOrder(program: Program): Comparison[] {
  const sources = inputsOf(program);
  const direction = directionOf(program, "direction");
  const f = scalarOf(program);
  const gradient = gradientOf(f)(sources);
  const reverse = dot(gradient, direction).item();
  const magnitude = 1 + magnitudeOf(gradient, direction);
  const allowed = TOLERANCE[0] * magnitude;
  const forward = forwardAlong(f, direction)(sources).item();
  const [, jvp] = tf.jvp((...own: tf.Tensor[]) => f(own), sources, direction);
  const numeric = numericAlong(
    withFrozenStops(program, (own) => own),
    sources,
    direction,
  );
  return [
    { what: "forward mode", found: forward, expected: reverse, allowed },
    { what: "jvp", found: jvp.item(), expected: forward, allowed },
    ...compareNumeric(0, reverse, numeric, magnitude),
  ];
}

const MODES = { forward: forwardAlong, reverse: reverseAlong } as const;
const BOTH = ["forward", "reverse"] as const;

function secondOrder(program: Program): Comparison[] {
  const sources = inputsOf(program);
  const first = directionOf(program, "first");
  const second = directionOf(program, "second");
  const f = scalarOf(program);
  const found = BOTH.flatMap((inner) =>
    BOTH.map((outer) => ({
      what: `${outer} mode over ${inner} mode`,
      found: MODES[outer](MODES[inner](f, first), second)(sources).item(),
    })),
  );
  const expected = found[3]!.found;
  const largest = Math.max(1, ...found.map((one) => Math.abs(one.found)));
  const allowed = TOLERANCE[1] * largest;
  const comparisons = found.slice(0, 3).map((one) => ({ ...one, expected, allowed }));
  if (!isOneIn(3, program)) return comparisons;
  const numeric = numericAlong(
    withFrozenStops(program, (own) => reverseAlong(own, first)),
    sources,
    second,
  );
  return [...comparisons, ...compareNumeric(1, expected, numeric, largest)];
}

/** Checks that the comparisons were not idle, where there were enough to tell. */
function expectTelling(order: 0 | 1): void {
  const { all, settled, telling } = counts[order]!;
  if (all < 50) return;
  expect(settled / all, "share of numeric derivatives that settled").toBeGreaterThan(0.95);
  expect(telling / all, "share of derivatives that do not vanish").toBeGreaterThan(0.8);
}

it("first order: forward mode, reverse mode and numeric derivatives agree", () => {
  checkPrograms(firstOrder);
  expectTelling(0);
}, 300_000);

it("second order: all nestings of the two modes agree, and numeric differences of gradients", () => {
  checkPrograms(secondOrder);
  expectTelling(1);
}, 300_000);
