/** The results as a table that people read and as lines that programs read. */

import { coresText } from "./cores.js";
import type { Column } from "./harness.js";
import { type Bar, type Metric, OURS, type Row } from "./row.js";

/** Whether a bar is reached, by column. */
export interface Verdict {
  readonly metric: string;
  readonly engine: string;
  readonly cores: number;
  readonly bar: Bar;
  readonly reached: boolean;
}

function isOurs(column: Column): boolean {
  return column.contender === OURS;
}

/** The numbers of processors that were measured on. */
function coresOf(columns: readonly Column[]): readonly number[] {
  return [...new Set(columns.map(({ cores }) => cores))];
}

/** Every bar of a row against our own columns. */
export function judge(row: Row, columns: readonly Column[]): readonly Verdict[] {
  return row.metrics.flatMap(({ name, bars = [] }) =>
    bars.flatMap((bar) =>
      columns.filter(isOurs).map((column) => {
        const { cores, engine, figures } = column;
        const value = figures[name] ?? Number.NaN;
        const peer =
          bar.kind === "ahead"
            ? columns.find((one) => one.contender === bar.peer && one.cores === cores)
            : undefined;
        const reached =
          bar.kind === "atMost"
            ? value <= bar.limit
            : (peer?.figures[name] ?? Number.NaN) / value >= bar.times;
        return { metric: name, engine: engine.version, cores, bar, reached };
      }),
    ),
  );
}

/** How many bars are reached, for every number of processors. */
export function verdictsText(verdicts: readonly Verdict[]): string {
  const counts = [...new Set(verdicts.map(({ cores }) => cores))];
  return counts
    .map((count) => {
      const judged = verdicts.filter(({ cores }) => cores === count);
      const reached = judged.filter((verdict) => verdict.reached);
      return `${reached.length} of ${judged.length} bars reached on ${coresText(count)}`;
    })
    .join(", ");
}

/** A number with three significant digits. */
export function format(value: number | undefined): string {
  if (value === undefined) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toString();
  return Number(value.toPrecision(3)).toString();
}

function headings(columns: readonly Column[]): string[] {
  const severalEngines = new Set(columns.map(({ engine }) => engine.version)).size > 1;
  return columns.map(({ contender, engine }) =>
    severalEngines ? `${contender} ${engine.version}` : contender,
  );
}

function barText(bar: Bar, unit: string): string {
  return bar.kind === "atMost"
    ? `at most ${format(bar.limit)}${unit === "" ? "" : ` ${unit}`}`
    : `${bar.times} times ahead of ${bar.peer}`;
}

/** The lines of a metric from columns on one number of processors, which is named where there are several. */
function metricLines(
  metric: Metric,
  columns: readonly Column[],
  verdicts: readonly Verdict[],
  place: string,
): string[][] {
  const { name, label, unit, bars = [], compare = false } = metric;
  const verdictOf = (bar: Bar): string => {
    const reached = verdicts.filter((one) => one.bar === bar).map((one) => one.reached);
    return `${barText(bar, unit)}: ${reached.map((one) => (one ? "PASS" : "short")).join(", ")}`;
  };
  const figures = columns.map(({ figures }) => format(figures[name]));
  const lines = [
    [
      `${label}${unit === "" ? "" : `, ${unit}`}${place}`,
      ...figures,
      bars
        .filter(({ kind }) => kind === "atMost")
        .map(verdictOf)
        .join("; "),
    ],
  ];
  const own = columns.find(isOurs)?.figures[name];
  if (compare && own !== undefined && !columns.every(isOurs)) {
    const ratios = columns.map((column) =>
      isOurs(column) || column.figures[name] === undefined
        ? ""
        : `${format(column.figures[name] / own)}×`,
    );
    const ahead = bars.filter(({ kind }) => kind === "ahead").map(verdictOf);
    lines.push(["  as a multiple of ours", ...ratios, ahead.join("; ")]);
  }
  return lines;
}

/** A row as text, columns aligned: a column for every contender, and lines for every number of processors. */
export function rowText(
  row: Row,
  columns: readonly Column[],
  verdicts: readonly Verdict[],
): string {
  const counts = coresOf(columns);
  const on = (count: number) => columns.filter(({ cores }) => cores === count);
  const lines = [
    ["", ...headings(on(counts[0]!)), ""],
    ...row.metrics.flatMap((metric) =>
      counts.flatMap((count) =>
        metricLines(
          metric,
          on(count),
          verdicts.filter((verdict) => verdict.metric === metric.name && verdict.cores === count),
          counts.length > 1 ? `, ${coresText(count)}` : "",
        ),
      ),
    ),
  ];
  const failures = columns.flatMap(({ contender, cores, failure }) =>
    failure === undefined ? [] : [`${contender} failed on ${coresText(cores)}: ${failure}`],
  );
  const ends = [0, lines[0]!.length - 1];
  return [row.title, ...aligned(lines, ends), ...failures]
    .map((line, place) => (place ? `  ${line}` : line))
    .join("\n");
}

/** Cells below each other, figures to the right and the columns of words to the left. */
export function aligned(lines: readonly string[][], words: readonly number[]): string[] {
  const widths = lines[0]!.map((_, place) => Math.max(...lines.map((line) => line[place]!.length)));
  return lines.map((line) =>
    line
      .map((cell, place) =>
        words.includes(place) ? cell.padEnd(widths[place]!) : cell.padStart(widths[place]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
