/** Drawings: the cells of small pictures, with colours and without. */
import { describe, expect, it } from "vitest";
import { drawPictures, type Picture } from "../../examples/digits/draw.js";

const ESCAPE = "\u001b";
const corners: Picture = { pixels: [1, 0, 0, 1], caption: "ab" };
const column: Picture = { pixels: [1, 0, 1, 0], caption: "c" };

describe("without colours", () => {
  const plain = { side: 2, colour: false, columns: 80 };

  it("a cell shows the pixel above and the one below", () => {
    expect(drawPictures([corners], plain)).toEqual(["▀▄", "ab"]);
    expect(drawPictures([column], plain)).toEqual(["█", "c"]);
  });

  it("faint pixels are off", () => {
    expect(drawPictures([{ pixels: [0.1, 0.9, 0.3, 0.2], caption: "" }], plain)).toEqual([
      " ▀",
      "",
    ]);
  });

  it("pictures stand side by side with their captions below", () => {
    expect(drawPictures([column, corners], plain)).toEqual(["█   ▀▄", "c   ab"]);
  });

  it("as many stand in a line as have room", () => {
    const two = drawPictures([column, column, corners], { ...plain, columns: 6 });
    expect(two).toEqual(["█   █", "c   c", "", "▀▄", "ab"]);
    const one = drawPictures([column, corners], { ...plain, columns: 5 });
    expect(one).toEqual(["█", "c", "", "▀▄", "ab"]);
  });

  it("a terminal that is too narrow gets one picture a line", () => {
    expect(drawPictures([column, corners], { ...plain, columns: 1 })).toHaveLength(5);
  });

  it("four digits of 28 by 28 take 14 lines of 118 cells and their captions", () => {
    const digit = { pixels: new Float32Array(784).fill(1), caption: "full" };
    const lines = drawPictures([digit, digit, digit, digit], {
      side: 28,
      colour: false,
      columns: 120,
    });
    expect(lines).toHaveLength(15);
    for (const line of lines.slice(0, 14)) {
      expect(line).toBe(Array.from({ length: 4 }, () => "█".repeat(28)).join("  "));
    }
  });
});

describe("with colours", () => {
  const colourful = { side: 2, colour: true, columns: 80 };

  it("the upper pixel is the colour, the lower the background, and the line ends without either", () => {
    expect(drawPictures([corners], colourful)).toEqual([
      `${ESCAPE}[38;5;255;48;5;232m▀${ESCAPE}[38;5;232;48;5;255m▀${ESCAPE}[0m`,
      "ab",
    ]);
  });

  it("greys rise with the brightness and stay within the palette", () => {
    const pixels = [-1, 0.25, 0.5, 7];
    const [line] = drawPictures([{ pixels, caption: "" }], colourful);
    expect(line?.match(/8;5;(\d+)/g)).toEqual(["8;5;232", "8;5;244", "8;5;238", "8;5;255"]);
  });
});
