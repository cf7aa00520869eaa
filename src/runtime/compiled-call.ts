/** A call of a compiled graph as one operation, with derivatives that are compiled graphs themselves. */

import { orZeros, pullThrough, pushThrough, ruleGraph } from "../autodiff/graph-rules.js";
import { isTracing, runOp } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { type Graph, inputTypesOf, outputTypesOf } from "../core/graph.js";
import type { RandomStream } from "../core/lowering.js";
import { type Call, defineOp, type Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { add } from "../ops/arithmetic.js";
import { graphOfCall, takeCall } from "./draws.js";
import { Executable } from "./executable.js";
import { type SplitGraph, splitGraph } from "./split-graph.js";

type MaybeTensors = readonly (Tensor | undefined)[];

/** A graph and some of whose outputs are there for its backward pass alone. */
export class CompiledGraph {
  readonly executable: Executable;
  /** How many of the outputs are results; residuals follow. */
  readonly results: number;
  #recorded: RecordedGraph | undefined;
  readonly #derivatives = new Map<string, Derivative>();

  constructor(graph: Graph, results = graph.outputs.length) {
    this.executable = new Executable(graph);
    this.results = results;
  }

  get graph(): Graph {
    return this.executable.graph;
  }

  /** The same with residuals as further outputs, and the backward pass that reads them. */
  recorded(): RecordedGraph {
    this.#recorded ??= recordedGraph(this.graph);
    return this.#recorded;
  }

  /** Gives back the memory of all programs. */
  release(): void {
    this.executable.release();
    this.#recorded?.forward.release();
    this.#recorded?.backward.compiled.release();
    for (const { compiled } of this.#derivatives.values()) compiled.release();
  }

  /** A derivative by its name, made when it is first asked for. */
  derivative(key: string, make: () => Derivative): Derivative {
    let found = this.#derivatives.get(key);
    if (found === undefined) {
      found = make();
      this.#derivatives.set(key, found);
    }
    return found;
  }
}

/** A compiled derivative, and which operands or outputs its results belong to. */
interface Derivative {
  readonly compiled: CompiledGraph;
  readonly places: readonly number[];
}

/** A graph that gives residuals, and its backward pass: of operands, residuals, and the cotangents of floating results. */
interface RecordedGraph {
  readonly forward: CompiledGraph;
  readonly backward: Derivative;
}

/** Attributes of a compiled call. */
interface CompiledCallAttributes {
  readonly compiled: CompiledGraph;
  readonly backward?: Derivative | undefined;
  /** What the call has taken of the shared stream of random numbers, if it draws any; its derivatives draw the same. */
  readonly place: RandomStream | undefined;
}

/** The places of what does not vanish, and it. */
function defined(values: MaybeTensors): { places: readonly number[]; tensors: readonly Tensor[] } {
  const places = [...values.keys()].filter((place) => values[place] !== undefined);
  return { places, tensors: values.filter((value) => value !== undefined) };
}

function recordedGraph(graph: Graph): RecordedGraph {
  const inputs = inputTypesOf(graph);
  const floating = outputTypesOf(graph).flatMap(({ dtype }, place) =>
    isFloating(dtype) ? [place] : [],
  );
  const cotangentTypes = floating.map((place) => outputTypesOf(graph)[place]!);
  let places: readonly number[] = [];
  const joint = ruleGraph(`${graph.name}Backward`, [...inputs, ...cotangentTypes], (all) => {
    const cotangents: (Tensor | undefined)[] = graph.outputs.map(() => undefined);
    floating.forEach((place, index) => {
      cotangents[place] = all[inputs.length + index];
    });
    const primals = all.slice(0, inputs.length);
    const pulled = pullThrough((own) => runGraph(graph, own), primals, cotangents);
    const found = defined(pulled);
    places = found.places;
    return found.tensors;
  });
  const { forward, backward }: SplitGraph = splitGraph(graph, joint, inputs.length);
  return {
    forward: new CompiledGraph(forward, graph.outputs.length),
    backward: { compiled: new CompiledGraph(backward), places },
  };
}

export const compiledCallOp: Op<CompiledCallAttributes> =
  /* @__PURE__ */ defineOp<CompiledCallAttributes>({
    name: "compiledCall",
    summary: "A compiled graph.",
    inputs: ["operands…"],
    outputTypes: (_, { compiled }) => outputTypesOf(compiled.graph),
    derivative: { kind: "explicit", pullback, pushforward },
    lowering: {
      kind: "program",
      run: (inputs, { compiled, place }) => compiled.executable.run(inputs, place),
    },
    samples: [],
  });

/** Runs a compiled derivative, and puts its results in their places. */
function runDerivative(
  { compiled, places }: Derivative,
  inputs: readonly Tensor[],
  place: RandomStream | undefined,
  count: number,
): MaybeTensors {
  const results = runCompiled(compiled, inputs, place);
  const all: (Tensor | undefined)[] = new Array(count).fill(undefined);
  results.forEach((result, index) => {
    all[places[index]!] = result;
  });
  return all;
}

function pullback(
  cotangents: MaybeTensors,
  { inputs, outputs, attributes }: Call<CompiledCallAttributes>,
): MaybeTensors {
  const { compiled, backward, place } = attributes;
  if (backward === undefined) return pullAnew(compiled, inputs, cotangents, place);
  const { results } = compiled;
  const given = outputs
    .slice(0, results)
    .flatMap((output, place) =>
      isFloating(output.dtype) ? [orZeros(cotangents[place], output)] : [],
    );
  const operands = [...inputs, ...outputs.slice(results), ...given];
  const ofResults = runDerivative(backward, operands, place, inputs.length);
  // A derivative of the backward pass has cotangents for the residuals, which have a way back of their own.
  const ofResiduals = cotangents.map((one, output) => (output < results ? undefined : one));
  if (ofResiduals.every((one) => one === undefined)) return ofResults;
  const more = pullAnew(compiled, inputs, ofResiduals, place);
  return ofResults.map((one, operand) => {
    const other = more[operand];
    return one === undefined || other === undefined ? (one ?? other) : add(one, other);
  });
}

/** Cotangents by a backward pass that runs the graph again. */
function pullAnew(
  compiled: CompiledGraph,
  inputs: readonly Tensor[],
  cotangents: MaybeTensors,
  place: RandomStream | undefined,
): MaybeTensors {
  const { graph } = compiled;
  const given = defined(cotangents);
  const derivative = compiled.derivative(`pullback ${given.places.join()}`, () => {
    let places: readonly number[] = [];
    const types = [...inputs, ...given.tensors].map(({ type }) => type);
    const traced = ruleGraph(`${graph.name}Backward`, types, (all) => {
      const seeds: (Tensor | undefined)[] = graph.outputs.map(() => undefined);
      given.places.forEach((place, index) => {
        seeds[place] = all[inputs.length + index];
      });
      const primals = all.slice(0, inputs.length);
      const found = defined(pullThrough((own) => runGraph(graph, own), primals, seeds));
      places = found.places;
      return found.tensors;
    });
    return { compiled: new CompiledGraph(traced), places };
  });
  return runDerivative(derivative, [...inputs, ...given.tensors], place, inputs.length);
}

function pushforward(
  tangents: MaybeTensors,
  { inputs, outputs, attributes: { compiled, place } }: Call<CompiledCallAttributes>,
): MaybeTensors {
  const { graph } = compiled;
  const given = defined(tangents);
  const derivative = compiled.derivative(`pushforward ${given.places.join()}`, () => {
    let places: readonly number[] = [];
    const types = [...inputs, ...given.tensors].map(({ type }) => type);
    const traced = ruleGraph(`${graph.name}Forward`, types, (all) => {
      const directions: (Tensor | undefined)[] = inputs.map(() => undefined);
      given.places.forEach((place, index) => {
        directions[place] = all[inputs.length + index];
      });
      const primals = all.slice(0, inputs.length);
      const pushed = pushThrough((own) => runGraph(graph, own), primals, directions);
      const found = defined(pushed.tangents);
      places = found.places;
      return found.tensors;
    });
    return { compiled: new CompiledGraph(traced), places };
  });
  return runDerivative(derivative, [...inputs, ...given.tensors], place, outputs.length);
}

/**
 * The results of a compiled graph: inlined while something is traced, one operation elsewhere.
 *
 * @param place what the call has taken of the shared stream of random numbers, if it draws any
 */
function runCompiled(
  compiled: CompiledGraph,
  inputs: readonly Tensor[],
  place: RandomStream | undefined,
): readonly Tensor[] {
  const { graph, results } = compiled;
  if (!isTracing()) return runOp(compiledCallOp, inputs, { compiled, place }).slice(0, results);
  const own = place === undefined ? graph : graphOfCall(graph, place);
  return runGraph(own, inputs).slice(0, results);
}

/**
 * The results of a call of a compiled graph.
 *
 * @param isRecorded whether a tape may ask for the backward pass: residuals are kept for it
 */
export function callCompiled(
  compiled: CompiledGraph,
  inputs: readonly Tensor[],
  isRecorded: boolean,
): readonly Tensor[] {
  const place = compiled.executable.draws ? takeCall() : undefined;
  if (!isRecorded || isTracing()) return runCompiled(compiled, inputs, place);
  const { forward, backward } = compiled.recorded();
  const outputs = runOp(compiledCallOp, inputs, { compiled: forward, backward, place });
  return outputs.slice(0, forward.results);
}
