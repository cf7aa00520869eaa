/** Which processors the benchmark measures on, and how figures on one and on two of them are judged and shown. */

import { describe, expect, it } from "vitest";
import { placesFor } from "../../bench/cores.js";
import type { Column } from "../../bench/harness.js";
import { OURS, type Row } from "../../bench/row.js";
import { judge, rowText, verdictsText } from "../../bench/table.js";

describe("placesFor", () => {
  it("holds programs to the first processors", () => {
    expect(placesFor([1, 2], 8, true)).toEqual({
      places: [
        { count: 1, prefix: ["taskset", "-c", "0"] },
        { count: 2, prefix: ["taskset", "-c", "0-1"] },
      ],
      warnings: [],
    });
  });

  it("leaves out what the machine does not have, and says so", () => {
    const { places, warnings } = placesFor([1, 2], 1, true);
    expect(places.map(({ count }) => count)).toEqual([1]);
    expect(warnings).toEqual(["there is no measurement on 2: this process has 1 core"]);
    expect(placesFor([2], 1, true).places).toEqual([{ count: 1, prefix: [] }]);
  });

  it("runs on all processors where nothing holds programs to some, and says so", () => {
    const { places, warnings } = placesFor([1, 2], 8, false);
    expect(places).toEqual([{ count: 8, prefix: [] }]);
    expect(warnings).toEqual([expect.stringMatching(/^taskset.*all run on 8 cores$/)]);
  });
});

describe("a row on one core and on two", () => {
  const row: Row = {
    name: "row",
    title: "a row",
    processes: 1,
    contenders: {},
    metrics: [
      {
        name: "time",
        label: "a call",
        unit: "ms",
        compare: true,
        bars: [
          { kind: "atMost", limit: 5 },
          { kind: "ahead", peer: "peer", times: 3 },
        ],
      },
    ],
  };
  const column = (contender: string, cores: number, time: number): Column => ({
    contender,
    engine: { path: "node", version: "v20" },
    cores,
    figures: { time },
  });
  const columns = [
    column(OURS, 1, 6),
    column(OURS, 2, 4),
    column("peer", 1, 18),
    column("peer", 2, 8),
  ];
  const verdicts = judge(row, columns);

  it("is judged by what was measured on as many", () => {
    expect(verdicts.map(({ cores, reached }) => [cores, reached])).toEqual([
      [1, false],
      [2, true],
      [1, true],
      [2, false],
    ]);
    expect(verdictsText(verdicts)).toBe(
      "1 of 2 bars reached on 1 core, 1 of 2 bars reached on 2 cores",
    );
  });

  it("has a column for each contender and lines for each", () => {
    expect(rowText(row, columns, verdicts).split("\n")).toEqual([
      "a row",
      "                           gradtape  peer",
      "  a call, ms, 1 core              6    18  at most 5 ms: short",
      "    as a multiple of ours              3×  3 times ahead of peer: PASS",
      "  a call, ms, 2 cores             4     8  at most 5 ms: PASS",
      "    as a multiple of ours              2×  3 times ahead of peer: short",
    ]);
  });
});
