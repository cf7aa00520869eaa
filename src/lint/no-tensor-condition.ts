/** The rule that finds tensors used as conditions, which JavaScript takes for true whatever they hold. */
import { findVariable } from "./api-path.js";
import type {
  ConditionalExpression,
  Listener,
  Node,
  RuleContext,
  SourceCode,
  TestStatement,
} from "./eslint.js";
import { isTensorExpression } from "./tensor-expressions.js";
import { judgeType, typedServices } from "./tensor-types.js";

/**
 * ESLint rule `no-tensor-condition`: a tensor or Variable must not be a condition.
 *
 * It looks at the tests of `if`, `while`, `do`, `for` and `?:`, at the operands of `!`, `&&` and `||`,
 * and at the argument of `Boolean(...)`. With typescript-eslint's type information it judges by type;
 * otherwise it recognises calls into gradtape and variables made from them. Tests for null and
 * undefined, `??` and values that may be undefined are left alone.
 *
 * @example
 * if (tf.greater(x, 0)) {}          // reported: always true
 * if (tf.greater(x, 0).item()) {}   // fine
 */
export const noTensorCondition = {
  meta: {
    type: "problem" as const,
    docs: { description: "Disallow tensors as conditions, where they are always true" },
    messages: {
      alwaysTrue:
        "A tensor is an object, so as a condition it is always true, whatever it holds. Write .item() to test its value.",
      addItem: "Test the value of the tensor with .item().",
    },
    hasSuggestions: true,
    schema: [],
  },
  create: (context: RuleContext): Listener =>
    isScript(context.sourceCode) ? listen(context.sourceCode, context) : {},
};

function listen(sourceCode: SourceCode, context: RuleContext): Listener {
  const services = typedServices(sourceCode.parserServices);
  const reported = new Set<Node>();

  function isTensor(node: Node): boolean {
    const verdict = services === null ? "unknown" : judgeType(node, services);
    return verdict === "unknown" ? isTensorExpression(node, sourceCode) : verdict === "tensor";
  }

  function report(node: Node): void {
    if (reported.has(node)) return;
    reported.add(node);
    context.report({
      node,
      messageId: "alwaysTrue",
      suggest: isChainable(node)
        ? [{ messageId: "addItem", fix: (fixer) => fixer.insertTextAfter(node, ".item()") }]
        : [],
    });
  }

  function checkCondition(node: Node | null | undefined): void {
    if (node === null || node === undefined) return;
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      checkCondition(node.left);
      checkCondition(node.right);
    } else if (isTensor(node)) {
      report(node);
    }
  }

  const checkTest = (node: TestStatement | ConditionalExpression): void =>
    checkCondition(node.test);

  return {
    IfStatement: checkTest,
    WhileStatement: checkTest,
    DoWhileStatement: checkTest,
    ForStatement: checkTest,
    ConditionalExpression: checkTest,
    UnaryExpression: (node) => {
      if (node.operator === "!") checkCondition(node.argument);
    },
    LogicalExpression: (node) => {
      if (node.operator !== "??") checkCondition(node.left);
    },
    AssignmentExpression: (node) => {
      if (node.operator === "&&=" || node.operator === "||=") checkCondition(node.left);
    },
    CallExpression: ({ callee, arguments: [argument] }) => {
      const named = callee.type === "Identifier" && callee.name === "Boolean";
      if (named && findVariable(callee, sourceCode) === null) checkCondition(argument);
    },
  };
}

/** Whether the code is JavaScript or TypeScript; ESLint lints other languages too. */
function isScript(sourceCode: object): sourceCode is SourceCode {
  return "getScope" in sourceCode;
}

/** Whether `.item()` can be written right behind an expression. */
function isChainable(node: Node): boolean {
  return (
    node.type === "Identifier" || node.type === "MemberExpression" || node.type === "CallExpression"
  );
}
