/** `detectAnomalies`: the first operation that makes a NaN or an infinity, forward or backward, is an error that names it. */

import { describe, operandName } from "../core/convert.js";
import { type Cotangent, RegionCotangent, RowsCotangent } from "../core/cotangent.js";
import { activate, deactivate, type Recorder } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { AnomalyError, ArgumentError } from "../core/errors.js";
import type { Call, Op } from "../core/op.js";
import { formatShape, indexAt } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { userLine } from "../core/user-line.js";
import { type DerivativeWatcher, isInsideRule, withWatcher } from "../core/watcher.js";
import { firstNotFinite, isFiniteTensor } from "./finite.js";

/** Lowerings whose outputs hold nothing but elements of their operands. */
const MOVES: ReadonlySet<string> = new Set(["view", "split", "gather", "concat", "replace"]);

/** Looks at what every operation and every derivative rule gives. */
class AnomalyDetector implements Recorder, DerivativeWatcher {
  /** Outside all others, so that it hears those too. */
  readonly order = 0;

  variableRead(): void {}
  valueRead(): void {}

  record(op: Op, inputs: readonly Tensor[], _: unknown, outputs: readonly Tensor[]): void {
    if (isInsideRule() || MOVES.has(op.lowering.kind)) return;
    for (const output of outputs) {
      if (!isFloating(output.dtype) || isFiniteTensor(output) || !areFinite(inputs)) continue;
      throw anomaly("forward", op, output, new Error(op.name), inputs);
    }
  }

  pulledBack(
    op: Op,
    call: Call,
    cotangents: readonly (Tensor | undefined)[],
    result: Cotangent,
    position: number,
    stack: Error | undefined,
  ): void {
    const values = valuesOf(result);
    // What passes unchanged was looked at where it came from.
    if (cotangents.includes(values)) return;
    if (isFiniteTensor(values) || !areFinite([...call.inputs, ...call.outputs, ...cotangents]))
      return;
    throw anomaly("pullback", op, values, stack, call.inputs, operandName(op.inputs, position));
  }

  pushedForward(
    op: Op,
    call: Call,
    tangents: readonly (Tensor | undefined)[],
    results: readonly (Tensor | undefined)[],
  ): void {
    for (const result of results) {
      if (result === undefined || isFiniteTensor(result)) continue;
      if (!areFinite([...call.inputs, ...call.outputs, ...tangents])) continue;
      throw anomaly("pushforward", op, result, new Error(op.name), call.inputs);
    }
  }
}

function valuesOf(cotangent: Cotangent): Tensor {
  if (cotangent instanceof RegionCotangent) return cotangent.block;
  if (cotangent instanceof RowsCotangent) return cotangent.rows;
  return cotangent;
}

function areFinite(tensors: readonly (Tensor | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || isFiniteTensor(tensor));
}

function anomaly(
  phase: AnomalyError["phase"],
  op: Op,
  result: Tensor,
  stack: Error | undefined,
  inputs: readonly Tensor[],
  operand = "",
): AnomalyError {
  const { position, value } = firstNotFinite(result);
  const element = indexAt(position, result.shape);
  const line = stack === undefined ? undefined : userLine(stack);
  const made = {
    forward: `${op.name} made ${value} out of finite numbers`,
    pullback: `the backward pass of ${op.name} made ${value} out of finite numbers, in the cotangent of its operand ${operand}`,
    pushforward: `the forward derivative of ${op.name} made ${value} out of finite numbers`,
  }[phase];
  const operands = inputs
    .map((input, index) => `${operandName(op.inputs, index)} ${describe(input)}`)
    .join(", ");
  return new AnomalyError(
    `detectAnomalies: ${made}: element ${formatShape(element)} of ${describe(result)} is ${value}. ` +
      `${op.name} (operands: ${operands || "none"}) was called${line === undefined ? " at an unknown place" : ` at ${line}`}`,
    { op: op.name, phase, element, value, line },
  );
}

/**
 * Runs `body`; the first operation in it that makes a NaN or an infinity out of finite numbers, or whose derivative does, is an error that
 * says which, where it was called, and which element. What comes in not finite, such as a mask of −∞, is passed over.
 *
 * It looks at the results of operations and of whole derivative rules, so that a root at 0 behind a `where` is no anomaly. Every
 * result is read once, which costs about a quarter more time from 10⁴ elements on, and several times the time for scalars.
 *
 * @param body runs the program and its backward pass; tapes in it have to start in it too
 * @returns what `body` returns
 *
 * @example
 * tf.detectAnomalies(() => {
 *   using tape = new tf.GradientTape();
 *   return tape.gradient(loss(model, batch), model.variables);
 * });
 * // AnomalyError: detectAnomalies: log made -Infinity out of finite numbers: element [3] of float32[8] is -Infinity. …
 *
 * @throws AnomalyError when there is one; whatever `body` throws. ArgumentError when it is no function, or an async one.
 */
export function detectAnomalies<T>(body: () => T): T {
  if (typeof body !== "function") {
    throw new ArgumentError(`detectAnomalies: body must be a function, got ${describe(body)}`);
  }
  const detector = new AnomalyDetector();
  activate(detector);
  try {
    const result = withWatcher(detector, body);
    if (result instanceof Promise) {
      throw new ArgumentError(
        "detectAnomalies: body is an async function, which goes on after it has returned; make what is to be watched synchronous",
      );
    }
    return result;
  } finally {
    deactivate(detector);
  }
}
