/** Whether the checks of the harness notice that the derivative of an operation is broken. */

import type { DType } from "../../src/core/dtype.js";
import type { Op } from "../../src/core/op.js";
import type { NumericDerivative } from "../../src/testing/numeric.js";
import { casesOf, gradientsOf, type OpCase } from "../harness/cases.js";
import { findings } from "../harness/checks.js";
import {
  checkSecondOrder,
  compareGradients,
  numericGradients,
  type Problem,
  problemOf,
} from "../harness/derivatives.js";
import { checkMaskedGradients } from "../harness/masking.js";
import { checkPushforward } from "../harness/modes.js";
import { checkAdjoint } from "../harness/rules.js";
import { isPointwise } from "../harness/special-points.js";
import type { Rule } from "./mutants.js";

const MASKED_DTYPE: DType = "float64";

/** What does not depend on the rule: numeric derivatives at a sample. */
interface Reference {
  readonly one: OpCase;
  readonly problem: Problem;
  readonly numeric: readonly (readonly NumericDerivative[])[];
}

/** An operation whose rule can be replaced, with numeric derivatives computed once. */
export class Specimen {
  readonly op: Op;
  readonly rule: Rule;
  readonly cases: readonly OpCase[];
  readonly #references: readonly Reference[];

  constructor(op: Op) {
    this.op = op;
    this.rule = op.derivative;
    this.cases = casesOf(op);
    this.#references = this.cases.map((one) => {
      const problem = problemOf(one);
      return { one, problem, numeric: numericGradients(problem) };
    });
  }

  /** Runs `body` while the operation has another rule. */
  withRule<T>(rule: Rule, body: () => T): T {
    this.#setRule(rule);
    try {
      return body();
    } finally {
      this.#setRule(this.rule);
    }
  }

  /** The gradients at every sample, as the checks compute them. */
  gradients(): void {
    for (const { one, problem } of this.#references) {
      gradientsOf(one, problem.inputs, problem.weights);
    }
  }

  /** The first thing that a check finds wrong with the present rule, the quick checks first. */
  firstFinding(): string | undefined {
    for (const { one, problem, numeric } of this.#references) {
      const found = findings(() => {
        const gradients = gradientsOf(one, problem.inputs, problem.weights);
        return compareGradients(problem, gradients, numeric);
      });
      if (found.length > 0) return found[0];
    }
    const later: ((one: OpCase) => string[])[] = [
      checkAdjoint,
      checkPushforward,
      (one) => (isPointwise(one) ? checkMaskedGradients(one, MASKED_DTYPE) : []),
      checkSecondOrder,
    ];
    for (const check of later) {
      for (const one of this.cases) {
        const found = findings(() => check(one));
        if (found.length > 0) return found[0];
      }
    }
    return undefined;
  }

  #setRule(rule: Rule): void {
    Object.defineProperty(this.op, "derivative", {
      value: rule,
      configurable: true,
      enumerable: true,
    });
    this.op.residuals.clear();
    this.op.linearResiduals.clear();
  }
}
