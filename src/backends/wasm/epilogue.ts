/** Epilogues of products as one function for some rows, which finds the addresses of the arrays in a frame in memory. */

import type { Epilogue, Statement } from "../../kernel/program.js";
import { type Address, pushAddress } from "./addresses.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { pushSmaller, whileAny } from "./matmul-elements.js";
import type { ModuleContext } from "./module-context.js";
import { schedule } from "./nest.js";
import { nestOfAnyCount, POSITIONS_PER_CALL } from "./nest-calls.js";
import type { ProgramScope } from "./program-scope.js";

type Operation = Extract<Statement, { kind: "operation" }>;

/** What is called for rows of a product that are finished. */
export interface RowFunction {
  /** A function (row: i32, count: i32, frame: i32) -> (). */
  readonly callee: FunctionReference;
  /** Equal for the same function. */
  readonly key: string;
}

const ROW: Local = 0;
const COUNT: Local = 1;
const FRAME: Local = 2;

const ADDRESS_BYTES = 4;

/** Whether the nests of an epilogue keep their outermost dimension when their loops are ordered, so that they can be done for some rows. */
export function goesByRows({ nests }: Epilogue): boolean {
  return nests.every(({ nest }) => schedule(nest).lanes.order[0] === 0);
}

/** The function for the epilogue of an operation; undefined where there is none. */
export function rowFunction(
  context: ModuleContext,
  { epilogue }: Operation,
): RowFunction | undefined {
  if (epilogue === undefined) return undefined;
  const { rows } = epilogue;
  let frame = 0;
  const calls = epilogue.nests.map(({ nest, arrays }) => {
    const call = {
      callee: nestOfAnyCount(context, nest).callee,
      positions: nest.dims[0]! / rows,
      frame,
      arrays: arrays.length,
    };
    frame += ADDRESS_BYTES * arrays.length;
    return call;
  });
  const longest = Math.max(
    ...epilogue.nests.map(({ nest }) => nest.dims.reduce((size, dim) => size * dim, 1) / rows),
  );
  const most = Math.max(1, Math.floor(POSITIONS_PER_CALL / longest));
  const parts = calls.map((call) => [call.callee.position, call.positions, call.arrays].join(" "));
  const key = `rows ${most} ${parts.join()}`;
  const callee = context.shared(key, () => {
    const body = new FunctionBuilder(["i32", "i32", "i32"], []);
    const count = body.local("i32");
    const whole = body.local("i32");
    body.constant("i32", most).set(whole);
    // Engines replace a function by a faster one between calls only, so no call takes long.
    whileAny(body, COUNT, most, () => {
      pushSmaller(body, COUNT, whole);
      body.set(count);
      for (const call of calls) {
        body.get(ROW).constant("i32", call.positions).op("i32.mul");
        body.get(count).constant("i32", call.positions).op("i32.mul");
        for (let array = 0; array < call.arrays; array++) {
          body.get(FRAME).memory("i32.load", call.frame + ADDRESS_BYTES * array);
        }
        body.call(call.callee);
      }
      body.get(ROW).get(count).op("i32.add").set(ROW);
    });
    return context.module.addFunction(body);
  });
  return { callee, key };
}

/** Bytes of the frame of an operation's epilogue. */
export function frameBytes({ epilogue }: Operation): number {
  const arrays = epilogue?.nests.flatMap((nest) => nest.arrays) ?? [];
  return Math.ceil((ADDRESS_BYTES * arrays.length) / 16) * 16;
}

/** Writes the addresses of the arrays of an operation's epilogue into the frame at an address. */
export function storeFrame(
  scope: ProgramScope,
  body: FunctionBuilder,
  operation: Operation,
  frame: Address,
): void {
  const arrays = operation.epilogue?.nests.flatMap((nest) => nest.arrays) ?? [];
  arrays.forEach((array, place) => {
    pushAddress(body, frame);
    pushAddress(body, scope.array(placeOf(operation, array)));
    body.memory("i32.store", ADDRESS_BYTES * place);
  });
}

/** The array in whose place an array of an operation lies. */
export function placeOf({ epilogue }: Operation, array: number): number {
  return epilogue?.places.get(array) ?? array;
}
