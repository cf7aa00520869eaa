/** The equations of `einsum`: parsed, checked against the operands, with every axis under a label. */

import { ArgumentError, ShapeError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";

/** An equation whose ellipses are spelled out: one label for each axis of each operand and of the result. */
export interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** The length of the axes under each label. */
  readonly lengths: ReadonlyMap<string, number>;
}

/** The labels of the axes under an ellipsis, counted from the last, so that those of operands are aligned at the end. */
function ellipsisLabels(count: number): string[] {
  return Array.from({ length: count }, (_, axis) => `…${count - 1 - axis}`);
}

/**
 * @throws ArgumentError when the equation is malformed or has another number of operands; ShapeError when the axes of an
 * operand do not match its labels, or lengths under one label differ.
 */
export function parseEquation(equation: string, shapes: readonly Shape[]): Equation {
  if (typeof equation !== "string") {
    throw new ArgumentError(`einsum: the equation must be a string, got ${String(equation)}`);
  }
  const [left = "", right, ...more] = equation.replaceAll(/\s/g, "").split("->");
  const terms = left.split(",");
  if (more.length > 0) throw malformed(equation, "it has more than one arrow");
  if (terms.length !== shapes.length) {
    throw new ArgumentError(
      `einsum: "${equation}" takes ${terms.length} operands, but ${shapes.length} are given`,
    );
  }
  const operands = terms.map((term, position) => {
    const parts = partsOf(term, equation);
    const shape = shapes[position]!;
    const named = parts.join("").length;
    if (parts.length === 2 ? shape.length < named : shape.length !== named) {
      throw new ShapeError(
        `einsum: operand ${position} of "${equation}" has ${shape.length} axes, ${formatShape(shape)}, ` +
          `but "${term}" names ${named}`,
      );
    }
    return labelsOf(parts, shape.length - named);
  });
  const common = Math.max(0, ...operands.map((labels) => labels.filter(isEllipsis).length));
  const output =
    right === undefined
      ? implicitOutput(operands, common)
      : labelsOf(partsOf(right, equation), common);
  checkOutput(output, operands, equation);
  return { operands, output, lengths: lengthsOf(operands, shapes, equation) };
}

/** Whether a label stands for an axis under an ellipsis. */
export function isEllipsis(label: string): boolean {
  return label.startsWith("…");
}

/** The letters of a term: before and behind an ellipsis, or all of them where there is none. */
function partsOf(term: string, equation: string): readonly string[] {
  const parts = term.split("...");
  if (parts.length > 2) throw malformed(equation, `"${term}" has more than one ellipsis`);
  for (const label of parts.join("")) {
    if (!/[A-Za-z]/.test(label)) throw malformed(equation, `"${label}" is no letter`);
  }
  return parts;
}

/** The labels of a term, in which an ellipsis stands for `count` axes. */
function labelsOf(parts: readonly string[], count: number): string[] {
  const [before = "", behind] = parts;
  return behind === undefined ? [...before] : [...before, ...ellipsisLabels(count), ...behind];
}

/** Without an arrow: the axes under ellipses, then every letter that occurs once, in alphabetical order. */
function implicitOutput(operands: readonly (readonly string[])[], common: number): string[] {
  const letters = operands.flat().filter((label) => !isEllipsis(label));
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...ellipsisLabels(common), ...once.sort()];
}

function checkOutput(
  output: readonly string[],
  operands: readonly (readonly string[])[],
  equation: string,
): void {
  output.forEach((label, place) => {
    if (output.indexOf(label) !== place) {
      throw malformed(equation, `"${label}" occurs twice in the result`);
    }
    if (!operands.some((labels) => labels.includes(label))) {
      throw malformed(equation, `"${label}" of the result occurs in no operand`);
    }
  });
}

function lengthsOf(
  operands: readonly (readonly string[])[],
  shapes: readonly Shape[],
  equation: string,
): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  operands.forEach((labels, position) => {
    labels.forEach((label, axis) => {
      const length = shapes[position]![axis]!;
      const known = lengths.get(label);
      const broadcasts = isEllipsis(label) && (length === 1 || known === 1);
      if (known !== undefined && known !== length && !broadcasts) {
        throw new ShapeError(
          `einsum: lengths ${known} and ${length} meet under ${isEllipsis(label) ? "the ellipsis" : `"${label}"`} ` +
            `of "${equation}", operands ${shapes.map(formatShape).join(", ")}`,
        );
      }
      if (known === undefined || known === 1) lengths.set(label, length);
    });
  });
  return lengths;
}

function malformed(equation: string, reason: string): ArgumentError {
  return new ArgumentError(
    `einsum: "${equation}" is not an equation such as "ij,jk->ik": ${reason}`,
  );
}
