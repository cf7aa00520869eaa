/** Forward mode of loops: the same passes, each of which carries and gives out tangents beside primals. */

import { orZeros, pushThrough, ruleGraph } from "../autodiff/graph-rules.js";
import { runOp } from "../core/dispatch.js";
import { isFloating } from "../core/dtype.js";
import type { Call, Op } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { runGraph } from "../graph/interpret.js";
import {
  carryTypes,
  emitTypes,
  floatingRanks,
  type LoopAttributes,
  type LoopPass,
  type LoopRead,
  readType,
  splitOperands,
  splitOutputs,
} from "./loop-types.js";

type MaybeTensors = readonly (Tensor | undefined)[];

/** The places of what is there behind `first` others; undefined where nothing is. */
function placesOf(values: MaybeTensors, first: number): readonly (number | undefined)[] {
  let next = first;
  return values.map((value) => (value === undefined ? undefined : next++));
}

export function loopPushforward(
  op: Op<LoopAttributes>,
  tangents: MaybeTensors,
  { inputs, attributes }: Call<LoopAttributes>,
): MaybeTensors {
  const primals = splitOperands(inputs, attributes);
  const types = splitOperands(
    inputs.map(({ type }) => type),
    attributes,
  );
  const directions = splitOperands(tangents, attributes);
  const { passes, captures, elems, stacked } = attributes;
  const captureTangents = placesOf(directions.captures, captures);
  const elemTangents = placesOf(directions.elems, elems);
  /** By pass, where the tangents of what is carried and given out are. */
  const places = passes.map((pass) => ({
    carries: floatingRanks(carryTypes(pass)).map((rank) =>
      rank === undefined ? undefined : pass.carries + rank,
    ),
    emits: floatingRanks(emitTypes(pass)).map((rank) =>
      rank === undefined ? undefined : emitTypes(pass).length + rank,
    ),
  }));
  const tangentRead = (read: LoopRead): LoopRead | undefined => {
    const place = {
      capture: () => captureTangents[read.index],
      elem: () => elemTangents[read.index],
      carry: () => ("pass" in read ? places[read.pass]!.carries[read.index] : undefined),
      emit: () => ("pass" in read ? places[read.pass]!.emits[read.index] : undefined),
    }[read.kind]();
    return place === undefined ? undefined : { ...read, index: place };
  };
  const pushedPass = (pass: LoopPass): LoopPass => {
    const tangentReads = pass.reads.map(tangentRead);
    const given = tangentReads.filter((read) => read !== undefined);
    const primalTypes = pass.reads.map((read) => readType(read, types, passes));
    const givenTypes = primalTypes.filter((_, index) => tangentReads[index] !== undefined);
    const body = ruleGraph(pass.body.name, [...primalTypes, ...givenTypes], (all) => {
      const own = all.slice(0, primalTypes.length);
      let next = primalTypes.length;
      const pushed = pushThrough(
        (values) => runGraph(pass.body, values),
        own,
        tangentReads.map((read) => (read === undefined ? undefined : all[next++])),
      );
      const withTangents = (begin: number, end?: number): Tensor[] => {
        const outputs = pushed.outputs.slice(begin, end);
        const derivatives = pushed.tangents.slice(begin, end);
        return [
          ...outputs,
          ...outputs.flatMap((output, index) =>
            isFloating(output.dtype) ? [orZeros(derivatives[index], output)] : [],
          ),
        ];
      };
      return [...withTangents(0, pass.carries), ...withTangents(pass.carries)];
    });
    const carried = carryTypes(pass).filter(({ dtype }) => isFloating(dtype)).length;
    return { ...pass, body, reads: [...pass.reads, ...given], carries: pass.carries + carried };
  };
  const pushedCarries = primals.carries.map((carries, pass) => [
    ...carries,
    ...carries.flatMap((carry, index) =>
      isFloating(carry.dtype) ? [orZeros(directions.carries[pass]![index], carry)] : [],
    ),
  ]);
  const isThere = (tensor: Tensor | undefined): tensor is Tensor => tensor !== undefined;
  const moreStacked = stacked.map(({ pass, index }) => ({
    pass,
    index: places[pass]!.emits[index],
  }));
  const pushed: LoopAttributes = {
    ...attributes,
    captures: captures + directions.captures.filter(isThere).length,
    elems: elems + directions.elems.filter(isThere).length,
    passes: passes.map(pushedPass),
    stacked: moreStacked.flatMap(({ pass, index }) =>
      index === undefined ? [] : [{ pass, index }],
    ),
  };
  const outputs = runOp(
    op,
    [
      ...primals.captures,
      ...directions.captures.filter(isThere),
      ...primals.elems,
      ...directions.elems.filter(isThere),
      ...pushedCarries.flat(),
    ],
    pushed,
  );
  const found = splitOutputs(outputs, pushed);
  let nextStacked = 0;
  return [
    ...places.flatMap(({ carries }, pass) =>
      carries.map((place) => (place === undefined ? undefined : found.carries[pass]![place])),
    ),
    ...moreStacked.map(({ index }) =>
      index === undefined ? undefined : found.stacked[nextStacked++],
    ),
  ];
}
