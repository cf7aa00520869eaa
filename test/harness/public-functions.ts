/** The functions that the library exports, in all namespaces, and which of them nothing here has to differentiate. */

import * as tf from "gradtape";

export type PublicFunction = (...parameters: never) => unknown;

/** Functions that give no gradient, as they take no floating tensors, read only shapes, are flat, or are tools; by the shortest name. */
export const NOT_DIFFERENTIABLE: ReadonlySet<string> = new Set([
  "argmax",
  "argmin",
  "constant",
  "convertToTensor",
  "detectAnomalies",
  "explainGradient",
  "eye",
  "graph.print",
  "graph.run",
  "graph.trace",
  "graph.verify",
  "loadCompiler",
  "ones",
  "onesLike",
  "random.categorical",
  "random.setSeed",
  "range",
  "rank",
  "reduceAll",
  "reduceAny",
  "setThreads",
  "shape",
  "size",
  "stopGradient",
  "zeros",
  "zerosLike",
]);

/** Every public function with all of its names, the shortest first; classes are left out. */
export function publicNames(): ReadonlyMap<PublicFunction, readonly string[]> {
  const names = new Map<PublicFunction, string[]>();
  const visit = (namespace: object, path: string): void => {
    for (const [key, value] of Object.entries(namespace)) {
      if (isPublicFunction(value)) names.set(value, [...(names.get(value) ?? []), path + key]);
      else if (typeof value === "object" && value !== null) visit(value, `${path}${key}.`);
    }
  };
  visit(tf, "");
  for (const paths of names.values()) paths.sort((a, b) => a.length - b.length);
  return names;
}

function isPublicFunction(value: unknown): value is PublicFunction {
  return typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value));
}
