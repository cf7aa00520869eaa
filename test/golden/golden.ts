/** Reads the stored golden values: their format, its validation, and the decoding of their tensors. */
import { readFileSync } from "node:fs";
import type { DType } from "gradtape";

/** JSON has no NaN and no infinities, so these are strings; bools are 0 and 1. */
export type GoldenNumber = number | "NaN" | "Infinity" | "-Infinity";

/** A tensor; `values` are in row-major order. */
export interface GoldenTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly GoldenNumber[];
}

/** An argument of the call: `{ operand: k }` stands for operand k, `{ number: "Infinity" }` for that number. */
export type GoldenArgument =
  | number
  | string
  | boolean
  | readonly GoldenArgument[]
  | { readonly [option: string]: GoldenArgument };

/** Gradients of Σ weight · gradient, one for each operand in `wrt`. */
export interface GoldenSecondOrder {
  readonly weights: readonly GoldenTensor[];
  readonly gradients: readonly GoldenTensor[];
}

/** One call of one public function with what comes out of it. */
export interface GoldenCase {
  readonly name: string;
  /** Dotted public name, such as `nn.softmax`. */
  readonly call: string;
  readonly operands: readonly GoldenTensor[];
  readonly arguments: readonly GoldenArgument[];
  readonly outputs: readonly GoldenTensor[];
  /** One cotangent for each output; empty where nothing is differentiated. */
  readonly outputGradients: readonly GoldenTensor[];
  /** The operands that are differentiated. */
  readonly wrt: readonly number[];
  /** Gradients of Σ cotangent · output, one for each operand in `wrt`. */
  readonly gradients: readonly GoldenTensor[];
  readonly secondOrder: GoldenSecondOrder | undefined;
  /** Whether errors are relative to the largest element of a tensor, or to each element by itself. */
  readonly compare: "tensor" | "element";
  /** Where the stored numbers are less accurate than their dtype allows. */
  readonly tolerance: number | undefined;
}

const DTYPES = { float32: true, float64: true, int32: true, bool: true } as const;
const NON_FINITE = { NaN: Number.NaN, Infinity: Infinity, "-Infinity": -Infinity } as const;

/** The number that a stored one stands for. */
export function decodeNumber(value: GoldenNumber): number {
  return typeof value === "number" ? value : NON_FINITE[value];
}

/** The values of a stored tensor in the typed array of its dtype. */
export function decode(
  tensor: GoldenTensor,
): Float32Array | Float64Array | Int32Array | Uint8Array {
  const values = tensor.values.map(decodeNumber);
  switch (tensor.dtype) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "bool":
      return Uint8Array.from(values);
  }
}

/** The argument with its operands and non-finite numbers put in. */
export function substitute(argument: GoldenArgument, operands: readonly unknown[]): unknown {
  if (typeof argument !== "object") return argument;
  if (isList(argument)) return argument.map((entry) => substitute(entry, operands));
  const { operand, number } = argument;
  if (typeof operand === "number") return operands[operand];
  if (isNonFinite(number)) return NON_FINITE[number];
  return Object.fromEntries(
    Object.entries(argument).map(([option, value]) => [option, substitute(value, operands)]),
  );
}

/**
 * The cases of a file in this folder.
 *
 * @throws Error that names the case and the field when the file does not have the format.
 */
export function readGoldenCases(file: string): readonly GoldenCase[] {
  const parsed: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
  const { cases } = record(parsed, file);
  const goldens = list(cases, `cases of ${file}`).map(parseCase);
  const names = new Set(goldens.map((golden) => golden.name));
  if (names.size !== goldens.length) fail(`cases of ${file}`, "distinct names", "equal ones");
  return goldens;
}

