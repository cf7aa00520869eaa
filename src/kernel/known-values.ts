/** The constants of a graph, as far as code can make use of what they hold. */

import { allocate } from "../core/dtype.js";
import { InternalError } from "../core/errors.js";
import type { Graph, GraphNode } from "../core/graph.js";
import { hostValues } from "../core/reading.js";
import { denseStorage } from "../core/storage.js";
import { Tensor } from "../core/tensor.js";

/** By value: its constant. */
export class KnownValues {
  readonly #graph: Graph;
  readonly #constants = new Map<number, Tensor>();
  readonly #values = new Map<Tensor, ArrayLike<number>>();
  readonly #ordinary = new Map<Tensor, boolean>();

  constructor(graph: Graph) {
    this.#graph = graph;
    for (const [value, constant] of graph.constants) this.#constants.set(value, constant);
    // Graphs inside others close over nothing but values that are known.
    for (const [value, capture] of graph.captures) {
      if (!(capture instanceof Tensor)) throw new InternalError("a variable inside of a program");
      this.#constants.set(value, capture);
    }
    for (const node of graph.nodes) this.#noteTypeOnly(node);
  }

  get(value: number): Tensor | undefined {
    return this.#constants.get(value);
  }

  /** An element of a constant by its row-major position. */
  elementOf(constant: Tensor, position: number): number {
    return this.#valuesOf(constant)[position]!;
  }

  /** Whether no element of a constant is 0, infinite or NaN. */
  isOrdinary(constant: Tensor): boolean {
    let known = this.#ordinary.get(constant);
    if (known === undefined) {
      const values = this.#valuesOf(constant);
      known = true;
      for (let place = 0; place < values.length && known; place++) {
        known = Number.isFinite(values[place]!) && values[place] !== 0;
      }
      this.#ordinary.set(constant, known);
    }
    return known;
  }

  #valuesOf(constant: Tensor): ArrayLike<number> {
    let values = this.#values.get(constant);
    if (values === undefined) {
      values = hostValues(constant, "compile");
      this.#values.set(constant, values);
    }
    return values;
  }

  /** Integers that follow from types are constants. */
  #noteTypeOnly({ op, operands, firstOutput }: GraphNode): void {
    const { lowering } = op;
    if (lowering.kind !== "typeOnly") return;
    const type = this.#graph.types[firstOutput]!;
    const buffer = allocate(type.dtype, type.size, op.name);
    buffer.set(lowering.values(this.#graph.types[operands[0]!]!));
    this.#constants.set(firstOutput, new Tensor(type, denseStorage(buffer, type.shape)));
  }
}
