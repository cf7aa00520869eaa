/** The reference evaluator: every kind of lowering in plain JavaScript, one file a kind. */

import { unrecorded } from "../../core/dispatch.js";
import type { Op } from "../../core/op.js";
import { Tensor, takeId } from "../../core/tensor.js";
import { evaluateAccumulate } from "./accumulate.js";
import { evaluateArgReduce } from "./arg-reduce.js";
import { evaluateCast } from "./cast.js";
import { evaluateConcat } from "./concat.js";
import { evaluateConvolution } from "./convolution.js";
import { evaluateElementwise } from "./elementwise.js";
import { evaluateGather, evaluateReplace } from "./gather.js";
import { evaluateFlatIndices } from "./indices.js";
import { evaluateMatmul } from "./matmul.js";
import { evaluateNorm } from "./norm.js";
import { evaluateAveragePool, evaluateMaxPool } from "./pool.js";
import { evaluateRandom } from "./random.js";
import { evaluateReduce } from "./reduce.js";
import { evaluateRecurrence, evaluateScan } from "./scan.js";
import { evaluateSplit } from "./split.js";
import { evaluateTypeOnly } from "./type-only.js";
import { evaluateView } from "./view.js";

/** Computes the outputs of an operation from concrete operands; a single output comes without a list around it. */
export function evaluate(
  op: Op,
  inputs: readonly Tensor[],
  attributes: unknown,
): Tensor | readonly Tensor[] {
  if (op.lowering.kind === "split") {
    const types = op.outputTypes(inputs, attributes);
    return evaluateSplit(op.lowering, inputs[0]!, attributes, types);
  }
  const type = op.outputType(inputs, attributes);
  const { lowering } = op;
  switch (lowering.kind) {
    case "elementwise":
      return evaluateElementwise(op.name, lowering, inputs, type);
    case "view":
      return evaluateView(op.name, lowering, inputs[0]!, attributes, type);
    case "reduce":
      return evaluateReduce(op.name, lowering, inputs[0]!, attributes, type);
    case "norm":
      return evaluateNorm(op.name, lowering, inputs[0]!, attributes, type);
    case "argReduce":
      return evaluateArgReduce(op.name, lowering, inputs[0]!, attributes, type);
    case "scan":
      return evaluateScan(op.name, lowering, inputs[0]!, attributes, type);
    case "recurrence":
      return evaluateRecurrence(op.name, lowering, inputs, attributes, type);
    case "matmul":
      return evaluateMatmul(op.name, inputs, type);
    case "convolution":
      return evaluateConvolution(op.name, lowering, inputs, attributes, type);
    case "maxPool":
      return evaluateMaxPool(op.name, lowering, inputs[0]!, attributes, type);
    case "averagePool":
      return evaluateAveragePool(op.name, lowering, inputs[0]!, attributes, type);
    case "cast":
      return evaluateCast(op.name, inputs[0]!, type);
    case "gather":
      return evaluateGather(op.name, lowering, inputs, attributes, type);
    case "replace":
      return evaluateReplace(op.name, lowering, inputs, attributes, type);
    case "flatIndices":
      return evaluateFlatIndices(op.name, lowering, inputs[0]!, attributes, type);
    case "concat":
      return evaluateConcat(op.name, lowering, inputs, attributes, type);
    case "typeOnly":
      return evaluateTypeOnly(op.name, lowering, inputs[0]!, type);
    case "random":
      return evaluateRandom(op.name, lowering, inputs, attributes, type);
    case "accumulate":
      return evaluateAccumulate(op.name, lowering, inputs, attributes, type);
    case "program":
      return evaluateProgram(lowering, inputs, attributes);
  }
}

/** Runs the operations that a program is made of, unseen. */
function evaluateProgram(
  lowering: Extract<Op["lowering"], { kind: "program" }>,
  inputs: readonly Tensor[],
  attributes: unknown,
): readonly Tensor[] {
  const begin = takeId();
  return asNew(
    unrecorded(() => lowering.run(inputs, attributes)),
    begin,
  );
}

/** Outputs that a program gave as it got them, or twice, as tensors of their own, since recorders know tensors by identity. */
function asNew(outputs: readonly Tensor[], begin: number): readonly Tensor[] {
  return outputs.map((output, place) =>
    output.id < begin || outputs.indexOf(output) < place
      ? new Tensor(output.type, output.storage)
      : output,
  );
}