function parseCase(value: unknown, position: number): GoldenCase {
  const fields = record(value, `case ${position}`);
  const { call, compare, tolerance, secondOrder } = fields;
  const name = text(fields.name, `name of case ${position}`);
  const tensors = (field: unknown, what: string): readonly GoldenTensor[] =>
    list(field ?? [], `${what} of ${name}`).map((entry) =>
      parseTensor(entry, `${what} of ${name}`),
    );
  const operands = tensors(fields.operands, "operands");
  const outputs = tensors(fields.outputs, "outputs");
  const wrt = list(fields.wrt ?? [], `wrt of ${name}`).map((entry) => {
    if (typeof entry === "number" && operands[entry] !== undefined) return entry;
    return fail(`wrt of ${name}`, "positions of operands", entry);
  });
  const sources = wrt.map((k) => operands[k]);
  const ofSources = (field: unknown, what: string): readonly GoldenTensor[] =>
    matching(tensors(field, what), sources, `${what} of ${name}`);
  return {
    name,
    call: text(call, `call of ${name}`),
    operands,
    arguments: list(fields.arguments, `arguments of ${name}`).map((entry) =>
      parseArgument(entry, `arguments of ${name}`),
    ),
    outputs,
    outputGradients: matching(
      tensors(fields.outputGradients, "outputGradients"),
      wrt.length > 0 ? outputs : [],
      `outputGradients of ${name}`,
    ),
    wrt,
    gradients: ofSources(fields.gradients, "gradients"),
    secondOrder: parseSecondOrder(secondOrder, ofSources, name),
    compare: compare === "element" ? compare : "tensor",
    tolerance: typeof tolerance === "number" ? tolerance : undefined,
  };
}

function parseSecondOrder(
  value: unknown,
  ofSources: (field: unknown, what: string) => readonly GoldenTensor[],
  name: string,
): GoldenSecondOrder | undefined {
  if (value === undefined) return undefined;
  const { weights, gradients } = record(value, `secondOrder of ${name}`);
  return {
    weights: ofSources(weights, "weights"),
    gradients: ofSources(gradients, "second gradients"),
  };
}

/**
 * A stored tensor, with as many values as its shape says.
 *
 * @throws Error that says where it was found when it is none.
 */
export function parseTensor(value: unknown, where: string): GoldenTensor {
  const { dtype, shape, values } = record(value, where);
  if (!isDType(dtype)) return fail(where, "a dtype", dtype);
  const lengths = list(shape, where).map((entry) =>
    Number.isInteger(entry) ? Number(entry) : fail(where, "axis lengths", entry),
  );
  const numbers = list(values, where).map((entry) =>
    typeof entry === "number" || isNonFinite(entry) ? entry : fail(where, "numbers", entry),
  );
  const size = lengths.reduce((product, length) => product * length, 1);
  if (numbers.length !== size) fail(where, `${size} values`, numbers.length);
  return { dtype, shape: lengths, values: numbers };
}

function parseArgument(value: unknown, where: string): GoldenArgument {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
    return value;
  }
  if (Array.isArray(value)) return value.map((entry) => parseArgument(entry, where));
  return Object.fromEntries(
    Object.entries(record(value, where)).map(([key, entry]) => [key, parseArgument(entry, where)]),
  );
}

/** The fields that objects of the file may have, before their types are checked. */
interface UncheckedFields {
  readonly cases?: unknown;
  readonly name?: unknown;
  readonly call?: unknown;
  readonly operands?: unknown;
  readonly arguments?: unknown;
  readonly outputs?: unknown;
  readonly outputGradients?: unknown;
  readonly wrt?: unknown;
  readonly gradients?: unknown;
  readonly secondOrder?: unknown;
  readonly weights?: unknown;
  readonly compare?: unknown;
  readonly tolerance?: unknown;
  readonly dtype?: unknown;
  readonly shape?: unknown;
  readonly values?: unknown;
}

/** The tensors, when there is one of the right dtype and shape for each of `others`. */
function matching(
  tensors: readonly GoldenTensor[],
  others: readonly (GoldenTensor | undefined)[],
  where: string,
): readonly GoldenTensor[] {
  const describe = (list: readonly (GoldenTensor | undefined)[]): string =>
    list.map((tensor) => `${tensor?.dtype} [${tensor?.shape}]`).join(" ");
  if (describe(tensors) !== describe(others)) fail(where, describe(others), describe(tensors));
  return tensors;
}

function isList(argument: object): argument is readonly GoldenArgument[] {
  return Array.isArray(argument);
}

function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(DTYPES, value);
}

function isNonFinite(value: unknown): value is keyof typeof NON_FINITE {
  return typeof value === "string" && Object.hasOwn(NON_FINITE, value);
}

function record(value: unknown, where: string): UncheckedFields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(where, "an object", value);
  }
  return value;
}

function list(value: unknown, where: string): readonly unknown[] {
  return Array.isArray(value) ? value : fail(where, "a list", value);
}

function text(value: unknown, where: string): string {
  return typeof value === "string" ? value : fail(where, "a string", value);
}

function fail(where: string, expected: string, actual: unknown): never {
  throw new Error(`${where}: expected ${expected}, found ${JSON.stringify(actual)}`);
}
