/** Pooling as WebAssembly functions: one that goes through a row of windows, and one that calls it for all rows. */

import type { Windows } from "../../core/lowering.js";
import type { ModuleBuilder } from "./assembler.js";
import { addZeroFill, advance, countDown, pushSum, repeat } from "./convolution-loops.js";
import { type AxisClip, alwaysInside, emitClip } from "./convolution-windows.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import {
  type BlockEmitter,
  bytesOfType,
  fullWidth,
  type PoolType,
  type Width,
  type WindowPlace,
} from "./pool-block.js";
import { LargestEmitter } from "./pool-largest.js";
import { MeanEmitter, ShareEmitter } from "./pool-mean.js";

/** A pooling operation over images that lie one after the other. */
export interface PoolKernel {
  readonly type: PoolType;
  /** How many images there are. */
  readonly count: number;
  readonly channels: number;
  readonly windows: Windows;
  readonly kind: "max" | "average" | "averageAdjoint";
  /** Among how many images the positions of the largest elements count. */
  readonly batch: number;
}

/** Windows of at most so many pixels are written out without loops where they lie inside the image. */
const WRITTEN_OUT = 16;

/**
 * Adds a function (operand: i32, result: i32) -> () of the addresses of dense arrays. For "max" the result has the positions
 * as int32.
 */
export function addPool(module: ModuleBuilder, kernel: PoolKernel): FunctionReference {
  const { type, count, channels, windows, kind, batch } = kernel;
  const body = new FunctionBuilder(["i32", "i32"], []);
  const image = windows.input[0] * windows.input[1] * channels;
  const adjoint = kind === "averageAdjoint";
  const bytes = bytesOfType(type);
  if (adjoint && count * image > 0) {
    body.get(1).call(addZeroFill(module, count * image * bytes));
  }
  if (count * channels * windows.output[0] * windows.output[1] === 0) {
    return module.addFunction(body);
  }
  const row = addRow(module, kernel);
  const [images, places] = adjoint ? [1, 0] : [0, 1];
  const position = body.local("i32");
  const top = body.local("i32");
  const batches = kind === "max" ? count / batch : 1;
  repeat(body, batches, () => {
    body.constant("i32", 0).set(position);
    repeat(body, count / batches, () => {
      body.constant("i32", -windows.before[0]).set(top);
      repeat(body, windows.output[0], () => {
        body.get(images).get(places).get(top).get(position).call(row);
        advance(body, top, windows.strides[0]);
        const window = kind === "max" ? 4 : bytes;
        advance(body, places, windows.output[1] * channels * window);
      });
      advance(body, images, image * bytes);
      advance(body, position, image);
    });
  });
  return module.addFunction(body);
}

/** Adds the function (image: i32, first window of the row: i32, its top: i32, position of the image: i32) -> (). */
function addRow(module: ModuleBuilder, kernel: PoolKernel): FunctionReference {
  const body = new FunctionBuilder(["i32", "i32", "i32", "i32"], []);
  new RowEmitter(body, kernel).emit();
  return module.addFunction(body);
}

const IMAGE: Local = 0;
const WINDOW: Local = 1;
const TOP: Local = 2;
const IMAGE_POSITION: Local = 3;

class RowEmitter {
  readonly #body: FunctionBuilder;
  readonly #kernel: PoolKernel;
  readonly #place: WindowPlace;
  readonly #block: BlockEmitter;
  /** Bytes from a pixel of a window to the next one below and on the right. */
  readonly #steps: readonly [down: number, right: number];

