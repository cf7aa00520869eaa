/** The name of the method that `using` calls, also where the engine does not know it yet. */

/// <reference lib="esnext.disposable" preserve="true" />

/** `Symbol.dispose`, or the symbol that compilers use in its place. */
export const dispose: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ??
  (Symbol.for("Symbol.dispose") as typeof Symbol.dispose);
