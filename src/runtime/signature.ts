/** Signatures: what of the arguments of a compiled function decides whether it has to be traced again. */

import { isTypedArray } from "../core/dtype.js";
import { arrayTensor } from "../core/literals.js";
import { isPlainObject } from "../core/nest.js";
import { isBranded, notATensor } from "../core/not-a-tensor.js";
import { formatType, Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";

/** Arguments taken apart. */
export interface Signature {
  /** Equal for arguments that need one trace. */
  readonly key: string;
  /** What is at every place, for messages: `argument 0.x` is `float32[3]`. */
  readonly places: ReadonlyMap<string, string>;
  /** The tensors, in the order of the places. */
  readonly tensors: readonly Tensor[];
}

/** Objects that are static are told apart by identity. */
const numbers = new WeakMap<object, number>();
let counted = 0;

function identityOf(value: object): number {
  let number = numbers.get(value);
  if (number === undefined) {
    number = ++counted;
    numbers.set(value, number);
  }
  return number;
}

/**
 * Tensors and typed arrays count by shape and dtype, variables by identity, and all else by value: numbers, strings and the like by what
 * they are, functions and other objects by identity.
 *
 * @throws ArgumentError for a tensor of another installed copy of the library.
 */
export function signatureOf(parameters: readonly unknown[], operation: string): Signature {
  const tensors: Tensor[] = [];
  const places = new Map<string, string>();
  const note = (path: string, text: string): string => {
    places.set(path, text);
    return text;
  };
  const visit = (part: unknown, path: string): string => {
    if (part instanceof Tensor) {
      tensors.push(part);
      return note(path, formatType(part.type));
    }
    if (part instanceof Variable) return note(path, `Variable "${part.name}" #${part.id}`);
    if (isTypedArray(part)) {
      const tensor = arrayTensor(part, [part.length], undefined, false, operation);
      return visit(tensor, path);
    }
    if (Array.isArray(part)) {
      return `[${part.map((one, index) => visit(one, `${path}[${index}]`)).join(", ")}]`;
    }
    if (isPlainObject(part)) {
      const entries = Object.entries(part).map(
        ([key, one]) => `${JSON.stringify(key)}: ${visit(one, `${path}.${key}`)}`,
      );
      return `{${entries.join(", ")}}`;
    }
    if (isBranded(part)) throw notATensor(part, operation, path);
    if (typeof part === "function" || (typeof part === "object" && part !== null)) {
      return note(path, `${typeof part} #${identityOf(part)}`);
    }
    const text = typeof part === "string" ? JSON.stringify(part) : String(part);
    return note(path, Object.is(part, -0) ? "-0" : text);
  };
  const key = parameters.map((part, index) => visit(part, `argument ${index}`)).join(", ");
  return { key, places, tensors };
}

/** Arguments with tensors in the place of tensors and typed arrays, in the order of `signatureOf`; all else stays. */
export function withTensors(parameters: readonly unknown[], tensors: readonly Tensor[]): unknown[] {
  let next = 0;
  const visit = (part: unknown): unknown => {
    if (part instanceof Tensor || isTypedArray(part)) return tensors[next++]!;
    if (Array.isArray(part)) return part.map(visit);
    if (!isPlainObject(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, visit(one)]));
  };
  return parameters.map(visit);
}

/** How one signature differs from another, in words. */
export function difference(from: Signature, to: Signature): string {
  for (const [path, text] of to.places) {
    const before = from.places.get(path);
    if (before === undefined) return `${path} is new`;
    if (before !== text) return `${path} is ${text}, before it was ${before}`;
  }
  for (const path of from.places.keys()) if (!to.places.has(path)) return `${path} is gone`;
  return "the structure of the arguments differs";
}
