/** The same gradients of random programs by every way to ask for them. */

import * as tf from "gradtape";
import { it } from "vitest";
import { type Comparison, checkPrograms, compareTensors, isOneIn } from "./check-programs.js";
import { hostMachine, inputsOf, runProgram } from "./interpreter.js";
import { directionOf, gradientOf, scalarOf, ZERO } from "./problem.js";
import type { Program } from "./program.js";

const TOLERANCE = 1e-10;

function byEveryWay(program: Program): Comparison[] {
  const sources = inputsOf(program);
  const f = scalarOf(program);
  const expected = gradientOf(f)(sources);
  const same = (what: string, found: readonly tf.Tensor[]): Comparison[] =>
    compareTensors(`${what}: gradient`, found, expected, TOLERANCE);
  const spread = (...own: tf.Tensor[]): tf.Tensor => f(own);
  const argnums = [...sources.keys()];
  const [, pullback] = tf.vjp(spread, ...sources);
  const [value, gradients] = tf.valueAndGrad(spread, { argnums })(...sources);
  return [
    ...onPersistentTape(f, sources).flatMap((found, time) =>
      same(`persistent tape, ${time}`, found),
    ),
    ...same("in the host language", gradientOf(scalarOf(program, hostMachine))(sources)),
    ...same("tf.grad", tf.grad(spread, { argnums })(...sources)),
    ...same("tf.valueAndGrad", gradients),
    ...same("tf.vjp", pullback()),
    ...same("tf.vjp again", pullback(tf.ones([], { dtype: "float64" }))),
    ...(isOneIn(4, program) ? same("variables", byVariables(f, sources)) : []),
    ...(isOneIn(8, program) ? same("variables, traced", byTracedVariables(f, sources)) : []),
    ...compareTensors("tf.valueAndGrad: value", [value], [f(sources)], TOLERANCE),
  ];
}

type Differentiated = ReturnType<typeof scalarOf>;

/** Asked for twice. */
function onPersistentTape(f: Differentiated, sources: readonly tf.Tensor[]): tf.Tensor[][] {
  const tape = new tf.GradientTape({ persistent: true });
  try {
    tape.watch(sources);
    const target = f(sources);
    tape.stop();
    return [0, 1].map(() => tape.gradient(target, [...sources], ZERO));
  } finally {
    tape[Symbol.dispose]();
  }
}

/** With variables in the place of the inputs. */
function byVariables(f: Differentiated, sources: readonly tf.Tensor[]): tf.Tensor[] {
  const variables = sources.map((source) => new tf.Variable(source));
  const tape = new tf.GradientTape();
  try {
    return tape.gradient(f(variables), variables, ZERO);
  } finally {
    tape.stop();
  }
}

function byTracedVariables(f: Differentiated, sources: readonly tf.Tensor[]): readonly tf.Tensor[] {
  const variables = sources.map((source) => new tf.Variable(source));
  const graph = tf.graph.trace(() => {
    const tape = new tf.GradientTape();
    try {
      return tape.gradient(f(variables), variables, ZERO);
    } finally {
      tape.stop();
    }
  }, []);
  return tf.graph.run(graph, []);
}

function byJacobians(program: Program): Comparison[] {
  const sources = inputsOf(program);
  const argnums = [...sources.keys()];
  const outputs = (...own: tf.Tensor[]): tf.Tensor[] => runProgram(program, own);
  const forward = tf.jacobian(outputs, { argnums, mode: "forward" })(...sources);
  const reverse = tf.jacobian(outputs, { argnums, mode: "reverse" })(...sources);
  const direction = directionOf(program, "direction");
  const [, tangents] = tf.jvp(outputs, sources, direction);
  const products = forward.map((bySource) => {
    const terms = bySource.map((one, index) =>
      tf.tensordot(one, direction[index]!, direction[index]!.rank),
    );
    return tf.addN(terms);
  });
  return [
    ...compareTensors("Jacobian by forward mode", forward.flat(), reverse.flat(), TOLERANCE),
    ...compareTensors("Jacobian times direction", products, tangents, TOLERANCE),
  ];
}

it("gradients: the same on a persistent tape, by tf.grad and tf.vjp, by variables, and in the host language", () => {
  checkPrograms(byEveryWay);
}, 300_000);

it("Jacobians: both modes agree, and their product with a direction is the jvp", () => {
  checkPrograms(byJacobians);
}, 300_000);
