/** Reverse mode of loops: behind the passes of a loop, a pass back for each, from the last to the first. */

import { orZeros, pullThrough, ruleGraph } from "../autodiff/graph-rules.js";
import { runOp } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import { filledTensor } from "../core/literals.js";
import type { Call, Op } from "../core/op.js";
import type { Tensor, TensorType } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import { accumulate } from "../ops/accumulate.js";
import {
  carryTypes,
  emitTypes,
  floatingTypes,
  type LoopAttributes,
  type LoopPass,
  type LoopRead,
  readKey,
  readType,
  splitOperands,
  splitOutputs,
} from "./loop-types.js";

type MaybeTensors = readonly (Tensor | undefined)[];

/** A pass back, and what of it is whose cotangent. */
interface BackwardPass {
  readonly pass: LoopPass;
  /** The captures whose cotangents it carries, behind those of what the pass itself carries. */
  readonly captures: readonly number[];
}

/** Builds the passes back of a loop, each of which may read what those before it gave out. */
class BackwardPasses {
  readonly all: BackwardPass[] = [];
  /** By what it is the cotangent of: where in the extended loop contributions to it are given out. */
  readonly #contributions = new Map<string, LoopRead[]>();
  readonly #attributes: LoopAttributes;
  readonly #typeOf: (read: LoopRead) => TensorType;

  constructor(attributes: LoopAttributes, typeOf: (read: LoopRead) => TensorType) {
    this.#attributes = attributes;
    this.#typeOf = typeOf;
  }

  /** Lets what is read there count as a contribution to the cotangent of something. */
  contribute(to: LoopRead, from: LoopRead): void {
    const key = readKey(to);
    this.#contributions.set(key, [...(this.#contributions.get(key) ?? []), from]);
  }

  contributionsTo(read: LoopRead): readonly LoopRead[] {
    return this.#contributions.get(readKey(read)) ?? [];
  }

