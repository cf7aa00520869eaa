/** `GradientTape`: records what a program does, and computes gradients of it. */

import { type TensorLike, toTensor } from "../core/convert.js";
import { activate, deactivate, takeOrder, withoutRecorder } from "../core/dispatch.js";
import { dispose } from "../core/dispose.js";
import { isFloating } from "../core/dtype.js";
import { ArgumentError, DTypeError, ShapeError, TapeError } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import {
  flattenNest,
  type IsNest,
  type Leaf,
  type MapNest,
  mapNest,
  type Nest,
} from "../core/nest.js";
import { checkChoice, checkOptions } from "../core/options.js";
import { formatShape, sameShape } from "../core/shape.js";
import { currentId, Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { backward, type Seed, type Source } from "./backward.js";
import { TapeRecord } from "./tape-record.js";
import { connectedSlots, explainUnconnected } from "./unconnected.js";

/** Options of `new GradientTape`. */
export interface GradientTapeOptions {
  /** Whether `gradient` can be called more than once; the record is then held until the tape is disposed of. Default false. */
  readonly persistent?: boolean;
  /** Whether trainable variables are watched when they are read. Default true. */
  readonly watchAccessedVariables?: boolean;
}

/** What `gradient` does for a source that the target does not depend on. */
export type UnconnectedGradients = "error" | "none" | "zero";

/** Options of `GradientTape.gradient`. */
export interface GradientOptions<U extends UnconnectedGradients = UnconnectedGradients> {
  /** A cotangent for every target, in the targets' structure; where one is null or missing, ones. */
  readonly outputGradients?: OutputGradients;
  /** "error" (the default) explains why, "none" gives null, "zero" zeros of the source's shape. */
  readonly unconnectedGradients?: U;
}

/** Cotangents in the structure of the targets. */
export type OutputGradients =
  | TensorLike
  | null
  | undefined
  | readonly OutputGradients[]
  | { readonly [key: string]: OutputGradients };

/** The gradients of the sources `S`: the same structure with a tensor for every leaf. */
export type Gradients<S, U extends UnconnectedGradients> = MapNest<
  S,
  "none" extends U ? Tensor | null : Tensor
>;

/** A tape that nobody holds any more must not go on recording. */
const abandoned = /* @__PURE__ */ new FinalizationRegistry<{ readonly record: TapeRecord }>(
  (held) => deactivate(held.record),
);

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
  readonly #held: { record: TapeRecord };
  #recording = false;
  #usedUp = false;
  #warned = false;

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
    if (this.#recording) throw new TapeError("GradientTape.start: the tape is recording already");
    if (this.#usedUp) throw usedUp("start");
    activate(this.#held.record);
    this.#recording = true;
  }

  /** Ends recording; what is recorded stays. No effect on a tape that is not recording. */
  stop(): void {
    deactivate(this.#held.record);
    this.#recording = false;
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
    return withoutRecorder(this.#held.record, body);
  }

  /**
   * Forgets what was recorded and watched, and goes on recording.
   *
   * @throws TapeError when the tape is not recording.
   */
  reset(): void {
    if (!this.#recording) throw new TapeError("GradientTape.reset: the tape is not recording");
    const { order } = this.#held.record;
    deactivate(this.#held.record);
    this.#held.record = this.#newRecord(order);
    activate(this.#held.record);
  }

  /**
   * Puts tensors or variables on the tape: gradients can be asked for them, and what is computed of them is recorded from
   * here on.
   *
   * @throws ArgumentError for anything but a tensor, a variable or a nest of them; DTypeError for int32 and bool;
   * TapeError when the tape is used up.
   */
  watch(nest: Nest): void {
    if (this.#usedUp) throw usedUp("watch");
    const leaves = flattenNest(nest, "GradientTape.watch", "nest");
    for (const leaf of leaves) {
      if (!isFloating(leaf.dtype)) {
        throw new DTypeError(
          `GradientTape.watch: a tensor of dtype ${leaf.dtype} has no gradient; cast it to float32 or float64 first`,
        );
      }
    }
    for (const leaf of leaves) {
      if (leaf instanceof Variable) this.#held.record.watchVariable(leaf);
      else this.#held.record.watch(leaf, leaf.lastUse);
    }
  }

  /** The variables on the tape in order of first use. */
  watchedVariables(): Variable[] {
    return this.#held.record.watchedVariables.filter((variable) => variable instanceof Variable);
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
  gradient<const S, const U extends UnconnectedGradients = "error">(
    target: Nest,
    sources: S & IsNest<S>,
    options: GradientOptions<U> = {},
  ): Gradients<S, U> {
    const operation = "GradientTape.gradient";
    if (this.#usedUp) throw usedUp("gradient");
    checkOptions(options, ["outputGradients", "unconnectedGradients"], operation);
    const unconnected = options.unconnectedGradients ?? "error";
    checkChoice(unconnected, ["error", "none", "zero"], operation, "unconnectedGradients");
    const targets = flattenNest(target, operation, "target");
    const sourceLeaves = flattenNest(sources, operation, "sources");
    const seeds = this.#seeds(target, targets, options.outputGradients);
    const found = this.#run(seeds, targets, sourceLeaves, unconnected);
    return mapNest<S, Tensor | null>(sources, (_, index) => found[index]!) as Gradients<S, U>;
  }

  /** The backward pass with the tape in the state that it needs, and what stands for sources without a gradient. */
  #run(
    seeds: readonly Seed[],
    targets: readonly Leaf[],
    leaves: readonly Leaf[],
    unconnected: UnconnectedGradients,
  ): (Tensor | null)[] {
    const { record } = this.#held;
    if (this.#persistent) {
      if (this.#recording) this.#warnOnce();
    } else {
      this.stop();
    }
    const sources = leaves.map(
      (leaf): Source => ({ slot: sourceSlot(record, leaf), type: leaf.type }),
    );
    const replace = unconnectedGradient(record, seeds, targets, unconnected);
    try {
      const found = backward(record, seeds, sources, !this.#persistent);
      return found.map(
        (gradient, index) => gradient ?? replace(leaves[index]!, sources[index]!.slot),
      );
    } finally {
      if (!this.#persistent) this.#release();
    }
  }

  #seeds(target: Nest, targets: readonly Leaf[], given: OutputGradients): Seed[] {
    const cotangents = matchCotangents(target, given);
    return targets.map((leaf, index) => {
      const slot = this.#held.record.slotOf(leaf.id);
      const cotangent = cotangents[index];
      if (cotangent === undefined || cotangent === null) {
        return { slot, cotangent: filledTensor(leaf.type, 1) };
      }
      const tensor = toTensor(cotangent, "GradientTape.gradient", "outputGradients", leaf.dtype);
      if (!sameShape(tensor.shape, leaf.shape)) {
        throw new ShapeError(
          `GradientTape.gradient: output gradient ${index} has shape ${formatShape(tensor.shape)}, ` +
            `its target ${formatShape(leaf.shape)}`,
        );
      }
      if (tensor.dtype !== leaf.dtype) {
        throw new DTypeError(
          `GradientTape.gradient: output gradient ${index} is ${tensor.dtype}, its target ${leaf.dtype}`,
        );
      }
      return { slot, cotangent: tensor };
    });
  }

  #newRecord(order: number): TapeRecord {
    return new TapeRecord(order, this.#watchesVariables, currentId());
  }

  /** Drops the record, but not the list of variables, which can be asked for afterwards. */
  #release(): void {
    const { order, watchedVariables } = this.#held.record;
    this.#held.record = this.#newRecord(order);
    this.#held.record.watchedVariables.push(...watchedVariables);
    this.#usedUp = true;
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
    `GradientTape.${method}: the tape is used up. A non-persistent tape computes one set of gradients (or Jacobians), ` +
      "and holds nothing afterwards; pass { persistent: true } to its constructor to compute more than one",
  );
}

function sourceSlot(record: TapeRecord, leaf: Leaf): number {
  const slot = record.slotOf(leaf.id);
  return slot >= 0 && record.isSevered(slot) ? -1 : slot;
}

/** Gives what stands for the gradient of a source that got none: zeros, null, or an error. */
function unconnectedGradient(
  record: TapeRecord,
  seeds: readonly Seed[],
  targets: readonly Leaf[],
  unconnected: UnconnectedGradients,
): (leaf: Leaf, slot: number) => Tensor | null {
  let connected: Uint8Array | undefined;
  return (leaf, slot) => {
    if (unconnected === "zero") return filledTensor(leaf.type, 0);
    connected ??= connectedSlots(
      record,
      seeds.map((seed) => seed.slot),
      false,
    );
    // Connected, but through partials that are zero: the gradient is zero rather than missing.
    if (slot >= 0 && connected[slot] === 1) return filledTensor(leaf.type, 0);
    if (unconnected === "none") return null;
    throw explainUnconnected(record, targets, leaf);
  };
}

/** The cotangents in the order of the targets' leaves. */
function matchCotangents(target: Nest, given: OutputGradients): (TensorLike | null | undefined)[] {
  if (target instanceof Tensor || target instanceof Variable) {
    return [given as TensorLike | null | undefined];
  }
  const parts = Object.entries(target);
  if (given === null || given === undefined) {
    return parts.flatMap(([, part]) => matchCotangents(part, undefined));
  }
  if (typeof given !== "object" || given instanceof Tensor || given instanceof Variable) {
    throw new ArgumentError(
      "GradientTape.gradient: outputGradients must have the structure of the targets",
    );
  }
  const known = new Set(parts.map(([key]) => key));
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      throw new ArgumentError(
        `GradientTape.gradient: outputGradients has an entry "${key}" for which there is no target`,
      );
    }
  }
  const entries = given as Readonly<Record<string, OutputGradients>>;
  return parts.flatMap(([key, part]) => matchCotangents(part, entries[key]));
}
