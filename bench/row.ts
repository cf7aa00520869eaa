/** What a row of the benchmark is: programs that do the same with several libraries, and what is reported of them. */

/** Numbers that a measurement gives, by name. */
export type Figures = Readonly<Record<string, number>>;

/** A program that measures itself; it runs alone in a fresh process and loads what it measures. */
export type Measure = () => Promise<Figures>;

/** What our own column is called, the one that bars are for; every other contender stands beside it. */
export const OURS = "gradtape";

/** Our own library operation by operation, where `OURS` is the compiled function. */
export const EAGER = "gradtape eager";

/** What is asked of a figure of ours. */
export type Bar =
  | { readonly kind: "atMost"; readonly limit: number }
  /** How many times the figure of a peer must be that of ours. */
  | { readonly kind: "ahead"; readonly peer: string; readonly times: number };

/** A figure that is reported, in the column of every contender that has it. */
export interface Metric {
  /**
   * Its name in `Figures`. Two are there without being measured: `peakMegabytes`, the largest resident memory of the
   * process in units of 10⁶ bytes, and `processMilliseconds`, from its start to its end.
   */
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly bars?: readonly Bar[];
  /** Whether a line below says how many times the peers' figures are ours. */
  readonly compare?: boolean;
}

/** One subject of the benchmark. */
export interface Row {
  /** For the command line and for JSON. */
  readonly name: string;
  readonly title: string;
  /** How many fresh processes each contender runs in; figures are medians over them. */
  readonly processes: number;
  readonly contenders: Readonly<Record<string, Measure>>;
  /** A contender that does nothing: gives the others `aboveBaseline`, their `processMilliseconds` beyond its own. */
  readonly baseline?: string;
  /** Whether it is measured only on the most processors of those chosen: it is about no time, or about threads. */
  readonly once?: boolean;
  readonly metrics: readonly Metric[];
}
