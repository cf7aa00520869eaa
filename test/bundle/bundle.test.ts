/** What users' bundlers make of the package: programs that run, that are small, and that hold nothing unused. */

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundlers } from "./bundlers.js";
import { type Consumer, makeConsumer } from "./consumer.js";

/** The tape and ten operations: add, divide, exp, matmul, multiply, reduceMean, reduceSum, reshape, subtract, tanh. */
const PROGRAM = `
  import { add, constant, divide, exp, GradientTape, matmul, multiply, reduceMean, reduceSum,
    reshape, subtract, tanh } from "gradtape";
  const x = constant([[1, 2], [3, 4]], { dtype: "float64" });
  const tape = new GradientTape();
  tape.watch(x);
  const hidden = tanh(add(matmul(x, 0.1), 1));
`.replace("matmul(x, 0.1)", "multiply(matmul(x, [[1, 0], [1, 1]]), 0.1)");
