/** `GradientTape`: records what a program does, and computes gradients of it. */

import { describe } from "../core/convert.js";
import { activate, deactivate, takeOrder } from "../core/dispatch.js";
import { dispose } from "../core/dispose.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, TapeError } from "../core/errors.js";
import { flattenNest, type IsNest, type Leaf, mapNest } from "../core/nest.js";
import { checkChoice, checkOptions } from "../core/options.js";
import type { Tensor, VariableIdentity } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { backward } from "./backward.js";
import type { GradientHook } from "./gradient-hook.js";
import { checkLeaf, checkRows, recordedJacobian, recordedRowJacobian } from "./tape-jacobian.js";
import type {
  GradientOptions,
  Gradients,
  GradientTapeOptions,
  JacobianTapeOptions,
} from "./tape-options.js";
import { TapeRecord } from "./tape-record.js";
import { ownCotangent, targetCotangents } from "./target-cotangents.js";
import { type UnconnectedGradients, unconnectedGradient } from "./unconnected.js";

/** The record of a tape, until the tape is used up. */
interface Held {
  record: TapeRecord | undefined;
}

/** A tape that nobody holds any more must not go on recording. */
const abandoned = /* @__PURE__ */ new FinalizationRegistry<Held>(({ record }) => {
  if (record !== undefined) deactivate(record);
});

/**
 * Records operations from its construction on, and computes gradients from the record.
 *
 * Trainable variables are watched when they are read; other tensors where `watch` says so. `using` stops and releases
 * the tape at the end of the block, as Python's `with` does.
 *
 * @example
 * const x = tf.constant(3);
 * using tape = new tf.GradientTape();
 * tape.watch(x);
 * const y = x.mul(x);
 * tape.gradient(y, x).item(); // 6
 *
 * @throws ArgumentError for an unknown option.
 */
export class GradientTape {
  readonly #persistent: boolean;
  readonly #watchesVariables: boolean;
  /** Held by the registry too, so that an abandoned tape stops; it must not refer to the tape itself. */
  readonly #held: Held;
  #recording = false;
  /** Whether recording will go on when `stopRecording` returns. */
  #suspended = false;
  #warned = false;
  /** What the tape watched, when its record is gone. */
  #variables: readonly VariableIdentity[] = [];

