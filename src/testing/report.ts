/** What `checkGradients` found, as data and as text. */

import { GradtapeError } from "../core/errors.js";
import { formatShape, indexAt } from "../core/shape.js";
import { formatType, type TensorType } from "../core/tensor.js";

/** A derivative that is off. */
export interface Deviation {
  /** The modes by which it was computed, from the inner to the outer; one for a first derivative. */
  readonly modes: readonly ("forward" | "reverse")[];
  /** The number of the input among all tensors of the arguments; for higher orders, weights and directions follow these. */
  readonly input: number;
  readonly type: TensorType;
  /** Its row-major position in the input. */
  readonly element: number;
  /** What the derivative rules give. */
  readonly analytic: number;
  /** What difference quotients give. */
  readonly numeric: number;
  readonly error: number;
  readonly allowed: number;
}

/** How many of the deviations are printed. */
const SHOWN = 10;

/** The outcome of `checkGradients`. */
export class GradientReport {
  /** How many derivatives were compared. */
  readonly checked: number;
  /** Those that are off, the worst first. */
  readonly deviations: readonly Deviation[];

  constructor(checked: number, deviations: readonly Deviation[]) {
    this.checked = checked;
    const badness = ({ error, allowed }: Deviation): number =>
      Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / allowed;
    this.deviations = [...deviations].sort((a, b) => badness(b) - badness(a));
  }

  /** Whether every derivative is right. */
  get passed(): boolean {
    return this.deviations.length === 0;
  }

  /** The derivative that is off most. */
  get worst(): Deviation | undefined {
    return this.deviations[0];
  }

  toString(): string {
    const { checked, deviations } = this;
    if (deviations.length === 0)
      return `all ${checked} derivatives agree with difference quotients`;
    const lines = deviations.slice(0, SHOWN).map((one) => `  ${describeDeviation(one)}`);
    const rest = deviations.length - SHOWN;
    return [
      `${deviations.length} of ${checked} derivatives are off, the worst first:`,
      ...lines,
      ...(rest > 0 ? [`  … and ${rest} more`] : []),
    ].join("\n");
  }
}

function describeDeviation(deviation: Deviation): string {
  const { modes, input, type, element, analytic, numeric, error, allowed } = deviation;
  const name = [...modes].reverse().join(" over ");
  return (
    `${name}: by input ${input} (${formatType(type)}), element ${formatShape(indexAt(element, type.shape))}: ` +
    `${analytic}, but difference quotients give ${numeric} (off by ${error.toPrecision(3)}, allowed ${allowed.toPrecision(3)})`
  );
}

/** A derivative differs from difference quotients. */
export class GradientCheckError extends GradtapeError {
  override name = "GradientCheckError";
  readonly report: GradientReport;

  constructor(report: GradientReport) {
    super(`checkGradients: ${report.toString()}`);
    this.report = report;
  }
}
