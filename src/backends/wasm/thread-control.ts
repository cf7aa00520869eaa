/**
 * The control block: the shared cells by which a calling thread and its workers agree on who computes which part of a job.
 *
 * A job is one statement cut into parts. Its ticket holds the number of the job and that of the next part in one cell, so that whoever
 * raises it by one has taken that part of that very job, even after having slept through others. What is said of a job changes only
 * while the ticket is closed.
 */

/** The places of cells of 32 bits; those that different threads write often lie apart. */
export const CELLS = {
  /** Raised whenever workers should look for work or mail. */
  wake: 0,
  ticket: 16,
  parts: 17,
  program: 18,
  callee: 19,
  /** How many threads may take parts, the caller among them. */
  limit: 20,
  /** How many parts workers have finished; raised to wake the caller. */
  finished: 32,
  /** One for each slot: messages that have been posted to the worker. */
  mail: 48,
  /** One for each part of the job. */
  states: 64,
} as const;

/** Workers have the slots from 1 on; the calling thread has 0. */
export const MOST_SLOTS = 16;

/** What a part's number takes of a ticket; a ticket with the last number is closed. */
export const PART_BITS = 8;
export const CLOSED = 2 ** PART_BITS - 1;

/** What is known of a part: at first nothing, then that it is done, or that a worker cannot do it. */
export const DONE = 1;
export const FAILED = 2;

/** A control block without a job. */
export function newControl(): Int32Array<SharedArrayBuffer> {
  const cells = CELLS.states + CLOSED;
  const control = new Int32Array(new SharedArrayBuffer(4 * cells));
  control[CELLS.ticket] = CLOSED;
  return control;
}
