/** Every stored derivative of JAX and PyTorch is what gradtape computes, by its tape and by its functions, in every mode. */
import * as tf from "gradtape";
import { describe, expect, it } from "vitest";
import {
  expectTensors,
  type ModeCase,
  type ModeDifference,
  readModeGoldens,
  toTensor,
} from "./mode-golden.js";
import { programNames, programOf } from "./mode-programs/index.js";
import type { Program } from "./mode-programs/program.js";

const JAX = readModeGoldens("jax.json");
const PYTORCH = readModeGoldens("pytorch.json");

/** Zeros for operands that the result does not depend on, as the functions of functions give them. */
const ZERO = { unconnectedGradients: "zero" } as const;

it("has cases enough, of every program", () => {
  const names = (cases: readonly { readonly name: string }[]): readonly string[] =>
    cases.map(({ name }) => name);
  const shared = names(PYTORCH.cases).filter((name) => names(JAX.cases).includes(name));
  expect(JAX.cases.length).toBeGreaterThan(400);
  expect(PYTORCH.cases.length).toBeGreaterThan(400);
  expect(shared.length).toBeGreaterThan(400);
  const used = [JAX, PYTORCH].flatMap(({ cases, differences }) =>
    [...cases, ...differences].map(({ program }) => program),
  );
  expect(new Set(programNames).size).toBe(programNames.length);
  expect(programNames.filter((name) => !used.includes(name))).toEqual([]);
});

for (const { madeWith, cases, differences } of [JAX, PYTORCH]) {
  describe(`gradients of ${madeWith}`, () => {
    for (const golden of cases) it(golden.name, () => checkGradients(golden));
  });
  describe(`Jacobians of ${madeWith}`, () => {
    for (const golden of cases) it(golden.name, () => checkJacobians(golden));
  });
  describe(`Hessian-vector products of ${madeWith}`, () => {
    for (const golden of cases) it(golden.name, () => checkProducts(golden));
  });
  describe(`differences from ${madeWith}`, () => {
    for (const difference of differences) {
      it(`${difference.name}: ${difference.reason}`, () => checkDifference(difference));
    }
  });
}

/** Σ weights · program. */
function weighted(program: Program, weights: tf.Tensor): Program {
  return (...operands) => tf.reduceSum(tf.multiply(weights, program(...operands)));
}

/** The positions of all operands. */
function every({ operands }: { readonly operands: readonly unknown[] }): readonly number[] {
  return [...operands.keys()];
}

function checkGradients(golden: ModeCase): void {
  const program = programOf(golden.program);
  const operands = golden.operands.map(toTensor);
  const weights = toTensor(golden.weights);
  const scalar = weighted(program, weights);
  const argnums = every(golden);

  const tape = new tf.GradientTape();
  tape.watch(operands);
  const y = program(...operands);
  const byTape = tape.gradient(y, operands, { outputGradients: weights, ...ZERO });
  expectTensors("value", [y], [golden.value]);
  expectTensors("gradient by a tape", byTape, golden.gradients);

  expectTensors("gradient by grad", tf.grad(scalar, { argnums })(...operands), golden.gradients);
  const [, gradients] = tf.valueAndGrad(scalar, { argnums })(...operands);
  expectTensors("gradient by valueAndGrad", gradients, golden.gradients);

  const [value, pullback] = tf.vjp(program, ...operands);
  expectTensors("value by vjp", [value], [golden.value]);
  expectTensors("gradient by vjp", pullback(weights), golden.gradients);
}

function checkJacobians(golden: ModeCase): void {
  const program = programOf(golden.program);
  const operands = golden.operands.map(toTensor);
  const argnums = every(golden);

  const tape = new tf.GradientTape();
  tape.watch(operands);
  const byTape = tape.jacobian(program(...operands), operands, ZERO);
  expectTensors("Jacobian by a tape", byTape, golden.jacobians);
  for (const mode of ["forward", "reverse", "auto"] as const) {
    const jacobians = tf.jacobian(program, { argnums, mode })(...operands);
    expectTensors(`Jacobian in ${mode} mode`, jacobians, golden.jacobians);
  }

  const tangents = golden.tangents.map(toTensor);
  const along = alongTangents(golden.jacobians.map(toTensor), tangents);
  const [value, tangent] = tf.jvp(program, operands, tangents);
  expectTensors("value by jvp", [value], [golden.value]);
  const expected = { ...golden.value, values: Array.from(along.data()) };
  expectTensors("tangent by jvp", [tangent], [expected]);
}

function checkProducts(golden: ModeCase): void {
  const operands = golden.operands.map(toTensor);
  const tangents = golden.tangents.map(toTensor);
  const scalar = weighted(programOf(golden.program), toTensor(golden.weights));

  const byFunction = tf.hvp(scalar, operands, tangents);
  expectTensors("product by hvp", byFunction, golden.products);
  const byTapes = reverseOverReverse(scalar, operands, tangents);
  expectTensors("product by tapes", byTapes, golden.products);
  const blocks = tf.hessian(scalar, { argnums: every(golden) })(...operands);
  const byHessian = blocks.map((row) => alongTangents(row, tangents));
  expectTensors("product by hessian", byHessian, golden.products);
}

/** Derivatives by several operands along a tangent of each: Σ derivative · tangent. */
function alongTangents(
  derivatives: readonly tf.Tensor[],
  tangents: readonly tf.Tensor[],
): tf.Tensor {
  const along = derivatives.map((derivative, k) => {
    const tangent = tangents[k] ?? tf.constant(0);
    return tf.tensordot(derivative, tangent, tangent.rank);
  });
  return tf.addN(along);
}

/** The Hessian times tangents: the gradient of Σ gradient · tangent. */
function reverseOverReverse(
  scalar: Program,
  operands: readonly tf.Tensor[],
  tangents: readonly tf.Tensor[],
): readonly tf.Tensor[] {
  const outer = new tf.GradientTape();
  outer.watch(operands);
  const inner = new tf.GradientTape();
  inner.watch(operands);
  const gradients = inner.gradient(scalar(...operands), operands, ZERO);
  const products = gradients.map((gradient, k) =>
    tf.reduceSum(tf.multiply(gradient, tangents[k] ?? 0)),
  );
  return outer.gradient(tf.addN(products), operands, ZERO);
}

function checkDifference(difference: ModeDifference): void {
  const program = programOf(difference.program);
  const scalar: Program = (...operands) => tf.reduceSum(program(...operands));
  const operands = difference.operands.map(toTensor);
  const { expected } = difference;
  if (difference.order === 2) {
    const ones = operands.map((operand) => tf.onesLike(operand));
    expectTensors("product by hvp", tf.hvp(scalar, operands, ones), expected);
    expectTensors("product by tapes", reverseOverReverse(scalar, operands, ones), expected);
    return;
  }
  const tape = new tf.GradientTape();
  tape.watch(operands);
  const byTape = tape.gradient(scalar(...operands), operands, ZERO);
  expectTensors("gradient by a tape", byTape, expected);
  for (const mode of ["forward", "reverse"] as const) {
    const jacobians = tf.jacobian(scalar, { argnums: every(difference), mode })(...operands);
    expectTensors(`gradient in ${mode} mode`, jacobians, expected);
  }
}
