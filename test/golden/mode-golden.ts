/** Reads the stored derivatives of JAX and PyTorch: their format, its validation, and comparison with them. */
import { readFileSync } from "node:fs";
import * as tf from "gradtape";
import { expect } from "vitest";
import { decode, type GoldenTensor, parseTensor } from "./golden.js";

/** A program at a point, with what a library makes of both. */
export interface ModeCase {
  readonly name: string;
  readonly program: string;
  readonly operands: readonly GoldenTensor[];
  /** Of the shape of the result y: the scalar that is differentiated is Σ weights · y. */
  readonly weights: GoldenTensor;
  /** A direction for every operand. */
  readonly tangents: readonly GoldenTensor[];
  readonly value: GoldenTensor;
  readonly gradients: readonly GoldenTensor[];
  /** Each of the shape of the result followed by that of the operand. */
  readonly jacobians: readonly GoldenTensor[];
  /** The Hessian of the scalar times the tangents. */
  readonly products: readonly GoldenTensor[];
}

/** A point where gradtape has other derivatives than the library. */
export interface ModeDifference {
  readonly name: string;
  readonly program: string;
  readonly reason: string;
  /** 1: gradients of the sum of the results; 2: the Hessian of that sum times ones. */
  readonly order: number;
  readonly operands: readonly GoldenTensor[];
  /** What the library has. */
  readonly found: readonly GoldenTensor[];
  /** What gradtape has. */
  readonly expected: readonly GoldenTensor[];
}

export interface ModeGoldens {
  /** The library with its version. */
  readonly madeWith: string;
  readonly cases: readonly ModeCase[];
  readonly differences: readonly ModeDifference[];
}

/**
 * The content of a file in this folder.
 *
 * @throws Error that names the entry and the field when the file does not have the format.
 */
export function readModeGoldens(file: string): ModeGoldens {
  const parsed: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
  const whole = new Entry(parsed, file);
  const cases = whole.entries("cases").map(parseCase);
  const differences = whole.entries("differences").map(parseDifference);
  for (const named of [cases, differences]) {
    if (new Set(named.map(({ name }) => name)).size !== named.length) {
      throw new Error(`${file}: names come twice`);
    }
  }
  return { madeWith: whole.text("madeWith"), cases, differences };
}

function parseCase(entry: Entry): ModeCase {
  return {
    name: entry.text("name"),
    program: entry.text("program"),
    operands: entry.tensors("operands"),
    weights: entry.tensor("weights"),
    tangents: entry.tensors("tangents"),
    value: entry.tensor("value"),
    gradients: entry.tensors("gradients"),
    jacobians: entry.tensors("jacobians"),
    products: entry.tensors("products"),
  };
}

function parseDifference(entry: Entry): ModeDifference {
  const order = entry.get("order");
  if (order !== 1 && order !== 2) throw new Error(`${entry.where}: the order is ${String(order)}`);
  return {
    name: entry.text("name"),
    program: entry.text("program"),
    reason: entry.text("reason"),
    order,
    operands: entry.tensors("operands"),
    found: entry.tensors("found"),
    expected: entry.tensors("expected"),
  };
}

/** An object of a file whose fields are checked when they are read. */
class Entry {
  readonly where: string;
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown, where: string) {
    this.#fields = new Map(
      Object.entries(typeof value === "object" && value !== null ? value : {}),
    );
    const name = this.#fields.get("name");
    this.where = typeof name === "string" ? `${where}, ${name}` : where;
  }

  get(field: string): unknown {
    const value = this.#fields.get(field);
    if (value === undefined) throw new Error(`${this.where}: no ${field}`);
    return value;
  }

  text(field: string): string {
    const value = this.get(field);
    if (typeof value !== "string") throw new Error(`${this.where}: ${field} is no string`);
    return value;
  }

  tensor(field: string): GoldenTensor {
    return parseTensor(this.get(field), `${field} of ${this.where}`);
  }

  tensors(field: string): readonly GoldenTensor[] {
    return this.#list(field).map((value) => parseTensor(value, `${field} of ${this.where}`));
  }

  entries(field: string): readonly Entry[] {
    return this.#list(field).map((value) => new Entry(value, `${field} of ${this.where}`));
  }

  #list(field: string): readonly unknown[] {
    const value = this.get(field);
    if (!Array.isArray(value)) throw new Error(`${this.where}: ${field} is no list`);
    return value;
  }
}

/** The stored tensor as a tensor. */
export function toTensor(stored: GoldenTensor): tf.Tensor {
  return tf.constant(decode(stored), { dtype: stored.dtype, shape: stored.shape });
}

/** Relative to the largest element of a tensor, as sums cancel. */
const RELATIVE_TOLERANCE = 1e-10;
const ABSOLUTE_TOLERANCE = 1e-12;

/** That tensors have the types of the stored ones, and their numbers up to rounding. */
export function expectTensors(
  what: string,
  actual: readonly tf.Tensor[],
  stored: readonly GoldenTensor[],
): void {
  expect(actual.length, `number of ${what}s`).toBe(stored.length);
  stored.forEach((expected, k) => {
    const tensor = actual[k];
    const label = `${what} ${k}`;
    expect(tensor?.dtype, `dtype of ${label}`).toBe(expected.dtype);
    expect(tensor?.shape, `shape of ${label}`).toEqual(expected.shape);
    const numbers = Array.from(decode(expected));
    const largest = numbers.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
    const tolerance = Math.max(RELATIVE_TOLERANCE * largest, ABSOLUTE_TOLERANCE);
    const found = Array.from(tensor?.data() ?? []);
    const errors = found.map((value, position) => Math.abs(value - Number(numbers[position])));
    const isClose = errors.every((error) => error <= tolerance);
    expect(isClose, `${label} is [${found}] instead of [${numbers}]`).toBe(true);
  });
}
