/** Convolution and its adjoints as WebAssembly functions: products of matrices with patches of the images, a band at a time. */

import type { ModuleBuilder } from "./assembler.js";
import { addZeroFill, advance, pushSum, repeat } from "./convolution-loops.js";
import { addPatches } from "./convolution-patches.js";
import {
  type ConvolutionKernel,
  type ConvolutionPlan,
  convolutionPlan,
  productKernel,
} from "./convolution-plan.js";
import { addNarrow, addWidenedSum } from "./convolution-sums.js";
import type { EmitOptions } from "./elementwise.js";
import type { RowFunction } from "./epilogue.js";
import { FunctionBuilder, type FunctionReference, type Local } from "./function-builder.js";
import { addMatmul, productParameters } from "./matmul.js";

export { type ConvolutionKernel, convolutionScratch } from "./convolution-plan.js";

/**
 * Adds a function (first: i32, second: i32, result: i32, scratch: i32) -> () of addresses: the operands in the order of the
 * lowering, the result, and memory of the size that `convolutionScratch` tells.
 *
 * With `finish`, for those of form "output", there are two more parameters, as products have them: windows are rows.
 */
export function addConvolution(
  module: ModuleBuilder,
  kernel: ConvolutionKernel,
  options: EmitOptions = {},
  finish?: RowFunction,
): FunctionReference {
  const body = new FunctionBuilder(productParameters(finish), []);
  new ConvolutionEmitter(module, body, kernel, options, finish).emit();
  return module.addFunction(body);
}

const FIRST: Local = 0;
const SECOND: Local = 1;
const RESULT: Local = 2;
const SCRATCH: Local = 3;
const ROW: Local = 4;
const FRAME: Local = 5;

class ConvolutionEmitter {
  readonly #module: ModuleBuilder;
  readonly #body: FunctionBuilder;
  readonly #kernel: ConvolutionKernel;
  readonly #options: EmitOptions;
  readonly #finish: RowFunction | undefined;
  readonly #plan: ConvolutionPlan;
  /** The number of the first window of a band. */
  readonly #window: Local;
  /** The results or cotangents of a band's windows. */
  readonly #windows: Local;

  constructor(
    module: ModuleBuilder,
    body: FunctionBuilder,
    kernel: ConvolutionKernel,
    options: EmitOptions,
    finish: RowFunction | undefined,
  ) {
    this.#module = module;
    this.#body = body;
    this.#kernel = kernel;
    this.#options = options;
    this.#finish = finish;
    this.#plan = convolutionPlan(kernel);
    this.#window = body.local("i32");
    this.#windows = body.local("i32");
  }