  /** Adds the pass back of a pass. */
  add(number: number): void {
    const { passes } = this.#attributes;
    const pass = passes[number]!;
    const own = passes.length + this.all.length;
    const primals = pass.reads;
    const primalTypes = primals.map(this.#typeOf);
    const isOwnCarry = (read: LoopRead): boolean => read.kind === "carry" && read.pass === number;
    const distinct = uniqueReads(primals).filter((read) => isFloating(this.#typeOf(read).dtype));
    const captures = distinct.filter(({ kind }) => kind === "capture");
    const given = distinct.filter((read) => read.kind !== "capture" && !isOwnCarry(read));
    const carried = carryTypes(pass);
    const floatingCarries = indicesOf(carried);
    const emits = emitTypes(pass);
    const carries = floatingCarries.length + captures.length;
    const ownReads = Array.from(
      { length: carries },
      (_, index): LoopRead => ({
        kind: "carry",
        pass: own,
        index,
      }),
    );
    const toEmits = emits.map((_, index) =>
      this.contributionsTo({ kind: "emit", pass: number, index }),
    );
    const toCarries = carried.map((_, index) =>
      this.contributionsTo({ kind: "carry", pass: number, index }),
    );
    const reads = [...primals, ...ownReads, ...toEmits.flat(), ...toCarries.flat()];
    const typeOfContribution = (types: readonly TensorType[], lists: readonly LoopRead[][]) =>
      lists.flatMap((list, index) => list.map(() => types[index]!));
    const types = [
      ...primalTypes,
      ...floatingTypes(carried),
      ...captures.map(this.#typeOf),
      ...typeOfContribution(emits, toEmits as LoopRead[][]),
      ...typeOfContribution(carried, toCarries as LoopRead[][]),
    ];
    const body = ruleGraph(`${pass.body.name}Back`, types, (all) => {
      const take = taker(all);
      const values = take(primals.length);
      const ofCarries = take(floatingCarries.length);
      const ofCaptures = take(captures.length);
      const ofEmits = toEmits.map((list, index) => sum(take(list.length), emits[index]!));
      const more = toCarries.map((list) => take(list.length));
      const cotangents: (Tensor | undefined)[] = carried.map(() => undefined);
      floatingCarries.forEach((index, rank) => {
        cotangents[index] = ofCarries[rank];
      });
      const pulled = pullThrough((inputs) => runGraph(pass.body, inputs), values, [
        ...cotangents,
        ...ofEmits,
      ]);
      const pulledTo = (read: LoopRead): Tensor[] =>
        primals.flatMap((other, position) => {
          const one = pulled[position];
          return one !== undefined && readKey(other) === readKey(read) ? [one] : [];
        });
      const total = (terms: readonly Tensor[], type: TensorType): Tensor =>
        sum(terms, type) ?? filledTensor(type, 0);
      return [
        ...floatingCarries.map((index) => {
          const read: LoopRead = { kind: "carry", pass: number, index };
          return total([...pulledTo(read), ...more[index]!], carried[index]!);
        }),
        ...captures.map((read, index) =>
          total([ofCaptures[index]!, ...pulledTo(read)], this.#typeOf(read)),
        ),
        ...given.map((read) => total(pulledTo(read), this.#typeOf(read))),
      ];
    });
    given.forEach((read, index) => void this.contribute(read, { kind: "emit", pass: own, index }));
    this.all.push({
      pass: { reverse: !pass.reverse, body, reads, carries },
      captures: captures.map(({ index }) => index),
    });
  }
}

function uniqueReads(reads: readonly LoopRead[]): LoopRead[] {
  return [...new Map(reads.map((read) => [readKey(read), read])).values()];
}

function indicesOf(types: readonly TensorType[]): readonly number[] {
  return types.flatMap(({ dtype }, index) => (isFloating(dtype) ? [index] : []));
}

/** Gives the tensors of a list in portions, one after the other. */
function taker(all: readonly Tensor[]): (count: number) => readonly Tensor[] {
  let next = 0;
  return (count) => {
    next += count;
    return all.slice(next - count, next);
  };
}

/** The sum of tensors of a type; undefined where there is none. */
function sum(terms: readonly Tensor[], type: TensorType): Tensor | undefined {
  return terms.length === 0 ? undefined : accumulate(type, terms);
}

export function loopPullback(
  op: Op<LoopAttributes>,
  cotangents: MaybeTensors,
  { inputs, outputs, attributes }: Call<LoopAttributes>,
  needed: readonly boolean[],
): MaybeTensors {
  const operands = splitOperands(inputs, attributes);
  const given = splitOutputs(cotangents, attributes);
  const primalOutputs = splitOutputs(outputs, attributes);
  const { passes, stacked, elems, captures } = attributes;
  const types = splitOperands(
    inputs.map(({ type }) => type),
    attributes,
  );
  const typeOf = (read: LoopRead): TensorType => readType(read, types, passes);
  const back = new BackwardPasses(attributes, typeOf);
  const stackedCotangents = given.stacked.filter((one) => one !== undefined);
  let nextElem = elems;
  stacked.forEach(({ pass, index }, place) => {
    if (given.stacked[place] === undefined) return;
    back.contribute({ kind: "emit", pass, index }, { kind: "elem", index: nextElem++ });
  });
  for (let number = passes.length - 1; number >= 0; number--) back.add(number);
  const seeds = back.all.map(({ captures: own }, index) => {
    const number = passes.length - 1 - index;
    const carries = primalOutputs.carries[number]!.flatMap((output, place) =>
      isFloating(output.dtype) ? [orZeros(given.carries[number]![place], output)] : [],
    );
    return [...carries, ...own.map((capture) => filledTensor(operands.captures[capture]!.type, 0))];
  });
  const ofElems = operands.elems.map((elem, index) =>
    isFloating(elem.dtype) && needed[captures + index] === true
      ? back.contributionsTo({ kind: "elem", index })
      : [],
  );
  const extended: LoopAttributes = {
    ...attributes,
    elems: nextElem,
    passes: [...passes, ...back.all.map(({ pass }) => pass)],
    stacked: ofElems.flat().flatMap((read) => ("pass" in read ? [read] : [])),
  };
  const results = runOp(
    op,
    [
      ...operands.captures,
      ...operands.elems,
      ...stackedCotangents,
      ...operands.carries.flat(),
      ...seeds.flat(),
    ],
    extended,
  );
  const found = splitOutputs(results, extended);
  const ofCaptures = operands.captures.map((capture, index) => {
    const terms = back.all.flatMap(({ captures: own, pass }, order) => {
      const place = own.indexOf(index);
      if (place < 0) return [];
      return [found.carries[passes.length + order]![pass.carries - own.length + place]!];
    });
    return sum(terms, capture.type);
  });
  let nextStacked = 0;
  const elemCotangents = ofElems.map((list, index) => {
    const terms = list.map(() => found.stacked[nextStacked++]!);
    return sum(terms, operands.elems[index]!.type);
  });
  const ofCarries = passes.flatMap((pass, number) => {
    const own = found.carries[2 * passes.length - 1 - number]!;
    let next = 0;
    return carryTypes(pass).map(({ dtype }) => (isFloating(dtype) ? own[next++] : undefined));
  });
  return [...ofCaptures, ...elemCotangents, ...ofCarries];
}
