/** Follows a name back to the import of gradtape it comes from, through aliases and destructuring. */
import type { Definition, Node, ObjectPattern, ScopeVariable, SourceCode } from "./eslint.js";

const PACKAGE = "gradtape";

/** Where names are looked up, and the variables whose first value is being followed, so that circles end. */
export interface Trail {
  readonly sourceCode: SourceCode;
  readonly followed: ReadonlySet<ScopeVariable>;
}

/** The one definition of the variable that an identifier stands for, if it is written in this file. */
export interface Found {
  readonly variable: ScopeVariable;
  readonly definition: Definition;
}

/** Finds what an identifier stands for; null if it has no definition or several. */
export function findVariable(identifier: Node, sourceCode: SourceCode): Found | null {
  if (identifier.type !== "Identifier") return null;
  let scope = sourceCode.getScope(identifier);
  for (;;) {
    const variable = scope.set.get(identifier.name);
    if (variable !== undefined) {
      const [definition, ...others] = variable.defs;
      return definition === undefined || others.length > 0 ? null : { variable, definition };
    }
    if (scope.upper === null) return null;
    scope = scope.upper;
  }
}

/** The name of a property that is written out, as in `x.add`, `x["add"]` or `{ add }`. */
export function writtenName(key: Node, computed: boolean): string | null {
  if (key.type === "Literal") return typeof key.value === "string" ? key.value : null;
  return key.type === "Identifier" && !computed ? key.name : null;
}

/**
 * The names that lead from the package to what an expression stands for: `["math", "exp"]` for
 * `tf.math.exp`, `[]` for `tf` itself; null for anything that is not part of gradtape.
 */
export function apiPath(node: Node, trail: Trail): readonly string[] | null {
  switch (node.type) {
    case "Identifier":
      return variablePath(node, trail);
    case "MemberExpression": {
      const name = writtenName(node.property, node.computed);
      const path = name === null ? null : apiPath(node.object, trail);
      return path === null || name === null ? null : [...path, name];
    }
    case "AwaitExpression":
      return node.argument.type === "ImportExpression" && isPackage(node.argument.source)
        ? []
        : null;
    default:
      return null;
  }
}

function variablePath(identifier: Node, trail: Trail): readonly string[] | null {
  const found = findVariable(identifier, trail.sourceCode);
  if (found === null || trail.followed.has(found.variable)) return null;
  const { node, parent } = found.definition;
  switch (node.type) {
    case "ImportNamespaceSpecifier":
      return isPackageImport(parent) ? [] : null;
    case "ImportSpecifier": {
      const name = isPackageImport(parent) ? writtenName(node.imported, false) : null;
      return name === null ? null : [name];
    }
    case "VariableDeclarator": {
      if (node.init === null || isReassigned(found.variable)) return null;
      const followed = new Set([...trail.followed, found.variable]);
      const path = apiPath(node.init, { sourceCode: trail.sourceCode, followed });
      if (path === null || node.id.type === "Identifier") return path;
      const name = node.id.type === "ObjectPattern" ? patternName(node.id, identifier) : null;
      return name === null ? null : [...path, name];
    }
    default:
      return null;
  }
}

function isPackage(source: Node): boolean {
  return source.type === "Literal" && source.value === PACKAGE;
}

function isPackageImport(declaration: Node | null | undefined): boolean {
  return declaration?.type === "ImportDeclaration" && isPackage(declaration.source);
}

function isReassigned(variable: ScopeVariable): boolean {
  return variable.references.some((reference) => reference.isWrite() && !reference.init);
}

/** The property that a name is taken from in `const { greater, exp: e } = tf`. */
function patternName(pattern: ObjectPattern, identifier: Node): string | null {
  if (identifier.type !== "Identifier") return null;
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.value.type !== "Identifier") continue;
    if (property.value.name === identifier.name) {
      return writtenName(property.key, property.computed);
    }
  }
  return null;
}
