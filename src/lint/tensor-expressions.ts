/** Recognises tensors by how the code is written: calls into gradtape and what is made from them. */
import type { Trail } from "./api-path.js";
import { apiPath, findVariable, writtenName } from "./api-path.js";
import type { Node, Reference, ScopeVariable, SourceCode } from "./eslint.js";
import { NON_TENSOR_FUNCTIONS, NON_TENSOR_METHODS } from "./tensor-names.js";

/** A trail that also knows the variables whose first value is a tensor and whose later ones are being judged. */
interface TensorTrail extends Trail {
  readonly assumed: ReadonlySet<ScopeVariable>;
}

/**
 * Whether an expression surely is a tensor or Variable, judged without types.
 *
 * Sure are `new Variable(...)`, calls of gradtape's functions that return one tensor, method chains
 * on these, and variables that are only ever given such values. Parameters, results taken apart by
 * destructuring and optional chains are not.
 */
export function isTensorExpression(node: Node, sourceCode: SourceCode): boolean {
  return isTensor(node, { sourceCode, followed: new Set(), assumed: new Set() });
}

function isTensor(node: Node, trail: TensorTrail): boolean {
  switch (node.type) {
    case "Identifier":
      return isTensorVariable(node, trail);
    case "CallExpression":
      return node.optional !== true && isTensorCall(node.callee, trail);
    case "NewExpression":
      return apiPath(node.callee, trail)?.join(".") === "Variable";
    case "AssignmentExpression":
      return node.operator === "=" && isTensor(node.right, trail);
    case "ConditionalExpression":
      return isTensor(node.consequent, trail) && isTensor(node.alternate, trail);
    case "SequenceExpression": {
      const last = node.expressions.at(-1);
      return last !== undefined && isTensor(last, trail);
    }
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
      return isTensor(node.expression, trail);
    default:
      return false;
  }
}

function isTensorCall(callee: Node, trail: TensorTrail): boolean {
  const name = apiPath(callee, trail)?.at(-1);
  if (name !== undefined) return !NON_TENSOR_FUNCTIONS.has(name);
  if (callee.type !== "MemberExpression" || callee.optional === true) return false;
  const method = writtenName(callee.property, callee.computed);
  return method !== null && !NON_TENSOR_METHODS.has(method) && isTensor(callee.object, trail);
}

/** Met again in its own later values (`sum = sum.add(x)`), a variable is what its first value is. */
function isTensorVariable(identifier: Node, trail: TensorTrail): boolean {
  const found = findVariable(identifier, trail.sourceCode);
  if (found === null) return false;
  const { variable, definition } = found;
  if (trail.assumed.has(variable)) return true;
  const { node } = definition;
  if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier") return false;
  if (node.init === null || trail.followed.has(variable)) return false;
  const first = { ...trail, followed: new Set([...trail.followed, variable]) };
  const later = { ...trail, assumed: new Set([...trail.assumed, variable]) };
  return (
    isTensor(node.init, first) &&
    variable.references.every((reference) => keepsTensor(reference, later))
  );
}

function keepsTensor(reference: Reference, trail: TensorTrail): boolean {
  if (reference.init === true || !reference.isWrite()) return true;
  const assignment = reference.identifier.parent;
  return (
    assignment?.type === "AssignmentExpression" &&
    assignment.operator === "=" &&
    assignment.left === reference.identifier &&
    isTensor(assignment.right, trail)
  );
}
