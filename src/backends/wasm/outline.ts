/** Code moved into a function of its own, which takes over locals of the function that calls it. */

import type { Address } from "./addresses.js";
import { FunctionBuilder, type Local } from "./function-builder.js";
import type { ValueType } from "./opcodes.js";
import { plainType } from "./scalar-emitter.js";

/** The parameters of a function, as they are found one after the other. */
export class Outline {
  readonly #outer: Local[] = [];
  readonly #types: ValueType[] = [];

  /** The parameter that is a local of the calling function. */
  take(local: Local, type: ValueType): Local {
    const known = this.#outer.indexOf(local);
    if (known >= 0) return known;
    this.#types.push(type);
    return this.#outer.push(local) - 1;
  }

  /** What an address of the calling function is in this one. */
  address(address: Address): Address {
    switch (address.kind) {
      case "fixed":
      case "constants":
        return address;
      case "local":
        return { ...address, local: this.take(address.local, "i32") };
      case "elements": {
        const type = plainType(address.type);
        return { ...address, locals: address.locals.map((local) => this.take(local, type)) };
      }
    }
  }

  /** The function; nothing more can be taken. */
  begin(results: readonly ValueType[]): FunctionBuilder {
    return new FunctionBuilder(this.#types, results);
  }

  /** Puts the arguments on the stack. */
  pass(caller: FunctionBuilder): void {
    for (const local of this.#outer) caller.get(local);
  }
}
