/** What is stored of a session: the messages in their order, and what the answers to them must hold. */

export interface Exchange {
  readonly message: Readonly<Record<string, unknown>>;
  /** The answer to an evaluate message, by a program that is none of ours. */
  readonly output?: unknown;
}

/** How close an output must come to the stored one. */
export const TOLERANCE = 1e-8;

/**
 * particle and saddle end near where they start, some steps of 10⁻⁵ away; this is 10⁻⁸ of those steps.
 */
export const TOLERANCE_OF_DESCENTS = 1e-13;

export function toleranceOf(module: string): number {
  return ["particle", "saddle"].includes(module) ? TOLERANCE_OF_DESCENTS : TOLERANCE;
}
