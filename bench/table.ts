/** The results as a table that people read and as lines that programs read. */

import type { Column } from "./harness.js";
import { type Bar, type Metric, OURS, type Row } from "./row.js";

/** Whether a bar is reached, by column. */
export interface Verdict {
  readonly metric: string;
  readonly engine: string;
  readonly bar: Bar;
  readonly reached: boolean;
}

function isOurs(column: Column): boolean {
  return column.contender === OURS;
}

function valueOfPeer(columns: readonly Column[], peer: string, metric: string): number | undefined {
  return columns.find(({ contender }) => contender === peer)?.figures[metric];
}

/** Every bar of a row against our own columns. */
export function judge(row: Row, columns: readonly Column[]): readonly Verdict[] {
  return row.metrics.flatMap(({ name, bars = [] }) =>
    bars.flatMap((bar) =>
      columns.filter(isOurs).map((column) => {
        const value = column.figures[name] ?? Number.NaN;
        const reached =
          bar.kind === "atMost"
            ? value <= bar.limit
            : (valueOfPeer(columns, bar.peer, name) ?? Number.NaN) / value >= bar.times;
        return { metric: name, engine: column.engine.version, bar, reached };
      }),
    ),
  );
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

function metricLines(
  metric: Metric,
  columns: readonly Column[],
  verdicts: readonly Verdict[],
): string[][] {
  const { name, label, unit, bars = [], compare = false } = metric;
  const verdictOf = (bar: Bar): string => {
    const reached = verdicts.filter((one) => one.bar === bar).map((one) => one.reached);
    return `${barText(bar, unit)}: ${reached.map((one) => (one ? "PASS" : "short")).join(", ")}`;
  };
  const figures = columns.map(({ figures }) => format(figures[name]));
  const lines = [
    [
      unit === "" ? label : `${label}, ${unit}`,
      ...figures,
      bars
        .filter(({ kind }) => kind === "atMost")
        .map(verdictOf)
        .join("; "),
    ],
  ];
  const own = columns.find(isOurs)?.figures[name];
  if (compare && own !== undefined) {
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

/** A row as text, columns aligned. */
export function rowText(
  row: Row,
  columns: readonly Column[],
  verdicts: readonly Verdict[],
): string {
  const lines = [
    ["", ...headings(columns), ""],
    ...row.metrics.flatMap((metric) =>
      metricLines(
        metric,
        columns,
        verdicts.filter((verdict) => verdict.metric === metric.name),
      ),
    ),
  ];
  const widths = lines[0]!.map((_, place) => Math.max(...lines.map((line) => line[place]!.length)));
  const aligned = lines.map((line) =>
    line
      .map((cell, place) =>
        place === 0 || place === line.length - 1
          ? cell.padEnd(widths[place]!)
          : cell.padStart(widths[place]!),
      )
      .join("  ")
      .trimEnd(),
  );
  const failures = columns.flatMap(({ contender, failure }) =>
    failure === undefined ? [] : [`${contender} failed: ${failure}`],
  );
  return [row.title, ...aligned, ...failures]
    .map((line, place) => (place ? `  ${line}` : line))
    .join("\n");
}
