/** Says how far the training is: a bar for each epoch in a terminal, a line for each epoch elsewhere. */

import { SingleBar } from "cli-progress";

/** Hears of the training as it goes on. */
export interface Progress {
  /** An epoch of `steps` steps begins; epochs count from 1. */
  begin(epoch: number, steps: number): void;
  /** A step is done; `loss` is the mean over the steps of the epoch so far. */
  step(loss: number): void;
  /** The epoch is done, after so many seconds. */
  end(loss: number, seconds: number): void;
}

/** A bar where `stream` is a terminal that nobody records, else lines. */
export function createProgress(epochs: number, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY && !process.env["CI"]
    ? new ProgressBar(epochs, stream)
    : new ProgressLines(epochs, stream);
}

class ProgressBar implements Progress {
  readonly #epochs: number;
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;

  constructor(epochs: number, stream: NodeJS.WriteStream) {
    this.#epochs = epochs;
    this.#stream = stream;
  }

  begin(epoch: number, steps: number): void {
    this.#bar = new SingleBar({
      format: `epoch ${epoch}/${this.#epochs}  {bar}  {value}/{total}  loss {loss}`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 30,
      stream: this.#stream,
    });
    this.#bar.start(steps, 0, { loss: "" });
  }

  step(loss: number): void {
    this.#bar?.increment({ loss: loss.toFixed(4) });
  }

  end(): void {
    this.#bar?.stop();
  }
}

class ProgressLines implements Progress {
  readonly #epochs: number;
  readonly #stream: NodeJS.WritableStream;
  #epoch = 0;

  constructor(epochs: number, stream: NodeJS.WritableStream) {
    this.#epochs = epochs;
    this.#stream = stream;
  }

  begin(epoch: number): void {
    this.#epoch = epoch;
  }

  step(): void {}

  end(loss: number, seconds: number): void {
    const epoch = `epoch ${this.#epoch}/${this.#epochs}`;
    this.#stream.write(`${epoch}  loss ${loss.toFixed(4)}  ${seconds.toFixed(1)} s\n`);
  }
}
