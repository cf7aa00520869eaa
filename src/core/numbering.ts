/** Numbers for objects, by which texts and keys tell them apart. */

/** Numbers objects as they come, so that equal ones have equal numbers. */
export class Numbering {
  readonly #numbers = new Map<unknown, number>();

  of(key: unknown): number {
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
