/** What an operation computes, in a small vocabulary that every backend implements whole. */

import type { Shape } from "./shape.js";
import type { Layout } from "./storage.js";
import type { Tensor, TensorType } from "./tensor.js";

/** A function of one element of each operand. */
export type ScalarFunction = (...elements: number[]) => number;

/** How a reduction or a scan combines elements; floats are accumulated in float64. */
export type Reducer = "sum" | "product" | "max" | "min" | "any" | "all";

/** The computation behind an operation. Outputs have the types that the declaration gives. */
export type Lowering<A> =
  /** The same scalar function of the operands' elements everywhere; operands have one shape. */
  | {
      readonly kind: "elementwise";
      readonly scalar: ScalarFunction;
      /** For int32, where the result of `scalar`, wrapped to 32 bits, is not right. */
      readonly integer?: ScalarFunction;
    }
  /** The operand's own elements under another layout; undefined where only a row-major copy has one. */
  | {
      readonly kind: "view";
      layout(operand: Layout, attributes: A, shape: Shape): Layout | undefined;
    }
  /** The operand's own elements cut along one axis, a part an output; outputs may lack the axis where sizes are 1. */
  | {
      readonly kind: "split";
      axis(attributes: A): number;
      sizes(attributes: A): readonly number[];
    }
  /** All elements along some axes combined to one. */
  | {
      readonly kind: "reduce";
      readonly reducer: Reducer;
      axes(attributes: A): readonly number[];
    }
  /** √(Σ x²) along some axes. */
  | { readonly kind: "norm"; axes(attributes: A): readonly number[] }
  /** The position along one axis of the first largest or smallest element, as int32. */
  | {
      readonly kind: "argReduce";
      readonly reducer: "max" | "min";
      axis(attributes: A): number;
    }
  /** Running sums or products along one axis. */
  | { readonly kind: "scan"; readonly reducer: "sum" | "product"; scan(attributes: A): Scan }
  /**
   * y with y = a · y′ + b along one axis, where y′ is the element before (after, if reversed) and 0 at the start; where y′ is 0, y
   * is b whatever a.
   */
  | {
      readonly kind: "recurrence";
      recurrence(attributes: A): { readonly axis: number; readonly reverse: boolean };
    }
  /** Products of the matrices in the last two axes, for each position along the axes before them. */
  | { readonly kind: "matmul" }
  /**
   * Convolution of images [batch, height, width, channels] with a filter [height, width, channels, result channels], and
   * its two adjoints: "inputGradient" takes (cotangent, filter), "filterGradient" takes (images, cotangent). Axes in front of these, which both
   * operands have alike, number convolutions of their own.
   */
  | {
      readonly kind: "convolution";
      readonly form: "output" | "inputGradient" | "filterGradient";
      windows(attributes: A): Windows;
    }
  /**
   * For every window of every channel, the position of its first largest element among all of [batch, height, width, channels], as
   * int32. Axes in front of these number images of their own.
   */
  | { readonly kind: "maxPool"; windows(attributes: A): Windows }
  /** The mean of the elements of every window that lie inside the image, or the adjoint of that; any axes in front of the last three. */
  | { readonly kind: "averagePool"; readonly adjoint: boolean; windows(attributes: A): Windows }
  /**
   * Slices of the first operand at the indices in the second along one axis, or along `span` axes from there on that count
   * as one; an index out of range is an IndexError.
   */
  | { readonly kind: "gather"; axis(attributes: A): number; span(attributes: A): number }
  /**
   * The first operand with the slices at the indices in the second, along its first `span` axes as one, replaced by those
   * of the third; of equal indices the last counts. Indices are in range.
   */
  | { readonly kind: "replace"; span(attributes: A): number }
  /**
   * Positions given as one index per axis, along the last axis of the operand, to row-major positions among those axes; an
   * index out of range is an IndexError.
   */
  | { readonly kind: "flatIndices"; target(attributes: A): IndexTarget }
  /** The operands one after another along an axis of the result. */
  | { readonly kind: "concat"; axis(attributes: A): number }
  /** Integers that follow from the type of the operand alone. */
  | { readonly kind: "typeOnly"; values(operand: TensorType): readonly number[] }
  /** Elements converted to the dtype of the output. */
  | { readonly kind: "cast" }
  /** Random values: a function of the stream and the operands, and of nothing else. */
  | { readonly kind: "random"; draw(attributes: A): RandomDraw }
  /** Whatever other operations, run one after the other, compute. */
  | { readonly kind: "program"; run(inputs: readonly Tensor[], attributes: A): readonly Tensor[] }
  /** Zeros to which pieces are added, each a dense tensor, a block in a region, or rows at indices. */
  | { readonly kind: "accumulate"; pieces(attributes: A): readonly AccumulatePiece[] };

/** How a scan runs. */
export interface Scan {
  readonly axis: number;
  /** Whether an element's own value is left out of its result. */
  readonly exclusive: boolean;
  /** Whether it runs from the end. */
  readonly reverse: boolean;
}

/** A length or a number of elements along height and width. */
export type Plane = readonly [height: number, width: number];

/**
 * Windows that slide over images: window (i, j) has its elements at i·strides − before + k·dilations for every k < window, of
 * which those outside the image count as zeros or not at all.
 */
export interface Windows {
  /** Size of an image. */
  readonly input: Plane;
  /** Elements in a window. */
  readonly window: Plane;
  /** How many windows there are. */
  readonly output: Plane;
  readonly strides: Plane;
  readonly dilations: Plane;
  /** Padding above and on the left. */
  readonly before: Plane;
}

/** Where one piece of an accumulation goes. Its values are the operand at position `operand`. */
export type AccumulatePiece =
  | { readonly kind: "dense"; readonly operand: number }
  | {
      readonly kind: "region";
      readonly operand: number;
      readonly begin: readonly number[];
      readonly strides: readonly number[];
    }
  | {
      readonly kind: "rows";
      readonly operand: number;
      /** The position of the operand that holds the indices. */
      readonly indices: number;
      readonly axis: number;
      /** How many axes from `axis` on the indices count as one. */
      readonly span: number;
    };

/** What indices point at, and on whose behalf. */
export interface IndexTarget {
  readonly operation: string;
  readonly shape: Shape;
  /** The first of the axes, one for each index of a position. */
  readonly axis: number;
  /** How many axes. */
  readonly span: number;
  /** An axis of the indices that numbers copies of these axes which lie one after the other; none by default. */
  readonly rowAxis?: number;
}

/** A place in the endless sequence of random blocks that belongs to a key; see `fillRandomBits`. */
export interface RandomStream {
  readonly key: readonly [number, number];
  /** The number of the first block that is used. */
  readonly block: number;
  /** Whether it was taken from the stream that all calls without a seed share, so that every call is to differ. */
  readonly shared?: boolean;
}

/** What is drawn, and from where in which stream. */
export type RandomDraw = {
  readonly stream: RandomStream;
  /** The result is made of so many parts, each drawn for itself: from a stream of its own if the stream is shared. */
  readonly parts: number;
} & (
  | {
      readonly distribution:
        | "uniform"
        | "normal"
        | "truncatedNormal"
        | "permutation"
        /** One operand: rows of logits. */
        | "categories";
    }
  | { readonly distribution: "integers"; readonly minval: number; readonly maxval: number }
);
