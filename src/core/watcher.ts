/** Where tools that look for anomalies see what derivative rules give, and keep the places of calls. */

import type { Cotangent } from "./cotangent.js";
import type { Call, Op } from "./op.js";
import type { Tensor } from "./tensor.js";

/** A tool that looks at derivatives as they are computed. */
export interface DerivativeWatcher {
  /** A rule has given the cotangent of one operand from those of the outputs; `stack` is that of the call, if it was kept. */
  pulledBack(
    op: Op,
    call: Call,
    cotangents: readonly (Tensor | undefined)[],
    result: Cotangent,
    position: number,
    stack: Error | undefined,
  ): void;
  /** A rule has given the tangents of the outputs from those of the operands. */
  pushedForward(
    op: Op,
    call: Call,
    tangents: readonly (Tensor | undefined)[],
    results: readonly (Tensor | undefined)[],
  ): void;
}

let watcher: DerivativeWatcher | undefined;
let insideRule = false;

/** The tool that looks at derivatives now; undefined, as nearly always, where there is none. */
export function derivativeWatcher(): DerivativeWatcher | undefined {
  return watcher;
}

/** Runs `body` with a tool looking at derivatives; undefined stands for none. */
export function withWatcher<T>(inner: DerivativeWatcher | undefined, body: () => T): T {
  const outer = watcher;
  watcher = inner;
  try {
    return body();
  } finally {
    watcher = outer;
  }
}

/** Runs a derivative rule; what its steps give is nobody's business but the rule's. */
export function asRule<T>(rule: () => T): T {
  const outer = insideRule;
  insideRule = true;
  try {
    return rule();
  } finally {
    insideRule = outer;
  }
}

/** Whether operations are run by a derivative rule. */
export function isInsideRule(): boolean {
  return insideRule;
}
