/** Computes with two threads, one of which meets with what the argument says; prints what came of it. */

import { createRequire } from "node:module";
import * as tf from "gradtape";
import { teamMemory } from "../../../src/backends/wasm/shared-memory.js";
import { CELLS } from "../../../src/backends/wasm/thread-control.js";

type WorkerClass = new (script: string, options: object) => { terminate(): Promise<number> };

const fault = process.argv[2];
const threads = createRequire(import.meta.url)("node:worker_threads") as { Worker: WorkerClass };
const { Worker } = threads;
const started: InstanceType<WorkerClass>[] = [];

/** What becomes of the script of a worker. */
function scriptOf(script: string): string {
  if (fault === "broken") return "throw new Error('broken');";
  const isFirst = started.length === 0;
  return fault === "amid" && isFirst
    ? script.replace("compute(part, slot)", "process.exit()")
    : script;
}

threads.Worker = class extends Worker {
  constructor(script: string, options: object) {
    if (fault === "forbidden") throw new Error("forbidden");
    super(scriptOf(script), options);
    started.push(this);
  }
};
if (fault === "web") {
  // A page: nothing of Node, workers from scripts at addresses, and a main thread that may not wait.
  Reflect.set(process, "getBuiltinModule", undefined);
  Reflect.set(globalThis, "Blob", function blob([script]: readonly [string]) {
    return { script };
  });
  Reflect.set(URL, "createObjectURL", ({ script }: { readonly script: string }) => script);
  Reflect.set(URL, "revokeObjectURL", () => {});
  const prelude =
    'globalThis.self = require("node:worker_threads").parentPort; { const require = undefined;';
  class WebWorker extends Worker {
    constructor(script: string) {
      super(`${prelude}${script}}`, { eval: true });
      started.push(this);
      (this as unknown as { unref(): void }).unref();
    }
  }
  Reflect.set(globalThis, "Worker", WebWorker);
  Reflect.set(Atomics, "wait", () => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  });
}
if (fault === "unshared") Reflect.deleteProperty(globalThis, "SharedArrayBuffer");

await tf.loadCompiler();
const x = tf.random.normal([300, 300], { seed: 1 });
const f = (one: tf.Tensor): tf.Tensor => tf.reduceSum(tf.tanh(tf.matmul(tf.exp(one), one)));
tf.setThreads(1);
const expected = tf.compile(f)(x).item();
tf.setThreads(2);
const compiled = tf.compile(f);
let right = true;

const pool = () => teamMemory()?.team.pool;

/** Calls until something holds, or for too long. */
async function callUntil(holds: () => boolean): Promise<boolean> {
  const deadline = performance.now() + 8000;
  do {
    right &&= compiled(x).item() === expected;
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 2));
  } while (performance.now() < deadline);
  return false;
}

function untilJoined(): Promise<boolean> {
  const before = pool()!.control[CELLS.finished]!;
  return callUntil(() => pool()!.control[CELLS.finished]! > before);
}

let joinedAgain = false;
if (fault === "none" || fault === "web") joinedAgain = await untilJoined();
else if (fault === "between") {
  await untilJoined();
  await started[0]!.terminate();
  joinedAgain = await untilJoined();
} else if (fault === "amid") {
  // The control block is another one when the dead worker has been given up.
  const { control } = pool()!;
  await callUntil(() => pool()!.control !== control);
  joinedAgain = await untilJoined();
} else await callUntil(() => (pool()?.size ?? 0) === 0);
console.log(JSON.stringify({ right, workers: pool()?.size ?? 0, joinedAgain }));
