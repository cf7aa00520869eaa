/** A recorder that listens while a function runs. */

import { activate, deactivate, type Recorder } from "../core/dispatch.js";

/** Runs `f` while `recorder` listens, and gives what it returns. */
export function listenTo<T>(recorder: Recorder, f: () => T): T {
  activate(recorder);
  try {
    return f();
  } finally {
    deactivate(recorder);
  }
}
