/** Clocks and checks for the measuring programs. */

/** The middle value; the mean of the two middle values of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Milliseconds that one run takes. */
export function milliseconds(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}

/** What passes before the clock counts. */
const WARM_UP_MILLISECONDS = 1000;
const MEASURED_MILLISECONDS = 2000;
/** Runs are timed in groups of this length, so that a collection of garbage falls into many of them. */
const GROUP_MILLISECONDS = 20;
const LEAST_GROUPS = 3;

/** Median milliseconds of a run once the engine has compiled it. */
export function warmMilliseconds(body: () => void): number {
  let runs = 0;
  let spent = 0;
  while (spent < WARM_UP_MILLISECONDS) {
    spent += milliseconds(body);
    runs++;
  }
  const group = Math.max(1, Math.ceil((GROUP_MILLISECONDS * runs) / spent));
  const samples: number[] = [];
  let measured = 0;
  while (measured < MEASURED_MILLISECONDS || samples.length < LEAST_GROUPS) {
    const elapsed = milliseconds(() => {
      for (let run = 0; run < group; run++) body();
    });
    samples.push(elapsed / group);
    measured += elapsed;
  }
  return median(samples);
}

/** A measurement of a wrong answer is worth nothing: @throws Error when the value is not as expected. */
export function expectClose(value: number, expected: number, tolerance: number): void {
  if (!(Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
    throw new Error(`a measured program gave ${value} where ${expected} is right`);
  }
}
