/** Answers in plain numbers, with derivatives by hand, where no hand-written tool of GradBench has them. */

export type Point = readonly number[];

export interface Problem {
  readonly value: (x: Point) => number;
  readonly gradient: (x: Point) => Point;
}

/** Gradient descent as the evals prescribe it: ten steps in succession double the rate, a failed one halves it. */
export function minimum({ value, gradient }: Problem, start: Point): Point {
  let x = start;
  let y = value(x);
  let slope = gradient(x);
  let rate = 1e-5;
  let steps = 0;
  while (Math.hypot(...slope) > 1e-5) {
    if (steps === 10) {
      rate *= 2;
      steps = 0;
    }
    const next = x.map((coordinate, axis) => coordinate - rate * slope[axis]!);
    if (Math.hypot(...x.map((coordinate, axis) => coordinate - next[axis]!)) <= 1e-5) break;
    const nextY = value(next);
    if (nextY < y) {
      x = next;
      y = nextY;
      slope = gradient(x);
      steps++;
    } else {
      rate /= 2;
      steps = 0;
    }
  }
  return x;
}

const TIME_STEP = 0.1;

/** Where the particle crosses the axis, squared, and the derivative of that by w. */
function miss(w: number): { readonly value: number; readonly slope: number } {
  let [x, y, vx, vy] = [0, 8, 0.75, 0];
  let [dx, dy, dvx, dvy] = [0, 0, 0, 0];
  for (;;) {
    let [ax, ay, dax, day] = [0, 0, 0, 0];
    for (const charge of [
      { y: 10 - w, dy: -1 },
      { y: 0, dy: 0 },
    ]) {
      const [rx, ry, drx, dry] = [x - 10, y - charge.y, dx, dy - charge.dy];
      const r = Math.hypot(rx, ry);
      const dr = (rx * drx + ry * dry) / r;
      ax += rx / r ** 3;
      ay += ry / r ** 3;
      dax += drx / r ** 3 - (3 * rx * dr) / r ** 4;
      day += dry / r ** 3 - (3 * ry * dr) / r ** 4;
    }
    x += TIME_STEP * vx;
    y += TIME_STEP * vy;
    dx += TIME_STEP * dvx;
    dy += TIME_STEP * dvy;
    if (y <= 0) break;
    vx += TIME_STEP * ax;
    vy += TIME_STEP * ay;
    dvx += TIME_STEP * dax;
    dvy += TIME_STEP * day;
  }
  const time = -y / vy;
  const dtime = -dy / vy + (y * dvy) / vy ** 2;
  const crossing = x + time * vx;
  const dcrossing = dx + dtime * vx + time * dvx;
  return { value: crossing ** 2, slope: 2 * crossing * dcrossing };
}

export function particleAnswer(w: number): number {
  const problem: Problem = {
    value: ([w = 0]) => miss(w).value,
    gradient: ([w = 0]) => [miss(w).slope],
  };
  return minimum(problem, [w])[0]!;
}

function squares(x: Point): number {
  return x.reduce((sum, coordinate) => sum + coordinate ** 2, 0);
}

const twice = (x: Point): Point => x.map((coordinate) => 2 * coordinate);

/** The place of the maximum of |x|² − |y|² by y does not depend on x, so that the outer gradient is that by x alone. */
export function saddleAnswer(start: Point): Point {
  const best = (x: Point): Point =>
    minimum({ value: (y) => -(squares(x) - squares(y)), gradient: twice }, start);
  const x = minimum({ value: (own) => squares(own) - squares(best(own)), gradient: twice }, start);
  return [...x, ...best(x)];
}

/**
 * The gradient of ode. Every state is a number times x₀ x₁ … xᵢ, also after steps of finite size, so that the derivative of the last by
 * xⱼ is its quotient by xⱼ.
 */
export function odeGradient(x: readonly number[], steps: number): Point {
  const h = 2 / steps;
  const slope = (y: Point): Point => x.map((one, index) => one * (index === 0 ? 1 : y[index - 1]!));
  const ahead = (y: Point, direction: Point, time: number): Point =>
    y.map((one, index) => one + time * direction[index]!);
  let y: Point = x.map(() => 0);
  for (let step = 0; step < steps; step++) {
    const k1 = slope(y);
    const k2 = slope(ahead(y, k1, h / 2));
    const k3 = slope(ahead(y, k2, h / 2));
    const k4 = slope(ahead(y, k3, h));
    y = y.map((one, i) => one + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  }
  return x.map((one) => y.at(-1)! / one);
}
