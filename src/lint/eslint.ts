/** The parts of ESLint that the rule uses, described here so that users of the types need no further package. */

interface NodeOf<T extends string> {
  readonly type: T;
  readonly parent?: Node | null;
}

export interface Identifier extends NodeOf<"Identifier"> {
  readonly name: string;
}

export interface Literal extends NodeOf<"Literal"> {
  readonly value?: unknown;
}

export interface MemberExpression extends NodeOf<"MemberExpression"> {
  readonly object: Node;
  readonly property: Node;
  readonly computed: boolean;
  readonly optional?: boolean;
}

export interface CallExpression extends NodeOf<"CallExpression"> {
  readonly callee: Node;
  readonly arguments: readonly Node[];
  readonly optional?: boolean;
}

export interface NewExpression extends NodeOf<"NewExpression"> {
  readonly callee: Node;
}

export interface ConditionalExpression extends NodeOf<"ConditionalExpression"> {
  readonly test: Node;
  readonly consequent: Node;
  readonly alternate: Node;
}

export interface LogicalExpression extends NodeOf<"LogicalExpression"> {
  readonly operator: "&&" | "||" | "??";
  readonly left: Node;
  readonly right: Node;
}

export interface UnaryExpression extends NodeOf<"UnaryExpression"> {
  readonly operator: string;
  readonly argument: Node;
}

export interface AssignmentExpression extends NodeOf<"AssignmentExpression"> {
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}

export interface SequenceExpression extends NodeOf<"SequenceExpression"> {
  readonly expressions: readonly Node[];
}

export interface AwaitExpression extends NodeOf<"AwaitExpression"> {
  readonly argument: Node;
}

export interface ImportExpression extends NodeOf<"ImportExpression"> {
  readonly source: Node;
}

/** What TypeScript writes around an expression without changing its value. */
export interface TypeWrapper
  extends NodeOf<
    "TSAsExpression" | "TSNonNullExpression" | "TSSatisfiesExpression" | "TSTypeAssertion"
  > {
  readonly expression: Node;
}

/** `if`, `while`, `do` and `for`; only `for` may have no test. */
export interface TestStatement
  extends NodeOf<"IfStatement" | "WhileStatement" | "DoWhileStatement" | "ForStatement"> {
  readonly test: Node | null;
}

export interface VariableDeclarator extends NodeOf<"VariableDeclarator"> {
  readonly id: Node;
  readonly init: Node | null;
}

export interface Property extends NodeOf<"Property"> {
  readonly key: Node;
  readonly value: Node;
  readonly computed: boolean;
}

export interface ObjectPattern extends NodeOf<"ObjectPattern"> {
  readonly properties: readonly Node[];
}

export interface ImportSpecifier extends NodeOf<"ImportSpecifier"> {
  readonly imported: Node;
}

export interface ImportNamespaceSpecifier extends NodeOf<"ImportNamespaceSpecifier"> {
  readonly local: Node;
}

export interface ImportDeclaration extends NodeOf<"ImportDeclaration"> {
  readonly source: Node;
}

/** The nodes the rule tells apart; any other kind falls to the default of a switch. */
export type Node =
  | Identifier
  | Literal
  | MemberExpression
  | CallExpression
  | NewExpression
  | ConditionalExpression
  | LogicalExpression
  | UnaryExpression
  | AssignmentExpression
  | SequenceExpression
  | AwaitExpression
  | ImportExpression
  | TypeWrapper
  | TestStatement
  | VariableDeclarator
  | Property
  | ObjectPattern
  | ImportSpecifier
  | ImportNamespaceSpecifier
  | ImportDeclaration;

export interface Definition {
  readonly type: string;
  readonly node: Node;
  readonly parent?: Node | null;
}

export interface Reference {
  readonly identifier: Node;
  readonly init?: boolean;
  isWrite(): boolean;
}

export interface ScopeVariable {
  readonly defs: readonly Definition[];
  readonly references: readonly Reference[];
}

export interface Scope {
  readonly set: ReadonlyMap<string, ScopeVariable>;
  readonly upper: Scope | null;
}

export interface SourceCode {
  readonly parserServices?: unknown;
  getScope(node: Node): Scope;
}

export interface TextEdit {
  range: [number, number];
  text: string;
}

export interface Fixer {
  insertTextAfter(node: Node, text: string): TextEdit;
}

export interface Report {
  readonly node: Node;
  readonly messageId: string;
  readonly suggest?: { messageId: string; fix(fixer: Fixer): TextEdit }[];
}

/** What a rule is given; the source is no `SourceCode` where ESLint lints another language. */
export interface RuleContext {
  readonly sourceCode: object;
  report(report: Report): void;
}

/** The kinds of node the rule visits. */
export type Listener = {
  IfStatement?: (node: TestStatement) => void;
  WhileStatement?: (node: TestStatement) => void;
  DoWhileStatement?: (node: TestStatement) => void;
  ForStatement?: (node: TestStatement) => void;
  ConditionalExpression?: (node: ConditionalExpression) => void;
  UnaryExpression?: (node: UnaryExpression) => void;
  LogicalExpression?: (node: LogicalExpression) => void;
  AssignmentExpression?: (node: AssignmentExpression) => void;
  CallExpression?: (node: CallExpression) => void;
};
