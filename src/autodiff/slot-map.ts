/** A map from tensor numbers to slots that suits how tensors come into being: one after the other. */

/** What stands for no slot. */
export const NO_SLOT = -1;
/** What stands for no slot of a tensor that was used all the same; tells "watched after use". */
export const USED_UNWATCHED = -2;

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

  /** The slot of a tensor, or −1 where it has none. */
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
  return new Array<number>(PAGE_SIZE).fill(NO_SLOT);
}