  constructor(body: FunctionBuilder, kernel: PoolKernel) {
    const { type, kind, channels, windows } = kernel;
    this.#body = body;
    this.#kernel = kernel;
    this.#place = {
      corner: body.local("i32"),
      position: body.local("i32"),
      window: WINDOW,
      share: body.local("v128"),
    };
    this.#block =
      kind === "max"
        ? new LargestEmitter(body, type, this.#place)
        : kind === "average"
          ? new MeanEmitter(body, type, this.#place)
          : new ShareEmitter(body, type, this.#place);
    const pixel = channels * bytesOfType(type);
    const { dilations, input } = windows;
    this.#steps = [dilations[0] * input[1] * pixel, dilations[1] * pixel];
  }

  emit(): void {
    const body = this.#body;
    const { windows } = this.#kernel;
    this.#block.prepare();
    const line = body.local("i32");
    const left = body.local("i32");
    const rows = emitClip(body, windows, 0, TOP);
    this.#pushFirst(rows, 0, TOP);
    body.constant("i32", windows.input[1]).op("i32.mul").set(line);
    body.constant("i32", -windows.before[1]).set(left);
    repeat(body, windows.output[1], () => {
      const columns = emitClip(body, windows, 1, left);
      this.#toCorner(line, columns, left);
      this.#setShare(rows, columns);
      this.#window(rows, columns);
      advance(body, left, windows.strides[1]);
    });
  }

  /** Puts the first row or column of a window inside the image on the stack. */
  #pushFirst({ first }: AxisClip, axis: 0 | 1, start: Local): void {
    const body = this.#body.get(start);
    if (first === undefined) return;
    body.get(first).constant("i32", this.#kernel.windows.dilations[axis]);
    body.op("i32.mul").op("i32.add");
  }

  #toCorner(line: Local, columns: AxisClip, left: Local): void {
    const body = this.#body;
    const { corner, position } = this.#place;
    const { channels, type } = this.#kernel;
    body.get(line);
    this.#pushFirst(columns, 1, left);
    body.op("i32.add").constant("i32", channels).op("i32.mul").tee(position);
    body.constant("i32", bytesOfType(type)).op("i32.mul").get(IMAGE).op("i32.add").set(corner);
    body.get(position).get(IMAGE_POSITION).op("i32.add").set(position);
  }

  #setShare(rows: AxisClip, columns: AxisClip): void {
    if (this.#kernel.kind === "max") return;
    const body = this.#body.constant("f64", 1);
    body.get(rows.count).get(columns.count).op("i32.mul").op("f64.convert_i32_s");
    body.op("f64.div").op("f64x2.splat").set(this.#place.share);
  }

  #window(rows: AxisClip, columns: AxisClip): void {
    const body = this.#body;
    const { windows } = this.#kernel;
    const [height, width] = windows.window;
    const writtenOut = (): void => this.#channels((block) => this.#takeWhole(block));
    const withLoops = (): void => {
      this.#channels((block) => this.#takeInside(block, rows.count, columns.count));
    };
    if (height * width > WRITTEN_OUT) withLoops();
    else if (alwaysInside(windows, 0) && alwaysInside(windows, 1)) writtenOut();
    else {
      body.get(rows.count).constant("i32", height).op("i32.eq");
      body.get(columns.count).constant("i32", width).op("i32.eq").op("i32.and");
      body.if(writtenOut, withLoops);
    }
  }

  /** Goes through the channels a block at a time. */
  #channels(pixels: (width: Width) => void): void {
    const { channels, type } = this.#kernel;
    const full = fullWidth(type);
    const blocks = (width: Width, count: number): void => {
      repeat(this.#body, count, () => {
        this.#block.begin(width);
        pixels(width);
        this.#block.end(width);
        advance(this.#body, this.#place.corner, width * bytesOfType(type));
        advance(this.#body, this.#place.position, width);
        advance(this.#body, WINDOW, width * this.#block.windowBytes);
      });
    };
    blocks(full, Math.floor(channels / full));
    blocks(1, channels % full);
  }

  #takeWhole(width: Width): void {
    const [height, length] = this.#kernel.windows.window;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < length; column++) {
        const offset = row * this.#steps[0] + column * this.#steps[1];
        this.#block.take(width, this.#place.corner, offset);
      }
    }
  }

  #takeInside(width: Width, rows: Local, columns: Local): void {
    const body = this.#body;
    const [line, pixel] = [body.local("i32"), body.local("i32")];
    const [rowsLeft, columnsLeft] = [body.local("i32"), body.local("i32")];
    body.get(rows).constant("i32", 0).op("i32.gt_s");
    body.get(columns).constant("i32", 0).op("i32.gt_s").op("i32.and");
    body.if(() => {
      body.get(this.#place.corner).set(line);
      body.get(rows).set(rowsLeft);
      countDown(body, rowsLeft, () => {
        body.get(line).set(pixel);
        body.get(columns).set(columnsLeft);
        countDown(body, columnsLeft, () => {
          this.#block.take(width, pixel, 0);
          advance(body, pixel, this.#steps[1]);
        });
        pushSum(body, line, this.#steps[0]);
        body.set(line);
      });
    });
  }
}
