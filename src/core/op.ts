/** The declaration of an operation: types, derivative, lowering and samples, from which everything else follows. */

import type { Cotangent } from "./cotangent.js";
import type { DType } from "./dtype.js";
import type { Lowering } from "./lowering.js";
import type { Tensor, TensorType } from "./tensor.js";

/** One evaluation of an operation. Operands that a rule does not read may be known by type only. */
export interface Call<A = unknown> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
}

/** ∂output/∂input of each element; 0, 1 and −1 stand for themselves, so that no tensor is made for them. */
export type PartialDerivative = Tensor | 0 | 1 | -1;

/** One partial derivative as a function of the operands and the output. */
export type PartialRule = (inputs: readonly Tensor[], output: Tensor) => PartialDerivative;

/** How an operation is differentiated. Rules are made of operations, so derivatives have derivatives. */
export type DerivativeRule<A> =
  /** Elementwise, with one partial per operand. `singular`: some partial is unbounded somewhere. */
  | {
      readonly kind: "partials";
      readonly partials: readonly PartialRule[];
      readonly singular: boolean;
    }
  /** Linear in all its floating operands together, given the others. */
  | {
      readonly kind: "linear";
      /** The adjoint: what a cotangent of the output is for the operand at `position`. */
      transpose(cotangent: Tensor, position: number, call: Call<A>): Cotangent;
    }
  /** Linear in each of two operands while the other is fixed. */
  | {
      readonly kind: "bilinear";
      transpose(cotangent: Tensor, position: number, call: Call<A>): Cotangent;
    }
  /** Flat or not differentiable: it cuts the path. */
  | { readonly kind: "none" }
  /** Anything else. Cotangents that nobody gave are undefined; so are results that are zero or not needed. */
  | {
      readonly kind: "explicit";
      /** Whether its functions read nothing of a call but types, because they close over what they need. Default false. */
      readonly closed?: boolean;
      pullback(
        cotangents: readonly (Tensor | undefined)[],
        call: Call<A>,
        needed: readonly boolean[],
      ): readonly (Cotangent | undefined)[];
      /** The tangents of the outputs; those of operands that have none are undefined, as are results that are zero. */
      pushforward(
        tangents: readonly (Tensor | undefined)[],
        call: Call<A>,
      ): readonly (Tensor | undefined)[];
    };

/** One evaluation of an operation for many rows at once. */
export interface BatchedCall<A = unknown> {
  /** Operands; those that differ from row to row have an axis in front, with one entry a row. */
  readonly inputs: readonly Tensor[];
  /** Which operands have that axis. */
  readonly batched: readonly boolean[];
  /** Number of rows. */
  readonly size: number;
  /** Whether random numbers without a seed differ from row to row. */
  readonly drawPerRow: boolean;
  readonly attributes: A;
}

/**
 * How an operation is run for many rows at once. Without a rule it is run on operands that all have the axis of rows in front,
 * with the attributes as they are: right for elementwise operations, and for all others that take any axes in front.
 */
export type BatchingRule<A> =
  /** The same, with attributes that reckon with the axis in front; the operands are given as they are for one row. */
  | {
      readonly kind: "attributes";
      attributes(attributes: A, size: number, operands: readonly TensorType[]): A;
    }
  /** Anything else. Every output has the axis of rows in front. */
  | { readonly kind: "explicit"; batch(call: BatchedCall<A>): readonly Tensor[] };

/** An operand for tests: given values, or a shape to fill with reproducible numbers from a range. */
export type SampleOperand =
  | {
      readonly shape: readonly number[];
      readonly from: number;
      readonly to: number;
      /** A floating operand by default. */
      readonly dtype?: DType;
    }
  | {
      readonly values: readonly number[];
      readonly shape: readonly number[];
      readonly dtype?: DType;
    };

/** Operands and attributes at which tests may evaluate an operation. */
export interface Sample<A> {
  readonly operands: readonly SampleOperand[];
  readonly attributes: A;
}

/** What the author of an operation writes. */
export interface OpDeclaration<A> {
  /** The public name, without namespace. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Names of the operands in order; a name that ends in `…` stands for any number of them. */
  readonly inputs: readonly string[];
  /** Types of the outputs (a single one may come without a list around it), or a ShapeError or DTypeError that names operation and operands. */
  outputTypes(inputs: readonly Tensor[], attributes: A): TensorType | readonly TensorType[];
  readonly derivative: DerivativeRule<A>;
  /** Where the axis of rows in front needs care. */
  readonly batching?: BatchingRule<A>;
  readonly lowering: Lowering<A>;
  readonly samples: readonly Sample<A>[];
}

/** A declared operation. */
export class Op<A = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly inputs: readonly string[];
  readonly derivative: DerivativeRule<A>;
  readonly batching: BatchingRule<A> | undefined;
  readonly lowering: Lowering<A>;
  readonly samples: readonly Sample<A>[];
  readonly #outputTypes: OpDeclaration<A>["outputTypes"];
  /** Whether it takes any number of operands. */
  readonly variadic: boolean;
  /** @internal Which operands and outputs a pullback reads, by the set of operands that need it. */
  readonly residuals: Map<number, readonly boolean[]> = new Map();
  /** @internal The same for a pullback and a pushforward together. */
  readonly linearResiduals: Map<number, readonly boolean[]> = new Map();

  constructor(declaration: OpDeclaration<A>) {
    this.name = declaration.name;
    this.summary = declaration.summary;
    this.inputs = declaration.inputs;
    this.variadic = declaration.inputs.some((name) => name.endsWith("…"));
    this.derivative = declaration.derivative;
    this.batching = declaration.batching;
    this.lowering = declaration.lowering;
    this.samples = declaration.samples;
    this.#outputTypes = declaration.outputTypes;
  }

  /** Types of the outputs; see `OpDeclaration.outputTypes`. */
  outputTypes(inputs: readonly Tensor[], attributes: A): readonly TensorType[] {
    const types = this.#outputTypes(inputs, attributes);
    return isList(types) ? types : [types];
  }

  /** The type of the first output. */
  outputType(inputs: readonly Tensor[], attributes: A): TensorType {
    const types = this.#outputTypes(inputs, attributes);
    return isList(types) ? types[0]! : types;
  }
}

function isList(types: TensorType | readonly TensorType[]): types is readonly TensorType[] {
  return Array.isArray(types);
}

/**
 * Declares an operation.
 * @__NO_SIDE_EFFECTS__
 */
export function defineOp<A>(declaration: OpDeclaration<A>): Op<A> {
  return new Op(declaration);
}
