/** Progress: a bar in a terminal, plain lines elsewhere. */
import { Writable } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "../../examples/digits/progress.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A stream that keeps what is written; `isTTY` and the cursor functions are those of a terminal. */
function recordingStream(isTTY: boolean) {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const terminal = Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream;
  return { terminal, text: () => text };
}

function run(isTTY: boolean, ci: string): string {
  vi.stubEnv("CI", ci);
  const { terminal, text } = recordingStream(isTTY);
  const progress = createProgress(2, terminal);
  for (const epoch of [1, 2]) {
    progress.begin(epoch, 3);
    for (const loss of [3, 2, 1]) progress.step(loss / epoch);
    progress.end(1 / epoch, 1.25);
  }
  return text();
}

const LINES = "epoch 1/2  loss 1.0000  1.3 s\nepoch 2/2  loss 0.5000  1.3 s\n";

describe("progress", () => {
  it("is a line for each epoch where the output is no terminal", () => {
    expect(run(false, "")).toBe(LINES);
  });

  it("is a line for each epoch under continuous integration", () => {
    expect(run(true, "true")).toBe(LINES);
  });

  it("is a bar for each epoch in a terminal", () => {
    const text = run(true, "");
    expect(text).toContain("epoch 1/2");
    expect(text).toMatch(/█{30}\s+3\/3\s+loss 1\.0000/);
    expect(text).toMatch(/epoch 2\/2 .*3\/3\s+loss 0\.5000/);
  });
});
