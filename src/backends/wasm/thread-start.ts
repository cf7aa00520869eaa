/** Starts workers: threads of Node, or Web Workers where a page may share memory with them. */

import { detectFeatures } from "./features.js";
import type { Introduction, ProgramMessage } from "./thread-script.js";

/** A worker that has been started; it may take a while until it reads what is posted. */
export interface StartedWorker {
  post(message: Introduction | ProgramMessage): void;
  terminate(): void;
}

interface NodeWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  unref(): void;
  on(event: "error" | "exit", listener: () => void): unknown;
}

interface WorkerThreads {
  readonly Worker: new (script: string, options: Readonly<Record<string, unknown>>) => NodeWorker;
}

interface Surroundings {
  readonly crossOriginIsolated?: boolean;
  readonly Worker?: typeof Worker;
  readonly process?: {
    getBuiltinModule?(name: "worker_threads"): WorkerThreads | undefined;
  };
}

const surroundings = globalThis as Surroundings;

function nodeThreads(): WorkerThreads | undefined {
  return surroundings.process?.getBuiltinModule?.("worker_threads");
}

/** Whether memory can be shared with workers here. */
export function canShareMemory(): boolean {
  if (!detectFeatures().threads || surroundings.crossOriginIsolated === false) return false;
  return nodeThreads() !== undefined || typeof surroundings.Worker === "function";
}

/**
 * Starts a worker that does not keep a program from ending.
 *
 * @param onDeath is called when it has ended, whatever for
 * @throws whatever the engine throws where workers are forbidden or too many.
 */
export function startWorker(script: string, onDeath: () => void): StartedWorker {
  const threads = nodeThreads();
  if (threads === undefined) return startWebWorker(script, onDeath);
  // Options of the process, such as loaders, are not for a script that imports nothing.
  const worker = new threads.Worker(script, { eval: true, execArgv: [], name: "gradtape" });
  worker.on("error", onDeath);
  worker.on("exit", onDeath);
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
}

function startWebWorker(script: string, onDeath: () => void): StartedWorker {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(address, { name: "gradtape" });
  const end = (): void => {
    URL.revokeObjectURL(address);
    worker.terminate();
    onDeath();
  };
  worker.onerror = (event) => {
    // Otherwise it would be reported as an error of the page.
    event.preventDefault();
    end();
  };
  worker.onmessageerror = end;
  return {
    post: (message) => worker.postMessage(message),
    terminate: end,
  };
}
