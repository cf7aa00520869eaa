/** What a custom pullback returns, matched with the arguments of its function. */

import { describe } from "../core/convert.js";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.js";
import { sameShape } from "../core/shape.js";
import { Tensor } from "../core/tensor.js";
import { Variable } from "../core/variable.js";

const OPERATION = "customGradient";

/** A tensor among the arguments, and the way to it. */
export interface ArgumentLeaf {
  readonly tensor: Tensor;
  readonly path: readonly string[];
}

/** The tensors in arguments, depth first; what is neither tensor, array nor plain object is a static value and has no cotangent. */
export function argumentLeaves(parameters: readonly unknown[]): ArgumentLeaf[] {
  const leaves: ArgumentLeaf[] = [];
  const visit = (part: unknown, path: readonly string[]): void => {
    if (part instanceof Tensor) leaves.push({ tensor: part, path });
    else if (part instanceof Variable) leaves.push({ tensor: part.read(), path });
    else if (isContainer(part)) {
      for (const [key, one] of Object.entries(part)) visit(one, [...path, key]);
    }
  };
  for (const [key, parameter] of Object.entries(parameters)) visit(parameter, [key]);
  return leaves;
}

function isContainer(part: unknown): part is object {
  if (Array.isArray(part)) return true;
  return (
    typeof part === "object" && part !== null && Object.getPrototypeOf(part) === Object.prototype
  );
}

/** An argument with every tensor and variable in it replaced, and static values as they are. */
export function replaceTensors(
  part: unknown,
  replace: (leaf: Tensor | Variable) => Tensor,
): unknown {
  if (part instanceof Tensor || part instanceof Variable) return replace(part);
  if (Array.isArray(part)) return part.map((one) => replaceTensors(one, replace));
  if (!isContainer(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, one]) => [key, replaceTensors(one, replace)]),
  );
}

/**
 * The cotangents of the argument leaves and then of the variables, undefined where null is given.
 *
 * @throws ArgumentError when their number or structure is wrong; ShapeError or DTypeError when one does not fit.
 */
export function matchCotangents(
  returned: unknown,
  parameters: readonly unknown[],
  leaves: readonly ArgumentLeaf[],
  variables: readonly Variable[],
): (Tensor | undefined)[] {
  const { inputs, ofVariables } = splitReturned(returned, variables);
  const list = asList(inputs, parameters);
  const ofArguments = leaves.map(({ tensor, path }) => {
    let part: unknown = list;
    for (const key of path) {
      if (part === null || part === undefined) return undefined;
      part = isContainer(part)
        ? (part as Readonly<Record<string, unknown>>)[key]
        : wrongPart(part, path);
    }
    return fitting(part, tensor, `argument ${path.join(".")}`);
  });
  return [
    ...ofArguments,
    ...ofVariables.map((one, index) =>
      fitting(one, variables[index]!, `Variable "${variables[index]!.name}"`),
    ),
  ];
}

function wrongPart(part: unknown, path: readonly string[]): never {
  throw new ArgumentError(
    `${OPERATION}: the pullback must give cotangents in the structure of the arguments, got ${describe(part)} ` +
      `on the way to argument ${path.join(".")}`,
  );
}

function splitReturned(
  returned: unknown,
  variables: readonly Variable[],
): { readonly inputs: unknown; readonly ofVariables: readonly unknown[] } {
  if (variables.length === 0) return { inputs: returned, ofVariables: [] };
  const names = variables.map(({ name }) => `"${name}"`).join(", ");
  if (!isContainer(returned) || !("inputs" in returned) || !("variables" in returned)) {
    throw new ArgumentError(
      `${OPERATION}: f reads the variables ${names}, which are not among its arguments, so that its pullback must return ` +
        `{ inputs, variables } with a list of their cotangents, got ${describe(returned)}`,
    );
  }
  const ofVariables: unknown = returned.variables;
  if (!Array.isArray(ofVariables) || ofVariables.length !== variables.length) {
    throw new ArgumentError(
      `${OPERATION}: the pullback must give ${variables.length} cotangents of variables, for ${names}, ` +
        `got ${Array.isArray(ofVariables) ? ofVariables.length : describe(ofVariables)}`,
    );
  }
  return { inputs: returned.inputs, ofVariables };
}

/** One entry for each argument; a single argument's may come without a list around it. */
function asList(inputs: unknown, parameters: readonly unknown[]): readonly unknown[] {
  const single = parameters.length === 1;
  const isWrapped = Array.isArray(inputs) && inputs.length === 1 && !Array.isArray(parameters[0]);
  if (single && !isWrapped) {
    if (Array.isArray(inputs) && !Array.isArray(parameters[0])) {
      throw wrongCount(inputs.length, 1);
    }
    return [inputs];
  }
  if (!Array.isArray(inputs)) {
    throw new ArgumentError(
      `${OPERATION}: the pullback must return a list of ${parameters.length} cotangents, one for each argument, ` +
        `got ${describe(inputs)}`,
    );
  }
  if (inputs.length !== parameters.length) throw wrongCount(inputs.length, parameters.length);
  return inputs;
}

function wrongCount(given: number, due: number): ArgumentError {
  return new ArgumentError(
    `${OPERATION}: the pullback returned ${given} cotangents for ${due} ${due === 1 ? "argument" : "arguments"}`,
  );
}

function fitting(given: unknown, primal: Tensor | Variable, label: string): Tensor | undefined {
  if (given === null || given === undefined) return undefined;
  const cotangent = given instanceof Variable ? given.read() : given;
  if (!(cotangent instanceof Tensor)) {
    throw new ArgumentError(
      `${OPERATION}: the cotangent of ${label} must be a tensor or null, got ${describe(given)}`,
    );
  }
  if (!sameShape(cotangent.shape, primal.shape)) {
    throw new ShapeError(
      `${OPERATION}: the pullback gave a cotangent of shape [${cotangent.shape.join(", ")}] for ${label}, which is ${describe(primal)}`,
    );
  }
  if (cotangent.dtype !== primal.dtype) {
    throw new DTypeError(
      `${OPERATION}: the pullback gave a cotangent of ${cotangent.dtype} for ${label}, which is ${describe(primal)}`,
    );
  }
  return cotangent;
}
