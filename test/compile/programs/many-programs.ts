/** Calls one program many times, and many programs once, with two threads; prints by how many megabytes memory has grown. */

import * as tf from "gradtape";
import { teamMemory } from "../../../src/backends/wasm/shared-memory.js";

await tf.loadCompiler();
tf.setThreads(2);
const { memory, team } = teamMemory()!;
const collect = (globalThis as { gc?: () => void }).gc!;

function megabytes(): number {
  return (process.memoryUsage().rss + memory.memory.buffer.byteLength) / 1e6;
}

async function settle(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return megabytes();
}

const compiled = tf.compile((x: tf.Tensor) => tf.reduceSum(tf.tanh(x).mul(tf.exp(x))), {
  maximumSignatures: 4,
});

async function call(times: number, sizeOf: (time: number) => number): Promise<number> {
  let x = tf.ones([sizeOf(0)]);
  compiled(x);
  const before = await settle();
  for (let time = 0; time < times; time++) {
    if (sizeOf(time) !== x.size) x = tf.ones([sizeOf(time)]);
    compiled(x);
    if (time % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return (await settle()) - before;
}

await call(500, () => 40_000);
const calls = await call(10_000, () => 40_000);
// Engines let garbage of modules lie up to a limit of their own.
await call(600, (time) => 50_000 + time);
const signatures = await call(1000, (time) => 40_000 + time);
console.log(JSON.stringify({ calls, signatures, workers: team.pool.size }));
