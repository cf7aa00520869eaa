/** Entries of a tape as the calls that they were, with types alone where nothing else was kept. */

import type { Call } from "../core/op.js";
import { abstractTensor, Tensor, type TensorType } from "../core/tensor.js";
import type { EntryChunk } from "./entry-chunk.js";

/** Gives calls one after the other. The lists of operands are the same every time: rules do not keep them. */
export class EntryCalls {
  readonly #inputs: Tensor[] = [];
  readonly #outputs: Tensor[] = [];
  #valueless: Tensor | undefined;

  callOf(chunk: EntryChunk, entry: number): Call {
    const outputsBegin = chunk.outputsBegin(entry);
    return {
      inputs: this.#operands(chunk, chunk.inputsBegin(entry), outputsBegin, this.#inputs),
      outputs: this.#operands(chunk, outputsBegin, chunk.outputsEnd(entry), this.#outputs),
      attributes: chunk.attributesOf(entry),
    };
  }

  #operands(chunk: EntryChunk, begin: number, end: number, tensors: Tensor[]): readonly Tensor[] {
    if (tensors.length !== end - begin) tensors.length = end - begin;
    for (let operand = begin; operand < end; operand++) {
      const held = chunk.operands[operand]!;
      tensors[operand - begin] = held instanceof Tensor ? held : this.#withoutValue(held);
    }
    return tensors;
  }

  /** A tensor of which only the type was kept; neighbours mostly have the same type. */
  #withoutValue(type: TensorType): Tensor {
    if (this.#valueless?.type !== type) {
      this.#valueless = abstractTensor(
        type,
        "the tape kept only its type, as no rule was known to read it",
      );
    }
    return this.#valueless!;
  }
}
