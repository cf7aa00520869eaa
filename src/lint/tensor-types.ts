/** Recognises tensors by their TypeScript type, where the parser offers type information. */
import type { Node } from "./eslint.js";

/** What a type says about a value used as a condition. */
export type Verdict = "tensor" | "other" | "unknown";

interface Declaration {
  getSourceFile(): { readonly fileName: string };
}

interface Type {
  readonly types?: readonly Type[];
  isUnion(): boolean;
  isIntersection(): boolean;
  getSymbol(): TypeSymbol | undefined;
  getConstructSignatures(): readonly unknown[];
  getBaseTypes(): readonly Type[] | undefined;
}

interface TypeSymbol {
  readonly name: string;
  readonly declarations?: readonly Declaration[];
}

interface Checker {
  getTypeAtLocation(node: object): Type;
  getBaseConstraintOfType(type: Type): Type | undefined;
  typeToString(type: Type): string;
}

interface TypedServices {
  readonly program: { getTypeChecker(): Checker };
  readonly esTreeNodeToTSNodeMap: { get(node: Node): object };
}

const CLASSES: ReadonlySet<string> = new Set(["Tensor", "Variable"]);

/** The folder this copy of gradtape is in, written as TypeScript writes paths. */
const OWN_FOLDER = decodeURIComponent(new URL("../../", import.meta.url).pathname).replace(
  /^\/(?=[A-Za-z]:)/,
  "",
);

/** Type information of the file being linted; null when its parser has none. */
export function typedServices(services: unknown): TypedServices | null {
  return isTyped(services) ? services : null;
}

function isTyped(services: unknown): services is TypedServices {
  return (
    typeof services === "object" &&
    services !== null &&
    "program" in services &&
    typeof services.program === "object" &&
    services.program !== null &&
    "esTreeNodeToTSNodeMap" in services
  );
}

/**
 * Judges an expression by its type: "tensor" if it, or a member of its union, is gradtape's Tensor
 * or Variable. A union with undefined, null or a lone `false` is "other": testing that it is there
 * is sensible. "unknown" is a type that says nothing (`any`).
 */
export function judgeType(node: Node, services: TypedServices): Verdict {
  const checker = services.program.getTypeChecker();
  const written = checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node));
  const type = checker.getBaseConstraintOfType(written) ?? written;
  const members = type.isUnion() ? (type.types ?? []) : [type];
  const names = new Set(members.map((member) => checker.typeToString(member)));
  if (names.has("any")) return "unknown";
  if (names.has("undefined") || names.has("null") || names.has("void")) return "other";
  if (names.has("false") && !names.has("true")) return "other";
  return members.some((member) => isTensorType(member)) ? "tensor" : "other";
}

function isTensorType(type: Type): boolean {
  if (type.isIntersection() || type.isUnion()) {
    return (type.types ?? []).some((part) => isTensorType(part));
  }
  if (type.getConstructSignatures().length > 0) return false;
  return (
    isTensorSymbol(type.getSymbol()) ||
    (type.getBaseTypes() ?? []).some((base) => isTensorType(base))
  );
}

function isTensorSymbol(symbol: TypeSymbol | undefined): boolean {
  return (
    symbol !== undefined &&
    CLASSES.has(symbol.name) &&
    (symbol.declarations ?? []).some((declaration) =>
      isOwnFile(declaration.getSourceFile().fileName),
    )
  );
}

function isOwnFile(fileName: string): boolean {
  if (fileName.includes("/node_modules/gradtape/")) return true;
  return fileName.startsWith(`${OWN_FOLDER}src/`) || fileName.startsWith(`${OWN_FOLDER}dist/`);
}
