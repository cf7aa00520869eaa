/** Patches in generated code: the elements that windows cover copied into the rows of a matrix, and such rows added to images. */

import type { Windows } from "../../core/lowering.js";
import type { ModuleBuilder } from "./assembler.js";
import { advance, countDown, repeat } from "./convolution-loops.js";
import { addRun, copyRun, type FloatType, zeroRun } from "./convolution-runs.js";
import { alwaysInside, spanOf } from "./convolution-windows.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";

/** Images and the windows over them. */
export interface PatchKernel {
  readonly type: FloatType;
  readonly channels: number;
  readonly windows: Windows;
  /** Whether patches are read from images, with zeros for elements outside, or added to them. */
  readonly direction: "read" | "add";
}

/** Patches of at most so many bytes are written out where they lie inside the image. */
const WRITTEN_OUT = 2048;

/** How many elements a patch has. */
export function patchSize({ window }: Windows, channels: number): number {
  return window[0] * window[1] * channels;
}

/**
 * Adds a function (images: i32, first window: i32, how many windows: i32, patches: i32) -> (). Windows are numbered through
 * all images; the patches lie one after the other. There must be at least one window, with at least one element.
 */
export function addPatches(module: ModuleBuilder, kernel: PatchKernel): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32", "i32", "i32"], []);
  new PatchEmitter(body, kernel).emit();
  return module.addFunction(body);
}

const IMAGE: Local = 0;
const WINDOW: Local = 1;
const COUNT: Local = 2;
const PATCH: Local = 3;

class PatchEmitter {
  readonly #body: FunctionBuilder;
  readonly #kernel: PatchKernel;
  /** Bytes of a pixel. */
  readonly #pixel: number;
  /** The first row and column of the window, which may lie outside the image. */
  readonly #top: Local;
  readonly #left: Local;

  constructor(body: FunctionBuilder, kernel: PatchKernel) {
    this.#body = body;
    this.#kernel = kernel;
    this.#pixel = kernel.channels * (kernel.type === "f64" ? 8 : 4);
    this.#top = body.local("i32");
    this.#left = body.local("i32");
  }

