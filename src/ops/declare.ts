/** The words in which operations are declared: elementwise ones of one and two operands, and all others. */

import { describe, type TensorLike, toTensor, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import type { DType } from "../core/dtype.js";
import { DTypeError } from "../core/errors.js";
import type { ScalarFunction } from "../core/lowering.js";
import {
  type DerivativeRule,
  defineOp,
  Op,
  type PartialDerivative,
  type SampleOperand,
} from "../core/op.js";
import { broadcastShapes, sameShape } from "../core/shape.js";
import { Tensor, tensorType } from "../core/tensor.js";
import { broadcastView } from "./broadcast.js";

/** The dtypes that an operation takes. */
export type Domain = "floating" | "numeric" | "bool" | "any";

/** Looked up for every operation that is run; a list would have to be searched. */
const DOMAINS: Readonly<Record<Domain, Readonly<Partial<Record<DType, true>>>>> = {
  floating: { float32: true, float64: true },
  numeric: { float32: true, float64: true, int32: true },
  bool: { bool: true },
  any: { float32: true, float64: true, int32: true, bool: true },
};

/** A public function that runs one operation, and the operation. */
export type Operation<F> = F & { readonly op: Op };

export type UnaryFunction = (x: TensorLike) => Tensor;
export type BinaryFunction = (a: TensorLike, b: TensorLike) => Tensor;

/** Where the tests evaluate an elementwise operand: a closed interval, or given points. */
export type ElementwiseSamples = { readonly from: number; readonly to: number } | readonly number[];

/** @throws DTypeError when the operand's dtype is outside the domain. */
export function checkDomain(
  operand: Tensor,
  domain: Domain,
  operation: string,
  name: string,
): void {
  if (DOMAINS[domain][operand.type.dtype] !== true) {
    throw new DTypeError(
      `${operation}: ${name} is ${describe(operand)}; expected ${Object.keys(DOMAINS[domain]).join(", ")}`,
    );
  }
}

/**
 * Attaches an operation, or that of another function, to the public function that runs it, so that tests and references
 * find it.
 * @__NO_SIDE_EFFECTS__
 */
export function operation<F, A>(op: Op<A> | { readonly op: Op }, run: F): Operation<F> {
  return Object.assign(run as F & object, { op: op instanceof Op ? (op as Op) : op.op });
}

/** What is written for an elementwise function of one operand. */
export interface UnaryDeclaration {
  readonly summary: string;
  /** The function of one element. */
  readonly scalar: (x: number) => number;
  /** For int32, where `scalar` would be wrong. */
  readonly integer?: (x: number) => number;
  /** dy/dx from the operand x and the output y; without it the operation has no derivative. */
  readonly partial?: (x: Tensor, y: Tensor) => PartialDerivative;
  /** Whether the partial is unbounded somewhere. */
  readonly singular?: boolean;
  /** Default "floating". */
  readonly domain?: Domain;
  /** dtype of the result where it is not the operand's. */
  readonly result?: DType;
  readonly samples: ElementwiseSamples;
}

/**
 * An elementwise function of one operand.
 * @__NO_SIDE_EFFECTS__
 */
export function unary(name: string, declaration: UnaryDeclaration): Operation<UnaryFunction> {
  const { summary, scalar, integer, partial, domain = "floating", result, samples } = declaration;
  const allowed = DOMAINS[domain];
  const op = defineOp<undefined>({
    name,
    summary,
    inputs: ["x"],
    outputTypes: (inputs) => {
      const x = inputs[0]!;
      if (allowed[x.type.dtype] !== true) checkDomain(x, domain, name, "x");
      return result === undefined ? x.type : tensorType(result, x.shape);
    },
    derivative:
      partial === undefined
        ? { kind: "none" }
        : {
            kind: "partials",
            partials: [(inputs, output) => partial(inputs[0]!, output)],
            singular: declaration.singular ?? false,
          },
    lowering: elementwise(scalar as ScalarFunction, integer as ScalarFunction | undefined),
    samples: [{ operands: [sampleOperand(samples, domain)], attributes: undefined }],
  });
  return operation(op, (x: TensorLike) => run(op, [toTensor(x, name, "x")], undefined));
}

/** What is written for an elementwise function of two operands. */
export interface BinaryDeclaration {
  readonly summary: string;
  readonly scalar: (a: number, b: number) => number;
  /** For int32, where `scalar` would be wrong. */
  readonly integer?: (a: number, b: number) => number;
  /** ∂y/∂a and ∂y/∂b from the operands and the output; without them the operation has no derivative. */
  readonly partials?: readonly [
    (a: Tensor, b: Tensor, y: Tensor) => PartialDerivative,
    (a: Tensor, b: Tensor, y: Tensor) => PartialDerivative,
  ];
  /** Whether a partial is unbounded somewhere. */
  readonly singular?: boolean;
  /** Default "numeric". */
  readonly domain?: Domain;
  /** dtype of the result where it is not the operands'. */
  readonly result?: DType;
  readonly samples: readonly [ElementwiseSamples, ElementwiseSamples];
}

/**
 * An elementwise function of two operands, which broadcast.
 * @__NO_SIDE_EFFECTS__
 */
export function binary(name: string, declaration: BinaryDeclaration): Operation<BinaryFunction> {
  const { summary, scalar, integer, partials, domain = "numeric", result, samples } = declaration;
  let derivative: DerivativeRule<undefined> = { kind: "none" };
  if (partials !== undefined) {
    const [first, second] = partials;
    derivative = {
      kind: "partials",
      partials: [
        (inputs, y) => first(inputs[0]!, inputs[1]!, y),
        (inputs, y) => second(inputs[0]!, inputs[1]!, y),
      ],
      singular: declaration.singular ?? false,
    };
  }
  const allowed = DOMAINS[domain];
  const op = defineOp<undefined>({
    name,
    summary,
    inputs: ["a", "b"],
    outputTypes: (inputs) => {
      const a = inputs[0]!;
      if (allowed[a.type.dtype] !== true) checkDomain(a, domain, name, "a");
      return result === undefined ? a.type : tensorType(result, a.shape);
    },
    derivative,
    lowering: elementwise(scalar as ScalarFunction, integer as ScalarFunction | undefined),
    samples: [
      {
        operands: [sampleOperand(samples[0], domain), sampleOperand(samples[1], domain)],
        attributes: undefined,
      },
    ],
  });
  return operation(op, (a: TensorLike, b: TensorLike) => runBinary(op, a, b));
}

/** Runs an elementwise operation of two operands after making dtypes and shapes equal. */
export function runBinary(op: Op<undefined>, a: TensorLike, b: TensorLike): Tensor {
  if (a instanceof Tensor && b instanceof Tensor && a.type === b.type) {
    return run(op, [a, b], undefined);
  }
  return run(op, broadcastTogether(toTensors([a, b], op.name, op.inputs), op.name), undefined);
}

/**
 * The operands broadcast to their common shape, each by an operation of its own, whose transpose is a sum.
 *
 * @throws ShapeError when the shapes do not broadcast.
 */
export function broadcastTogether(operands: readonly Tensor[], operation: string): Tensor[] {
  let shape = operands[0]!.shape;
  for (const operand of operands) shape = broadcastShapes(shape, operand.shape, operation);
  return operands.map((operand) =>
    sameShape(operand.shape, shape) ? operand : broadcastView(operand, shape),
  );
}

function elementwise(scalar: ScalarFunction, integer: ScalarFunction | undefined) {
  return integer === undefined
    ? ({ kind: "elementwise", scalar } as const)
    : ({ kind: "elementwise", scalar, integer } as const);
}

function sampleOperand(samples: ElementwiseSamples, domain: Domain): SampleOperand {
  const dtype = domain === "bool" ? { dtype: "bool" as const } : {};
  if ("from" in samples) return { shape: [2, 3], from: samples.from, to: samples.to, ...dtype };
  return { shape: [samples.length], values: samples, ...dtype };
}
