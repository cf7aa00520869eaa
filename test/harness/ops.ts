/** Every operation that a module of src/ops exports, found by reading the folder, so that no list has to be kept. */

import { readdirSync } from "node:fs";
import "../../src/index.js";
import { Op } from "../../src/core/op.js";
import type { Tensor } from "../../src/core/tensor.js";

/** A public function that runs an operation. */
export type OpFunction = (...operands: Tensor[]) => Tensor;

/** An operation, the public function that runs it if there is one, and where it is declared. */
export interface FoundOp {
  readonly op: Op;
  readonly run: OpFunction | undefined;
  readonly file: string;
}

const OPS_FOLDER = new URL("../../src/ops/", import.meta.url);

/** The operations in the order of files and exports, each once. */
export async function collectOps(): Promise<readonly FoundOp[]> {
  const found = new Map<Op, FoundOp>();
  for (const file of moduleFiles()) {
    const module: Record<string, unknown> = await import(new URL(file, OPS_FOLDER).href);
    for (const value of Object.values(module)) {
      const op = opOf(value);
      if (op === undefined) continue;
      const run = typeof value === "function" ? (value as OpFunction) : undefined;
      const known = found.get(op);
      found.set(op, { op, file: known?.file ?? file, run: known?.run ?? run });
    }
  }
  return [...found.values()];
}

function moduleFiles(): string[] {
  return readdirSync(OPS_FOLDER, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

/** The operation that an export is, or that is attached to it. */
export function opOf(value: unknown): Op | undefined {
  if (value instanceof Op) return value;
  if (typeof value === "function" && "op" in value && value.op instanceof Op) return value.op;
  return undefined;
}

/** Names that two operations have; operations are known by name in messages and graphs. */
export function sharedNames(ops: readonly FoundOp[]): string[] {
  const files = new Map<string, string[]>();
  for (const { op, file } of ops) files.set(op.name, [...(files.get(op.name) ?? []), file]);
  return [...files]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `the name "${name}" is taken twice, in ${places.join(" and ")}`);
}
