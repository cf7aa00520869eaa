/** `gradtape/lint`: an ESLint plugin that finds tensors used as conditions. */
import { noTensorCondition } from "./no-tensor-condition.js";

/**
 * The ESLint plugin; its rule is `no-tensor-condition`.
 *
 * @example
 * import { plugin } from "gradtape/lint";
 *
 * export default [{ plugins: { gradtape: plugin }, rules: { "gradtape/no-tensor-condition": "error" } }];
 */
export const plugin = {
  meta: { name: "gradtape", namespace: "gradtape" },
  rules: { "no-tensor-condition": noTensorCondition },
};

/**
 * A flat configuration that turns the rule on.
 *
 * @example
 * import { recommended } from "gradtape/lint";
 *
 * export default [recommended];
 */
export const recommended = {
  name: "gradtape/recommended",
  plugins: { gradtape: plugin },
  rules: { "gradtape/no-tensor-condition": "error" as const },
};
