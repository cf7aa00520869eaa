/** Small made-up data in the formats that some evals read from files: a scene for ba, hands for ht, a text for lstm. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Numbers between −1 and 1 with two decimals, the same every time. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return Math.round((state / 2147483647) * 200 - 100) / 100;
  };
}

const TEXT = "A tape records what a program does, and then gives the gradient of any result.";

/** Writes the files below a folder as the evals look for them below theirs. */
export function writeData(root: string): void {
  const write = (path: string, lines: readonly string[]): void => {
    const file = join(root, "evals", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `${lines.join("\n")}\n`);
  };
  write("lstm/data/lstm_full.txt", [TEXT]);
  write("ba/data/ba1_n3_m4_p12.txt", sceneLines());
  for (const variant of ["simple", "complicated"]) {
    const folder = `ht/data/${variant}_small`;
    const hand = handLines(variant === "complicated");
    write(`${folder}/hand1_t26_c4.txt`, hand.measurements);
    for (const name of ["bones", "vertices", "triangles"] as const) {
      write(`${folder}/model/${name}.txt`, hand[name]);
    }
  }
}

/** Numbers of cameras, points and observations; a camera, a point, a weight and a feature. */
function sceneLines(): string[] {
  const rotation = "0.05 -0.4 0.3";
  return [
    "3 4 12",
    `${rotation} 0.2 -0.1 4.5 600 1.5 -2.5 -0.2 0.03`,
    "0.7 -0.3 0.9",
    "0.8",
    "12 -7",
  ];
}

const BONES = 22;
const VERTICES = 12;
const TRIANGLES = 8;
const POINTS = 4;
const ANGLES = 26;

function handLines(inTriangles: boolean) {
  const number = numbersFrom(7);
  const list = (count: number): number[] => Array.from({ length: count }, number);
  const index = (limit: number): number => Math.floor(Math.abs(number()) * limit * 0.999);
  const rigid = (): number[] => [...list(12), 0, 0, 0, 1];
  const each = <T>(count: number, make: (place: number) => T): T[] =>
    Array.from({ length: count }, (_, place) => make(place));
  return {
    bones: each(BONES, (bone) => {
      const parent = bone === 0 ? -1 : bone % 4 === 1 ? 0 : bone - 1;
      return [`bone${bone}`, parent, ...rigid(), ...rigid()].join(":");
    }),
    // Position, five numbers that nothing reads, and two bones with their shares.
    vertices: each(VERTICES, () => {
      const share = Math.abs(number());
      const bones = [index(BONES), share, index(BONES), Number((1 - share).toFixed(2))];
      return [...list(3), 0, 0, 0, 0, 0, 2, ...bones].join(":");
    }),
    triangles: each(TRIANGLES, () => each(3, () => index(VERTICES)).join(":")),
    measurements: [
      `${POINTS} ${ANGLES}`,
      ...each(POINTS, () => [index(TRIANGLES), ...list(3)].join(" ")),
      ...(inTriangles ? each(POINTS, () => list(2).join(" ")) : []),
      ...list(ANGLES).map(String),
    ],
  };
}
