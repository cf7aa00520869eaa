/**
 * What workers run: a script that needs nothing else, so that it can be started from a string wherever the library has come from.
 *
 * Messages bring the control block, and programs, of which modules have been compiled already. In between a worker takes parts of jobs, and
 * sleeps until it is woken; it goes back to its event loop only where there is mail.
 */

import { CELLS, DONE, FAILED, PART_BITS } from "./thread-control.js";

/** The first message. */
export interface Introduction {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly memory: WebAssembly.Memory;
  readonly slot: number;
}

/** The other messages: a program comes, or goes where there is no module. */
export interface ProgramMessage {
  readonly program: number;
  readonly module?: WebAssembly.Module;
  /** How many functions compute parts. */
  readonly callees?: number;
}

/** The name of the function (part: i32, slot: i32) -> () that a module has for its n-th parallel statement. */
export const PART_FUNCTION = "part";

/** How often a worker looks for work before it goes to sleep: about a hundred microseconds, in which the next statement may begin. */
const LOOKS = 4000;

export const WORKER_SCRIPT = `"use strict";
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;
const programs = new Map();
let control, memory, slot, received = 0;

function functionsOf(module, callees) {
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] =
      kind === "memory" ? memory : () => { throw new Error("only the calling thread has it"); };
  }
  const { exports } = new WebAssembly.Instance(module, imports);
  return Array.from({ length: callees }, (_, callee) => exports["${PART_FUNCTION}" + callee]);
}

function takePart() {
  const ticket = Atomics.load(control, ${CELLS.ticket});
  const part = ticket & ${2 ** PART_BITS - 1};
  if (part >= Atomics.load(control, ${CELLS.parts})) return false;
  if (slot >= Atomics.load(control, ${CELLS.limit})) return false;
  const compute = programs.get(Atomics.load(control, ${CELLS.program}))
    ?.[Atomics.load(control, ${CELLS.callee})];
  if (compute === undefined) return false;
  if (Atomics.compareExchange(control, ${CELLS.ticket}, ticket, ticket + 1) !== ticket) return true;
  let state = ${DONE};
  try { compute(part, slot); } catch { state = ${FAILED}; }
  Atomics.store(control, ${CELLS.states} + part, state);
  Atomics.add(control, ${CELLS.finished}, 1);
  Atomics.notify(control, ${CELLS.finished});
  return true;
}

function work() {
  let looks = 0;
  for (;;) {
    const wake = Atomics.load(control, ${CELLS.wake});
    if (Atomics.load(control, ${CELLS.mail} + slot) !== received) return;
    if (takePart()) looks = 0;
    else if (++looks > ${LOOKS}) {
      Atomics.wait(control, ${CELLS.wake}, wake);
      looks = 0;
    }
  }
}

port.onmessage = ({ data }) => {
  received++;
  if (data.control !== undefined) ({ control, memory, slot } = data);
  else if (data.module === undefined) programs.delete(data.program);
  else {
    // A worker that has no room for a program leaves it to the others.
    try { programs.set(data.program, functionsOf(data.module, data.callees)); } catch {}
  }
  work();
};
`;
