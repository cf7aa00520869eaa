/** `ForwardAccumulator`: forward mode as an object beside the program, on the model of TensorFlow's. */

import type { TensorLike } from "../core/convert.js";
import { activate, deactivate, takeOrder } from "../core/dispatch.js";
import { dispose } from "../core/dispose.js";
import { isFloating } from "../core/dtype.js";
import { AccumulatorError, UnconnectedGradientError } from "../core/errors.js";
import { filledTensor } from "../core/literals.js";
import { flattenNest, type IsNest, type Leaf, mapNest } from "../core/nest.js";
import { checkChoice, checkOptions } from "../core/options.js";
import { formatShape } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";
import { ForwardRecord } from "./forward-record.js";
import { matchTangents } from "./match-tangents.js";
import type { Gradients } from "./tape-options.js";
import type { UnconnectedGradients } from "./unconnected.js";

/** Tangents in the structure of the primals: what `ForwardAccumulator`, `jvp` and `hvp` take. */
export type Tangents = TensorLike | readonly Tangents[] | { readonly [key: string]: Tangents };

/** Options of `ForwardAccumulator.jvp`. */
export interface JvpOptions<U extends UnconnectedGradients = UnconnectedGradients> {
  /** "error" (the default) explains, "none" gives null, "zero" zeros of the target's shape. */
  readonly unconnectedGradients?: U;
}

/** An accumulator that nobody holds any more must not go on. */
const abandoned = /* @__PURE__ */ new FinalizationRegistry<ForwardRecord>((record) => {
  deactivate(record);
});

/**
 * Computes the derivative along one direction while the program runs: with primals x and tangents v, `jvp(y)` is J·v, where J is
 * the Jacobian of y with regard to x. It costs about as much as the program itself, and holds no record of it.
 *
 * It starts at its construction. Nesting is by the order of entering: the outer accumulator or tape differentiates what the
 * inner one computes, so that forward over reverse, reverse over forward and forward over forward all give second derivatives.
 *
 * @example
 * const x = tf.constant([1, 2]);
 * using accumulator = new tf.ForwardAccumulator(x, [1, 0]);
 * accumulator.jvp(tf.square(x)).toArray(); // [2, 0]
 *
 * @throws AccumulatorError when a primal comes twice; ArgumentError when the structures of primals and tangents differ;
 * ShapeError when a tangent has another shape than its primal; DTypeError when it has another dtype, or the primal is int32 or
 * bool.
 */
export class ForwardAccumulator<const P = unknown> {
  readonly #primals: readonly Leaf[];
  readonly #tangents: readonly Tensor[];
  #record = new ForwardRecord(0);
  #active = false;

  constructor(primals: P & IsNest<P>, tangents: Tangents) {
    const operation = "ForwardAccumulator";
    this.#primals = flattenNest(primals, operation, "primals");
    this.#tangents = matchTangents(primals, this.#primals, tangents, operation);
    this.#primals.forEach((primal, position) => {
      if (this.#primals.indexOf(primal) !== position) {
        throw new AccumulatorError(
          `${operation}: primal ${position} of shape ${formatShape(primal.shape)} is watched already; ` +
            "a primal has one tangent, add the two up",
        );
      }
    });
    this.start();
  }

  /** Whether tangents are being computed. */
  get recording(): boolean {
    return this.#active;
  }

  /**
   * Enters again after `stop`, as the innermost of all that are active.
   *
   * @throws AccumulatorError when it is entered already.
   */
  start(): void {
    if (this.#active) throw new AccumulatorError("ForwardAccumulator.start: it is entered already");
    this.#record = this.#innermostRecord();
    activate(this.#record);
    abandoned.register(this, this.#record, this);
    this.#active = true;
  }

  /** Leaves: what is computed from here on has no tangents. Tangents known so far can still be asked for. */
  stop(): void {
    deactivate(this.#record);
    abandoned.unregister(this);
    this.#active = false;
  }

  /** `using` calls it. */
  [dispose](): void {
    this.stop();
  }

  /**
   * The tangents of tensors that the program computed while this accumulator was active: J·v.
   *
   * @param target a tensor, a variable, or a nest of them; the result has its structure, shapes and dtypes
   *
   * @throws UnconnectedGradientError when a target does not depend on the primals, unless `unconnectedGradients` says "zero" or
   * "none".
   */
  jvp<const T, const U extends UnconnectedGradients = "error">(
    target: T & IsNest<T>,
    options: JvpOptions<U> = {},
  ): Gradients<T, U> {
    const operation = "ForwardAccumulator.jvp";
    checkOptions(options, ["unconnectedGradients"], operation);
    const unconnected = options.unconnectedGradients ?? "error";
    checkChoice(unconnected, ["error", "none", "zero"], operation, "unconnectedGradients");
    flattenNest(target, operation, "target");
    return mapNest<T, Tensor | null>(target, (leaf) =>
      this.#tangentOf(leaf, unconnected),
    ) as Gradients<T, U>;
  }

  #tangentOf(leaf: Leaf, unconnected: UnconnectedGradients): Tensor | null {
    const found =
      leaf instanceof Variable
        ? this.#record.tangentOfVariable(leaf)
        : this.#record.tangentOf(leaf);
    if (found !== undefined) return found;
    const isConnected = !(leaf instanceof Variable) && this.#record.isConnected(leaf);
    if (unconnected === "zero" || isConnected) return filledTensor(leaf.type, 0);
    if (unconnected === "none") return null;
    if (!isFloating(leaf.dtype)) {
      throw new UnconnectedGradientError(
        `ForwardAccumulator.jvp: the target is ${leaf.dtype}, and only float32 and float64 have tangents`,
        "integer-dtype",
      );
    }
    throw new UnconnectedGradientError(
      `ForwardAccumulator.jvp: the target of shape ${formatShape(leaf.shape)} has no tangent: no differentiable operation leads to ` +
        "it from the primals while the accumulator was active. Where that is expected, pass " +
        'unconnectedGradients: "zero" or "none".',
      "independent",
    );
  }

  /** A record at the innermost place, with what the present one knows. */
  #innermostRecord(): ForwardRecord {
    const record = new ForwardRecord(takeOrder(), this.#record);
    this.#primals.forEach((primal, position) => {
      const tangent = this.#tangents[position]!;
      if (primal instanceof Variable) record.watchVariable(primal, tangent);
      else record.watchTensor(primal, tangent);
    });
    return record;
  }
}
