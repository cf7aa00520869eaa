/** What the tests of the tape share. */
import * as tf from "gradtape";

export const NONE = { unconnectedGradients: "none" } as const;

/** The numbers of scalar gradients, null where there is none. */
export function items(gradients: readonly (tf.Tensor | null)[]): (number | null)[] {
  return gradients.map((gradient) => gradient?.item() ?? null);
}

/** A tape on which the given tensors are watched. */
export function watching(...tensors: readonly (tf.Tensor | tf.Variable)[]): tf.GradientTape {
  const tape = new tf.GradientTape();
  tape.watch(tensors);
  return tape;
}

/** Calls a function with arguments that its type forbids. */
export function untyped(call: unknown, ...parameters: readonly unknown[]): unknown {
  if (typeof call !== "function") throw new Error(`not a function: ${String(call)}`);
  return Reflect.apply(call, undefined, parameters);
}

/** The error that `body` throws, which must be an `UnconnectedGradientError`. */
export function unconnected(body: () => unknown): tf.UnconnectedGradientError {
  try {
    body();
  } catch (error) {
    if (error instanceof tf.UnconnectedGradientError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}
