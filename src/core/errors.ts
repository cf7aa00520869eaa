/** The typed errors that the library throws, so that a caller can tell a wrong shape from a wrong dtype. */

/** What the errors of the library extend, except `ArgumentError`, which is a `TypeError`. */
export class GradtapeError extends Error {
  override name = "GradtapeError";
}

/** A shape, rank or axis length that an operation cannot take. */
export class ShapeError extends GradtapeError {
  override name = "ShapeError";
}

/** A dtype that an operation cannot take, or operands whose dtypes differ. */
export class DTypeError extends GradtapeError {
  override name = "DTypeError";
}

/** An argument of the wrong kind: null for a tensor, an unknown option, a value out of its range. */
export class ArgumentError extends TypeError {
  override name = "ArgumentError";
}

/** An index or axis outside the range that the shape allows. */
export class IndexError extends GradtapeError {
  override name = "IndexError";
}

/** A result too large to be allocated. */
export class AllocationError extends GradtapeError {
  override name = "AllocationError";
}

/** A NaN or an infinity where a finite number was demanded. */
export class NumericsError extends GradtapeError {
  override name = "NumericsError";
}

/** An operation, or its derivative, that made a NaN or an infinity out of finite numbers; see `detectAnomalies`. */
export class AnomalyError extends NumericsError {
  override name = "AnomalyError";
  /** The name of the operation. */
  readonly op: string;
  /** Whether the operation itself did it, or its derivative in forward or reverse mode. */
  readonly phase: "forward" | "pushforward" | "pullback";
  /** The index of the first element that is not finite. */
  readonly element: readonly number[];
  /** What it is. */
  readonly value: number;
  /** File, line and column where the operation was called; undefined where the engine does not tell. */
  readonly line: string | undefined;

  constructor(
    message: string,
    what: Pick<AnomalyError, "op" | "phase" | "element" | "value" | "line">,
  ) {
    super(message);
    this.op = what.op;
    this.phase = what.phase;
    this.element = what.element;
    this.value = what.value;
    this.line = what.line;
  }
}

/** A tape used in a way that its state does not allow. */
export class TapeError extends GradtapeError {
  override name = "TapeError";
}

/** A value read, or a variable assigned, while a function is traced, so that there is no value. */
export class TraceError extends GradtapeError {
  override name = "TraceError";
}

/** A forward accumulator used in a way that its state does not allow. */
export class AccumulatorError extends GradtapeError {
  override name = "AccumulatorError";
}

/** A loop that went on for longer than it was allowed to. */
export class LoopError extends GradtapeError {
  override name = "LoopError";
}

/** Why a source has no gradient; each has its own explanation and remedy. */
export type UnconnectedReason =
  | "never-watched"
  | "watched-after-use"
  | "integer-dtype"
  | "cut"
  | "read-out"
  | "independent";

/** A gradient was asked for a source that the target does not depend on, as far as the tape knows. */
export class UnconnectedGradientError extends GradtapeError {
  override name = "UnconnectedGradientError";

  /** Which of the causes it is. */
  readonly reason: UnconnectedReason;

  constructor(message: string, reason: UnconnectedReason) {
    super(message);
    this.reason = reason;
  }
}

/** A rule of the library broke its own contract; please report it. */
export class InternalError extends GradtapeError {
  override name = "InternalError";
}
