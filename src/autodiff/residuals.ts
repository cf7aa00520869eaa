/** What a tape has to keep of an operation: the operands and outputs that its derivative rule reads. */

import { type Cotangent, RegionCotangent, RowsCotangent } from "../core/cotangent.js";
import { type Trace, withTrace } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { TraceError } from "../core/errors.js";
import type { Call, Op } from "../core/op.js";
import { abstractTensor, type Tensor, type VariableIdentity } from "../core/tensor.js";
import { pullback, pushforward } from "./rules.js";

/** Why tensors have no values here. */
const EXAMINED = "only its type is known while a rule is examined";

/** Runs operations on types alone, and notes which of some tensors they read. */
class ReadTrace implements Trace {
  readonly #positions: Map<Tensor, number>;
  readonly reads: boolean[];

  constructor(tensors: readonly Tensor[]) {
    this.#positions = new Map(tensors.map((tensor, position) => [tensor, position]));
    this.reads = tensors.map(() => false);
  }

  note(tensors: readonly Tensor[]): void {
    for (const tensor of tensors) {
      const position = this.#positions.get(tensor);
      if (position !== undefined) this.reads[position] = true;
    }
  }

  readVariable(_variable: VariableIdentity, value: Tensor): Tensor {
    return value;
  }

  assignVariable(_variable: VariableIdentity, _value: Tensor, operation: string): void {
    throw new TraceError(`${operation}: a derivative rule assigns no variables`);
  }

  run(op: Op, inputs: readonly Tensor[], attributes: unknown): readonly Tensor[] {
    this.note(inputs);
    return op.outputTypes(inputs, attributes).map((type) => abstractTensor(type, EXAMINED));
  }
}

const NOTHING: readonly boolean[] = [];

/** What a record will be used for: pulling cotangents back, or also pushing tangents forward. */
export type Direction = "pullback" | "both";

/**
 * Which operands and outputs (in this order) the rule of a call reads, if the operands in the bit set `live` are on the tape.
 * Found by running the rule once on types alone; where the number of operands varies, once for every call.
 */
export function residualsOf(
  op: Op,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attributes: unknown,
  live: number,
  direction: Direction,
): readonly boolean[] {
  const cache = direction === "both" ? op.linearResiduals : op.residuals;
  const known = op.variadic ? undefined : cache.get(live);
  if (known !== undefined) return known;
  const rule = op.derivative;
  if (rule.kind === "explicit" && rule.closed === true) return NOTHING;
  const needed = inputs.map((_, position) => op.variadic || (live & (1 << position)) !== 0);
  const reads = traceReads(op, inputs, outputs, attributes, needed, direction);
  if (!op.variadic) cache.set(live, reads);
  return reads;
}

function traceReads(
  op: Op,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  attributes: unknown,
  needed: readonly boolean[],
  direction: Direction,
): readonly boolean[] {
  const abstract = (tensor: Tensor): Tensor => abstractTensor(tensor.type, EXAMINED);
  const call: Call = {
    inputs: inputs.map(abstract),
    outputs: outputs.map(abstract),
    attributes,
  };
  const trace = new ReadTrace([...call.inputs, ...call.outputs]);
  const cotangents = outputs.map(abstract);
  const results = withTrace(trace, () => pullback(op, call, cotangents, needed));
  // What a cotangent holds, such as the indices of rows, is read when it is added up.
  for (const result of results) if (result !== undefined) trace.note(partsOf(result));
  if (direction === "both") {
    const tangents = call.inputs.map(({ type, dtype }, position) =>
      needed[position] && isFloating(dtype) ? abstractTensor(type, EXAMINED) : undefined,
    );
    const pushed = withTrace(trace, () => pushforward(op, call, tangents));
    trace.note(pushed.filter((tangent) => tangent !== undefined));
  }
  return trace.reads;
}

function partsOf(cotangent: Cotangent): readonly Tensor[] {
  if (cotangent instanceof RegionCotangent) return [cotangent.block];
  if (cotangent instanceof RowsCotangent) return [cotangent.rows, cotangent.indices];
  return [cotangent];
}
