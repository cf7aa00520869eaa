/** Draws grey images side by side in a terminal: every character cell shows two pixels, one above the other. */

/** One image with a line of text below it. */
export interface Picture {
  /** Row by row from the top left corner, 0 is dark and 1 is bright. */
  readonly pixels: ArrayLike<number>;
  readonly caption: string;
}

/** How pictures are drawn. */
export interface DrawOptions {
  /** Pixels along each side of a picture; even. */
  readonly side: number;
  /** Whether the terminal shows 256 colours; without them a pixel is on or off. */
  readonly colour: boolean;
  /** Characters in a line, which decides how many pictures stand side by side. */
  readonly columns: number;
}

/** Between two pictures. */
const GAP = "  ";

/** Above this brightness a pixel is on where there are no colours. */
const THRESHOLD = 0.4;

/** The lines of a drawing of all pictures, `side` characters wide and `side / 2` lines high each, and their captions. */
export function drawPictures(pictures: readonly Picture[], options: DrawOptions): string[] {
  const { side, columns } = options;
  const across = Math.max(1, Math.floor((columns + GAP.length) / (side + GAP.length)));
  const lines: string[] = [];
  for (let first = 0; first < pictures.length; first += across) {
    const row = pictures.slice(first, first + across);
    if (first > 0) lines.push("");
    for (let line = 0; line < side / 2; line++) {
      lines.push(row.map(({ pixels }) => drawLine(pixels, line, options)).join(GAP));
    }
    lines.push(row.map(({ caption }) => caption.padEnd(side)).join(GAP));
  }
  return lines.map((line) => line.trimEnd());
}

function drawLine(pixels: ArrayLike<number>, line: number, { side, colour }: DrawOptions): string {
  let text = "";
  for (let column = 0; column < side; column++) {
    const upper = pixels[2 * line * side + column] ?? 0;
    const lower = pixels[(2 * line + 1) * side + column] ?? 0;
    text += colour ? greyCell(upper, lower) : plainCell(upper, lower);
  }
  return colour ? `${text}\u001b[0m` : text;
}

function plainCell(upper: number, lower: number): string {
  if (upper > THRESHOLD) return lower > THRESHOLD ? "█" : "▀";
  return lower > THRESHOLD ? "▄" : " ";
}

/** An upper half block: its own colour is the upper pixel, the background the lower one. */
function greyCell(upper: number, lower: number): string {
  return `\u001b[38;5;${grey(upper)};48;5;${grey(lower)}m▀`;
}

/** One of the 24 greys from nearly black to nearly white in the palette of 256 colours. */
function grey(brightness: number): number {
  return 232 + Math.round(23 * Math.min(1, Math.max(0, brightness)));
}