  emit(): void {
    const body = this.#body;
    const { windows, channels } = this.#kernel;
    this.#findFirst();
    countDown(body, COUNT, () => {
      this.#patch();
      const elements = patchSize(windows, channels);
      advance(body, PATCH, (elements / channels) * this.#pixel);
      this.#next(1, this.#left, () => {
        this.#next(0, this.#top, () => advance(body, IMAGE, this.#imageBytes()));
      });
    });
  }

  #imageBytes(): number {
    const { input } = this.#kernel.windows;
    return input[0] * input[1] * this.#pixel;
  }

  #findFirst(): void {
    const body = this.#body;
    const { output, strides, before } = this.#kernel.windows;
    const start = (axis: 0 | 1, local: Local): void => {
      body.get(WINDOW).constant("i32", output[axis]).op("i32.rem_u");
      body.constant("i32", strides[axis]).op("i32.mul");
      body.constant("i32", before[axis]).op("i32.sub").set(local);
      body.get(WINDOW).constant("i32", output[axis]).op("i32.div_u").set(WINDOW);
    };
    start(1, this.#left);
    start(0, this.#top);
    body.get(WINDOW).constant("i32", this.#imageBytes()).op("i32.mul");
    body.get(IMAGE).op("i32.add").set(IMAGE);
  }

  /** Moves the window on along an axis; behind the last one it is the first again, and `wrap` follows. */
  #next(axis: 0 | 1, start: Local, wrap: () => void): void {
    const body = this.#body;
    const { output, strides, before } = this.#kernel.windows;
    body.get(start).constant("i32", strides[axis]).op("i32.add").tee(start);
    body.constant("i32", output[axis] * strides[axis] - before[axis]).op("i32.eq");
    body.if(() => {
      body.constant("i32", -before[axis]).set(start);
      wrap();
    });
  }

  #patch(): void {
    const body = this.#body;
    const { windows } = this.#kernel;
    const axes = ([0, 1] as const).filter((axis) => !alwaysInside(windows, axis));
    const room = axes.map((axis) => windows.input[axis] - spanOf(windows, axis));
    if (axes.length === 0) this.#whole();
    else if (room.some((length) => length < 0)) this.#clipped();
    else {
      axes.forEach((axis, index) => {
        // As unsigned numbers those before the image are large.
        body.get(axis === 0 ? this.#top : this.#left);
        body.constant("i32", room[index]!).op("i32.le_u");
        if (index > 0) body.op("i32.and");
      });
      body.if(
        () => this.#whole(),
        () => this.#clipped(),
      );
    }
  }

  /** A window that lies inside the image. */
  #whole(): void {
    const body = this.#body;
    const { windows } = this.#kernel;
    const { window, dilations, input } = windows;
    const corner = body.local("i32");
    body.get(this.#top).constant("i32", input[1]).op("i32.mul").get(this.#left).op("i32.add");
    body.constant("i32", this.#pixel).op("i32.mul").get(IMAGE).op("i32.add").set(corner);
    // Neighbouring pixels of a window without dilation are neighbours in the image, too.
    const joined = dilations[1] === 1;
    const runs = joined ? 1 : window[1];
    const length = joined ? window[1] * this.#pixel : this.#pixel;
    const down = dilations[0] * input[1] * this.#pixel;
    const right = dilations[1] * this.#pixel;
    if (window[0] * window[1] * this.#pixel <= WRITTEN_OUT) {
      for (let row = 0; row < window[0]; row++) {
        for (let run = 0; run < runs; run++) {
          this.#run(corner, row * down + run * right, PATCH, (row * runs + run) * length, length);
        }
      }
      return;
    }
    const pixel = body.local("i32");
    const place = body.local("i32");
    body.get(PATCH).set(place);
    repeat(body, window[0], () => {
      body.get(corner).set(pixel);
      repeat(body, runs, () => {
        this.#run(pixel, 0, place, 0, length);
        advance(body, pixel, right);
        advance(body, place, length);
      });
      advance(body, corner, down);
    });
  }

  /** A window of which some elements may lie outside. */
  #clipped(): void {
    const body = this.#body;
    const { window, dilations, input } = this.#kernel.windows;
    const [row, column] = [body.local("i32"), body.local("i32")];
    const [place, pixel] = [body.local("i32"), body.local("i32")];
    body.get(PATCH).set(place);
    body.get(this.#top).set(row);
    repeat(body, window[0], () => {
      body.get(this.#left).set(column);
      repeat(body, window[1], () => {
        body.get(row).constant("i32", input[0]).op("i32.lt_u");
        body.get(column).constant("i32", input[1]).op("i32.lt_u").op("i32.and");
        body.if(
          () => {
            body.get(row).constant("i32", input[1]).op("i32.mul").get(column).op("i32.add");
            body.constant("i32", this.#pixel).op("i32.mul").get(IMAGE).op("i32.add").set(pixel);
            this.#run(pixel, 0, place, 0, this.#pixel);
          },
          () => {
            if (this.#kernel.direction === "read")
              zeroRun(body, { local: place, offset: 0 }, this.#pixel);
          },
        );
        advance(body, place, this.#pixel);
        advance(body, column, dilations[1]);
      });
      advance(body, row, dilations[0]);
    });
  }

  #run(image: Local, imageOffset: number, patch: Local, patchOffset: number, bytes: number): void {
    const { type, direction } = this.#kernel;
    const inImage = { local: image, offset: imageOffset };
    const inPatch = { local: patch, offset: patchOffset };
    if (direction === "read") copyRun(this.#body, inImage, inPatch, bytes);
    else addRun(this.#body, type, inPatch, inImage, bytes);
  }
}
