/** ONNX Runtime as a reference for products of matrices: in WebAssembly, and native. It is measured where it is installed. */

import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { median } from "../../timing.js";
import { productModel } from "./onnx-model.js";

type Package = "onnxruntime-web" | "onnxruntime-node";

/** What is used of both packages, whose own types are absent where they are not installed. */
interface OnnxRuntime {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<Session>;
  };
  readonly Tensor: new (
    type: "float32",
    values: Float32Array,
    shape: readonly number[],
  ) => OnnxTensor;
}
interface OnnxTensor {
  readonly data: ArrayLike<number>;
}
interface Session {
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<"c", OnnxTensor>>>;
}

const WARM_UP_MILLISECONDS = 1000;
const MEASURED_MILLISECONDS = 2000;

/** The packages are large, so that they may lie in another folder, which BENCH_ONNXRUNTIME names. */
function locate(name: Package): string | undefined {
  const folder = process.env["BENCH_ONNXRUNTIME"] ?? process.cwd();
  try {
    return createRequire(join(folder, "package.json")).resolve(name);
  } catch {
    return undefined;
  }
}

/** Median milliseconds of a run that is awaited; there is no other way to call a session. */
async function warmMillisecondsAwaited(run: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MILLISECONDS + MEASURED_MILLISECONDS) {
    const before = performance.now();
    await run();
    if (before - start > WARM_UP_MILLISECONDS) samples.push(performance.now() - before);
  }
  return median(samples);
}

async function measure(
  path: string,
  length: number,
  operands: () => readonly [Float32Array, Float32Array],
  check: (product: ArrayLike<number>) => void,
): Promise<number> {
  const runtime = createRequire(path)(path) as OnnxRuntime;
  // As many as this process may run on, so that `taskset` decides for every contender.
  const threads = availableParallelism();
  runtime.env.wasm.numThreads = threads;
  const session = await runtime.InferenceSession.create(productModel(length), {
    intraOpNumThreads: threads,
  });
  const [a, b] = operands().map(
    (values) => new runtime.Tensor("float32", values, [length, length]),
  );
  const inputs = { a: a!, b: b! };
  check((await session.run(inputs)).c.data);
  return warmMillisecondsAwaited(() => session.run(inputs));
}

/** For each of the two packages that is installed: a function that gives the milliseconds of a product of square matrices. */
export function onnxRuntimes(
  length: number,
  operands: () => readonly [Float32Array, Float32Array],
  check: (product: ArrayLike<number>) => void,
): Readonly<Record<string, () => Promise<number>>> {
  const packages = ["onnxruntime-web", "onnxruntime-node"] as const;
  return Object.fromEntries(
    packages.flatMap((name) => {
      const path = locate(name);
      return path === undefined ? [] : [[name, () => measure(path, length, operands, check)]];
    }),
  );
}
