/** Columns that grow, and a map from tensor numbers to slots: the compact parts of a tape. */

const CHUNK_BITS = 12;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_SIZE - 1;
/** What a column begins with: engines keep typed arrays of up to 64 bytes in their own heap, where they are cheap to make. */
const SMALL_CHUNK = 16;
/** How fast the first chunk grows. */
const GROWTH = 4;

/** A list of references in chunks, which grows without being copied and shrinks as it is given up. */
export class ReferenceColumn<T> {
  readonly #chunks: (T | undefined)[][] = [];
  #last: (T | undefined)[] = [];
  length = 0;

  /** The value at an index below `length`. */
  get(index: number): T {
    return this.#chunks[index >>> CHUNK_BITS]![index & CHUNK_MASK] as T;
  }

  push(value: T): void {
    const place = this.length & CHUNK_MASK;
    if (place === 0) {
      this.#last = this.length === 0 ? [] : new Array<T | undefined>(CHUNK_SIZE).fill(undefined);
      this.#chunks.push(this.#last);
    }
    this.#last[place] = value;
    this.length++;
  }

  /** Gives up everything from an index on. */
  truncate(length: number): void {
    while (this.length > length) {
      const place = --this.length & CHUNK_MASK;
      this.#last[place] = undefined;
      if (place === 0) {
        this.#chunks.pop();
        this.#last = this.#chunks[this.#chunks.length - 1] ?? [];
      }
    }
  }
}

/** A list of 32-bit integers in chunks, which grows without being copied. */
export class IntegerColumn {
  readonly #chunks: Int32Array[] = [];
  #last = new Int32Array(SMALL_CHUNK);
  length = 0;

  constructor() {
    this.#chunks.push(this.#last);
  }

  /** The value at an index below `length`. */
  get(index: number): number {
    return this.#chunks[index >>> CHUNK_BITS]![index & CHUNK_MASK]!;
  }

  push(value: number): void {
    const place = this.length & CHUNK_MASK;
    if (place === 0 && this.length > 0) {
      this.#last = new Int32Array(CHUNK_SIZE);
      this.#chunks.push(this.#last);
    } else if (place === this.#last.length) {
      const larger = new Int32Array(Math.min(CHUNK_SIZE, GROWTH * place));
      larger.set(this.#last);
      this.#last = larger;
      this.#chunks[0] = larger;
    }
    this.#last[place] = value;
    this.length++;
  }
}

const PAGE_SIZE = 64;
/** All empty; never written to. */
const NO_PAGE: number[] = /* @__PURE__ */ emptyPage();

/**
 * From tensor numbers to slots, in pages of neighbouring numbers: tensors made one after the other share a page, so that
 * a tensor costs 9 bytes where a `Map` takes 40. The two pages used last are at hand: mostly that of the newest tensors,
 * and that of something older they are combined with.
 */
export class SlotMap {
  readonly #pages = new Map<number, number[]>();
  #recentNumber = -1;
  #recentPage = NO_PAGE;
  #otherNumber = -1;
  #otherPage = NO_PAGE;

  /** The slot of a tensor, or −1. */
  get(id: number): number {
    const place = id % PAGE_SIZE;
    return this.#page((id - place) / PAGE_SIZE)[place]!;
  }

  set(id: number, slot: number): void {
    const place = id % PAGE_SIZE;
    const number = (id - place) / PAGE_SIZE;
    let page = this.#page(number);
    if (page === NO_PAGE) {
      page = emptyPage();
      this.#pages.set(number, page);
      this.#recentPage = page;
    }
    page[place] = slot;
  }

  /** The page of a number, made the most recent one; `NO_PAGE` where there is none. */
  #page(number: number): number[] {
    if (number === this.#recentNumber) return this.#recentPage;
    const page = number === this.#otherNumber ? this.#otherPage : this.#pages.get(number);
    this.#otherNumber = this.#recentNumber;
    this.#otherPage = this.#recentPage;
    this.#recentNumber = number;
    this.#recentPage = page ?? NO_PAGE;
    return this.#recentPage;
  }
}

function emptyPage(): number[] {
  return new Array<number>(PAGE_SIZE).fill(-1);
}