  emit(): void {
    const body = this.#body;
    const { form, count, resultChannels } = this.#kernel;
    const { total, patch, bytes } = this.#plan;
    const sizes = this.#sizes();
    if (total * patch * resultChannels === 0) {
      const zeros = count * sizes.result * bytes;
      if (zeros > 0) body.get(RESULT).call(addZeroFill(this.#module, zeros));
      return;
    }
    if (count === 0) return;
    const convolve =
      form === "output"
        ? this.#output()
        : form === "inputGradient"
          ? this.#inputGradient()
          : this.#filterGradient();
    repeat(body, count, () => {
      convolve();
      advance(body, FIRST, sizes.first * bytes);
      advance(body, SECOND, sizes.second * bytes);
      advance(body, RESULT, sizes.result * bytes);
      if (this.#finish !== undefined) advance(body, ROW, total);
    });
  }

  /** Elements of the operands and the result of one convolution. */
  #sizes(): { readonly first: number; readonly second: number; readonly result: number } {
    const { form, batch, channels, resultChannels, windows } = this.#kernel;
    const images = batch * windows.input[0] * windows.input[1] * channels;
    const filter = this.#plan.patch * resultChannels;
    const values = this.#plan.total * resultChannels;
    switch (form) {
      case "output":
        return { first: images, second: filter, result: values };
      case "inputGradient":
        return { first: values, second: filter, result: images };
      case "filterGradient":
        return { first: images, second: values, result: filter };
    }
  }

  #output(): () => void {
    const band = this.#bandProduct();
    const read = this.#patches("read");
    return () => {
      this.#bands(RESULT, (count) => {
        read(FIRST, count);
        this.#pushPatches(FIRST);
        this.#body.get(SECOND).get(this.#windows);
        this.#callProduct(band(count));
      });
    };
  }

  #inputGradient(): () => void {
    const band = this.#bandProduct();
    const add = this.#patches("add");
    const zeros = this.#plan.direct
      ? undefined
      : addZeroFill(this.#module, this.#sizes().result * this.#plan.bytes);
    return () => {
      if (zeros !== undefined) this.#body.get(RESULT).call(zeros);
      this.#bands(FIRST, (count) => {
        this.#body.get(this.#windows).get(SECOND);
        this.#pushPatches(RESULT);
        this.#callProduct(band(count));
        add(RESULT, count);
      });
    };
  }

  #filterGradient(): () => void {
    const body = this.#body;
    const { widened, accumulate, scratch, patch, bytes } = this.#plan;
    const size = patch * this.#kernel.resultChannels;
    const band = this.#bandProduct();
    const read = this.#patches("read");
    const zeros =
      widened || accumulate ? addZeroFill(this.#module, size * (widened ? 8 : bytes)) : undefined;
    const sum = widened ? addWidenedSum(this.#module, size) : undefined;
    const narrow = widened ? addNarrow(this.#module, size) : undefined;
    return () => {
      if (zeros !== undefined) {
        if (widened) pushSum(body, SCRATCH, scratch.sums);
        else body.get(RESULT);
        body.call(zeros);
      }
      this.#bands(SECOND, (count) => {
        read(FIRST, count);
        this.#pushPatches(FIRST);
        body.get(this.#windows);
        if (widened) pushSum(body, SCRATCH, scratch.product);
        else body.get(RESULT);
        this.#callProduct(band(count));
        if (sum === undefined) return;
        pushSum(body, SCRATCH, scratch.product);
        pushSum(body, SCRATCH, scratch.sums);
        body.call(sum);
      });
      if (narrow === undefined) return;
      pushSum(body, SCRATCH, scratch.sums);
      body.get(RESULT).call(narrow);
    };
  }

  /** Writes code for one band in a loop over all whole ones, and for the rest. */
  #bands(windows: Local, write: (count: number) => void): void {
    const body = this.#body;
    const { total, band, rest, bytes } = this.#plan;
    const step = (count: number): void => {
      write(count);
      advance(body, this.#window, count);
      advance(body, this.#windows, count * this.#kernel.resultChannels * bytes);
    };
    body.constant("i32", 0).set(this.#window);
    body.get(windows).set(this.#windows);
    repeat(body, (total - rest) / band, () => step(band));
    if (rest > 0) step(rest);
  }

  /** The products of whole bands and of the rest. */
  #bandProduct(): (count: number) => FunctionReference {
    const { band, rest, accumulate } = this.#plan;
    const products = new Map<number, FunctionReference>();
    for (const count of rest > 0 ? [band, rest] : [band]) {
      const kernel = productKernel(this.#kernel, count, accumulate);
      products.set(count, addMatmul(this.#module, kernel, this.#options, this.#finish));
    }
    return (count) => products.get(count)!;
  }

  #callProduct(product: FunctionReference): void {
    const body = this.#body;
    pushSum(body, SCRATCH, this.#plan.scratch.matmul);
    if (this.#finish !== undefined) body.get(ROW).get(this.#window).op("i32.add").get(FRAME);
    body.call(product);
  }

  /** What moves the patches of a band between images and scratch memory, if they are not the images themselves. */
  #patches(direction: "read" | "add"): (images: Local, count: number) => void {
    const { type, channels, windows } = this.#kernel;
    if (this.#plan.direct) return () => {};
    const callee = addPatches(this.#module, { type, channels, windows, direction });
    return (images, count) => {
      this.#body.get(images).get(this.#window).constant("i32", count);
      pushSum(this.#body, SCRATCH, this.#plan.scratch.patches);
      this.#body.call(callee);
    };
  }

  /** Puts the address of a band's patches on the stack. */
  #pushPatches(images: Local): void {
    const { direct, patch, bytes, scratch } = this.#plan;
    if (!direct) {
      pushSum(this.#body, SCRATCH, scratch.patches);
      return;
    }
    this.#body
      .get(this.#window)
      .constant("i32", patch * bytes)
      .op("i32.mul");
    this.#body.get(images).op("i32.add");
  }
}