  constructor(options: GradientTapeOptions = {}) {
    checkOptions(options, ["persistent", "watchAccessedVariables"], "GradientTape");
    this.#persistent = options.persistent ?? false;
    this.#watchesVariables = options.watchAccessedVariables ?? true;
    this.#held = { record: this.#newRecord(takeOrder()) };
    abandoned.register(this, this.#held, this.#held);
    this.start();
  }

  /** Whether operations are being recorded. */
  get recording(): boolean {
    return this.#recording;
  }

  /**
   * Begins recording, or goes on after `stop`.
   *
   * @throws TapeError when the tape is recording already, or used up.
   */
  start(): void {
    if (this.#recording || this.#suspended) {
      throw new TapeError("GradientTape.start: the tape is recording already");
    }
    activate(this.#record("GradientTape.start"));
    this.#recording = true;
  }

  /** Ends recording; what is recorded stays. No effect on a tape that is not recording. */
  stop(): void {
    if (this.#held.record !== undefined) deactivate(this.#held.record);
    this.#recording = false;
    this.#suspended = false;
  }

  /** Stops recording and gives up everything that the tape holds. `using` calls it. */
  [dispose](): void {
    this.stop();
    this.#release();
  }

  /**
   * Runs `body` without recording it on this tape, and gives what it returns.
   *
   * @throws TapeError when the tape is not recording; whatever `body` throws, after recording is resumed.
   */
  stopRecording<T>(body: () => T): T {
    if (!this.#recording) {
      throw new TapeError("GradientTape.stopRecording: the tape is not recording");
    }
    this.stop();
    this.#suspended = true;
    try {
      return body();
    } finally {
      // Unless `body` has stopped the tape, or used it up.
      if (this.#suspended) {
        this.#suspended = false;
        this.start();
      }
    }
  }

  /**
   * Forgets what was recorded and watched, and goes on recording.
   *
   * @throws TapeError when the tape is not recording.
   */
  reset(): void {
    if (!this.#recording) throw new TapeError("GradientTape.reset: the tape is not recording");
    const old = this.#record("GradientTape.reset");
    deactivate(old);
    this.#held.record = this.#newRecord(old.order);
    activate(this.#held.record);
  }

  /**
   * Puts tensors or variables on the tape: gradients can be asked for them, and what is computed of them is recorded from
   * here on.
   *
   * @throws ArgumentError for anything but a tensor, a variable or a nest of them; DTypeError for int32 and bool;
   * TapeError when the tape is used up.
   */
  watch<const S>(nest: S & IsNest<S>): void {
    const record = this.#record("GradientTape.watch");
    const leaves = flattenNest(nest, "GradientTape.watch", "nest");
    for (const leaf of leaves) {
      if (!isFloating(leaf.dtype)) {
        throw new DTypeError(
          `GradientTape.watch: a tensor of dtype ${leaf.dtype} has no gradient; cast it to float32 or float64 first`,
        );
      }
    }
    for (const leaf of leaves) {
      if (leaf instanceof Variable) record.watchVariable(leaf);
      else record.watchTensor(leaf);
    }
  }

  /** The variables on the tape in order of first use. */
  watchedVariables(): Variable[] {
    const watched = this.#held.record?.watchedVariables ?? this.#variables;
    return watched.filter((variable) => variable instanceof Variable);
  }

  /**
   * The gradient of the sum of all elements of the target (or targets) with regard to the sources.
   *
   * @param target a tensor, a variable, or a nest of them
   * @param sources tensors and variables in any nest; the result has their structure, each with its source's shape and dtype
   *
   * @throws UnconnectedGradientError when a target does not depend on a source; the message says why.
   * @throws TapeError when a non-persistent tape is used up; ShapeError or DTypeError when an output gradient does not fit
   * its target; ArgumentError when target or sources are no nests of tensors.
   */
  gradient<const T, const S, const U extends UnconnectedGradients = "error">(
    target: T & IsNest<T>,
    sources: S & IsNest<S>,
    options: GradientOptions<U> = {},
  ): Gradients<S, U> {
    const operation = "GradientTape.gradient";
    const record = this.#record("GradientTape.gradient");
    checkOptions(options, ["outputGradients", "unconnectedGradients"], operation);
    const unconnected = options.unconnectedGradients ?? "error";
    checkChoice(unconnected, ["error", "none", "zero"], operation, "unconnectedGradients");
    const targets = flattenNest(target, operation, "target");
    const sourceLeaves = flattenNest(sources, operation, "sources");
    const cotangents = targetCotangents(target, targets, options.outputGradients, operation);
    const found = this.#run(record, targets, cotangents, sourceLeaves, unconnected);
    return mapNest<S, Tensor | null>(sources, (_, index) => found[index]!) as Gradients<S, U>;
  }

  /**
   * The Jacobian of the target with regard to the sources: each of the target's shape followed by the source's. All elements are computed
   * together, by one traced pass back that is run on a whole basis.
   *
   * @param target a tensor or variable
   * @param sources tensors and variables in any nest; the result has their structure
   *
   * @throws as `gradient`.
   */
  jacobian<const S, const U extends UnconnectedGradients = "error">(
    target: Leaf,
    sources: S & IsNest<S>,
    options: JacobianTapeOptions<U> = {},
  ): Gradients<S, U> {
    const operation = "GradientTape.jacobian";
    checkOptions(options, ["unconnectedGradients"], operation);
    const unconnected = options.unconnectedGradients ?? "error";
    checkChoice(unconnected, ["error", "none", "zero"], operation, "unconnectedGradients");
    const record = this.#record("GradientTape.jacobian");
    const leaf = checkLeaf(target, operation, "target");
    const leaves = flattenNest(sources, operation, "sources");
    const found = this.#using(() => recordedJacobian(record, leaf, leaves, unconnected));
    return mapNest<S, Tensor | null>(sources, (_, index) => found[index]!) as Gradients<S, U>;
  }

  /**
   * For targets and sources whose first axes number independent rows: the Jacobian of every row of the target with regard to the same row of
   * the source, of shape [rows, …target's row, …source's row]; zeros where they are not connected.
   *
   * @throws ShapeError when target or source has a rank below 2, or their first dimensions differ; TapeError when a
   * non-persistent tape is used up; DTypeError when one is not floating.
   */
  batchJacobian(target: Leaf, source: Leaf): Tensor {
    const operation = "GradientTape.batchJacobian";
    const record = this.#record("GradientTape.batchJacobian");
    checkRows(target, source, operation);
    return this.#using(() => recordedRowJacobian(record, target, source));
  }

  /**
   * Calls `hook` with the cotangent of a tensor when a backward pass has it complete, before it goes on to what the tensor was
   * computed from. What the hook returns takes its place, for clipping or scaling; nothing leaves it as it is, for logging. Several hooks
   * of one tensor are called in order.
   *
   * @param tensor a tensor or variable on the tape
   * @param hook is called once a pass, if the tensor lies on a path from a target to a source
   *
   * @example
   * tape.onGradient(hidden, (cotangent) => tf.clipByValue(cotangent, -1, 1));
   *
   * @throws TapeError when the tape is used up or the tensor is not on it; ArgumentError when the hook is no function. During
   * the pass ShapeError or DTypeError when what a hook returns is unlike the cotangent.
   */
  onGradient(tensor: Leaf, hook: GradientHook): void {
    const operation = "GradientTape.onGradient";
    const record = this.#record("GradientTape.onGradient");
    const leaf = checkLeaf(tensor, operation, "tensor");
    if (typeof hook !== "function") {
      throw new ArgumentError(`${operation}: hook must be a function, got ${describe(hook)}`);
    }
    const slot = record.slotOf(leaf.id);
    if (slot < 0) {
      throw new TapeError(
        `${operation}: the tensor ${describe(leaf)} is not on the tape: watch it, or compute it of something that is watched`,
      );
    }
    record.addHook(slot, hook);
  }

  /** The backward pass with the tape in the state that it needs, and what stands for sources without a gradient. */
  #run(
    record: TapeRecord,
    targets: readonly Leaf[],
    cotangents: readonly Tensor[],
    leaves: readonly Leaf[],
    unconnected: UnconnectedGradients,
  ): (Tensor | null)[] {
    const seeds = targets.map(({ id }, index) => ({
      slot: record.slotOf(id),
      cotangent: cotangents[index]!,
    }));
    const sources = leaves.map((leaf) => ({ slot: record.slotOf(leaf.id), type: leaf.type }));
    const replace = unconnectedGradient(record, targets, unconnected);
    return this.#using(() =>
      backward(record, seeds, sources, !this.#persistent).map((gradient, index) => {
        const leaf = leaves[index]!;
        return (
          gradient ?? ownCotangent(leaf, targets, cotangents) ?? replace(leaf, sources[index]!.slot)
        );
      }),
    );
  }

  /** Runs `body` over the record with the tape in the state that it needs; a non-persistent tape is used up afterwards. */
  #using<T>(body: () => T): T {
    if (this.#persistent) {
      if (this.#recording) this.#warnOnce();
    } else {
      this.stop();
      // From here on the record is that of this pass alone, so that nothing in it can ask for another.
      this.#release();
    }
    return body();
  }

  #record(method: string): TapeRecord {
    if (this.#held.record === undefined) throw usedUp(method);
    return this.#held.record;
  }

  /** @internal For tools that explain the record. */
  recordFor(method: string): TapeRecord {
    return this.#record(method);
  }

  #newRecord(order: number): TapeRecord {
    return new TapeRecord(order, this.#watchesVariables, "pullback", true);
  }

  /** Drops the record, but not the list of variables, which can be asked for afterwards. */
  #release(): void {
    if (this.#held.record === undefined) return;
    this.#variables = this.#held.record.watchedVariables;
    this.#held.record = undefined;
    abandoned.unregister(this.#held);
  }

  #warnOnce(): void {
    if (this.#warned) return;
    this.#warned = true;
    console.warn(
      "gradtape: gradient() of a persistent tape that is recording records the backward pass too, which costs memory " +
        "and time. Call stop() first unless you want to differentiate the gradient.",
    );
  }
}

function usedUp(method: string): TapeError {
  return new TapeError(
    `${method}: the tape is used up. A non-persistent tape computes one set of gradients (or Jacobians), ` +
      "and holds nothing afterwards; pass { persistent: true } to its constructor to compute more than one",
  );
}
