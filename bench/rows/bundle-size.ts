/** What a page downloads: programs bundled by esbuild, minified and gzipped. */

import { gzipSync } from "node:zlib";
import { type Figures, OURS, type Row } from "../row.js";

/** The gradient of a small network's loss: the tape, and ten operations. */
const OUR_PROGRAM = `
  import { add, constant, divide, exp, GradientTape, matmul, multiply, reduceMean, reduceSum,
    reshape, subtract, tanh } from "gradtape";
  const x = constant([[1, 2], [3, 4]]);
  const tape = new GradientTape();
  tape.watch(x);
  const hidden = tanh(add(matmul(x, x), 1));
  const odds = exp(subtract(hidden, reduceMean(hidden)));
  const loss = reduceSum(multiply(reshape(divide(odds, reduceSum(odds)), [2, 2]), x));
  console.log(tape.gradient(loss, x).toArray());
`;

const TENSORFLOW_PROGRAM = `
  import { add, div, exp, grad, matMul, mul, mean, reshape, sub, sum, tanh, tensor2d } from "@tensorflow/tfjs";
  const gradient = grad((x) => {
    const hidden = tanh(add(matMul(x, x), 1));
    const odds = exp(sub(hidden, mean(hidden)));
    return sum(mul(reshape(div(odds, sum(odds)), [2, 2]), x));
  });
  console.log(gradient(tensor2d([[1, 2], [3, 4]])).arraySync());
`;

const JAX_PROGRAM = `
  import { grad, numpy } from "@jax-js/jax";
  const gradient = grad((x) => {
    const hidden = numpy.tanh(numpy.matmul(x.ref, x.ref).add(1));
    const odds = numpy.exp(hidden.ref.sub(numpy.mean(hidden)));
    return numpy.reshape(odds.ref.div(numpy.sum(odds)), [2, 2]).mul(x).sum();
  });
  console.log(gradient(numpy.array([[1, 2], [3, 4]])).js());
`;

const everythingOf = (library: string): string =>
  `import * as library from "${library}"; globalThis.library = library;`;

/** Kilobytes (10³ bytes) after esbuild's minification and gzip -9 of what a page loads before a program begins. */
async function kilobytes(program: string, splitting: boolean): Promise<number> {
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: process.cwd(), sourcefile: "program.js" },
    bundle: true,
    minify: true,
    splitting,
    metafile: true,
    outdir: "bundle",
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
    external: ["node:*", "fs", "path", "worker_threads", "perf_hooks", "os", "crypto"],
    tsconfigRaw: "{}",
  });
  const first = new Set<string>();
  const visit = (path: string): void => {
    if (first.has(path)) return;
    first.add(path);
    for (const part of metafile.outputs[path]?.imports ?? []) {
      if (part.kind === "import-statement" && !part.external) visit(part.path);
    }
  };
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
    entryPoint?.endsWith("program.js"),
  )!;
  visit(entry);
  const loaded = outputFiles.filter(({ path }) => [...first].some((one) => path.endsWith(one)));
  const text = loaded.map((file) => file.text).join("\n");
  return gzipSync(text, { level: 9 }).length / 1000;
}

/** What is loaded when it is needed counts for neither; a program that never needs it is one file. */
async function sizes(program: string, library: string): Promise<Figures> {
  return {
    program: await kilobytes(program, false),
    everything: await kilobytes(everythingOf(library), true),
  };
}

export const bundleSize: Row = {
  name: "bundle-size",
  title: "bundles, minified and gzipped",
  processes: 1,
  once: true,
  contenders: {
    [OURS]: () => sizes(OUR_PROGRAM, "gradtape"),
    tfjs: () => sizes(TENSORFLOW_PROGRAM, "@tensorflow/tfjs"),
    "jax-js": () => sizes(JAX_PROGRAM, "@jax-js/jax"),
  },
  metrics: [
    {
      name: "program",
      label: "the gradient of a program with ten operations",
      unit: "kB",
      bars: [{ kind: "atMost", limit: 35 }],
    },
    {
      name: "everything",
      label: "everything that is exported",
      unit: "kB",
      bars: [{ kind: "atMost", limit: 80 }],
    },
  ],
};
