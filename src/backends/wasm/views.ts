/** Typed arrays over the memory of compiled functions, and tensors copied into it and out of it. */

import { allocate, type DType, type TypedArray } from "../../core/dtype.js";
import { hostValues } from "../../core/reading.js";
import { denseStorage, type Layout, StridedStorage } from "../../core/storage.js";
import { Tensor, type TensorType } from "../../core/tensor.js";

/** A view of the whole memory for each dtype, made anew when the memory has grown. */
export class MemoryViews {
  readonly #memory: WebAssembly.Memory;
  #buffer: ArrayBufferLike | undefined;
  #views!: Readonly<Record<DType, TypedArray>>;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  get(dtype: DType): TypedArray {
    const { buffer } = this.#memory;
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#views = {
        float32: new Float32Array(buffer),
        float64: new Float64Array(buffer),
        int32: new Int32Array(buffer),
        bool: new Uint8Array(buffer),
      };
    }
    return this.#views[dtype];
  }

  /** Writes the elements of a tensor in row-major order. */
  write(address: number, tensor: Tensor): void {
    const { storage, dtype, shape, size } = tensor;
    const view = this.get(dtype);
    const begin = address / view.BYTES_PER_ELEMENT;
    if (typeof storage === "number") {
      view[begin] = storage;
      return;
    }
    if (storage instanceof StridedStorage) {
      const step = storage.flatStep(shape);
      const { buffer, offset } = storage;
      if (step === 1) {
        const isWhole = offset === 0 && buffer.length === size;
        view.set(isWhole ? buffer : buffer.subarray(offset, offset + size), begin);
        return;
      }
      if (step === 0) {
        view.fill(buffer[offset]!, begin, begin + size);
        return;
      }
    }
    view.set(hostValues(tensor, "compile"), begin);
  }

  /** A tensor of its own with the elements of a part of an array. */
  read(address: number, type: TensorType, layout: Layout, operation: string): Tensor {
    const view = this.get(type.dtype);
    const begin = address / view.BYTES_PER_ELEMENT + layout.offset;
    if (type.size === 1) return new Tensor(type, view[begin]!);
    const dense = new StridedStorage(view, layout.strides, begin);
    if (dense.flatStep(type.shape) === 1) {
      const values = allocate(type.dtype, type.size, operation);
      values.set(view.subarray(begin, begin + type.size));
      return new Tensor(type, denseStorage(values, type.shape));
    }
    const values = hostValues(new Tensor(type, dense), operation);
    return new Tensor(type, denseStorage(values.slice(), type.shape));
  }

  /** A tensor over the memory itself, for as long as nothing writes there. */
  tensor(address: number, type: TensorType, layout: Layout): Tensor {
    const view = this.get(type.dtype);
    const begin = address / view.BYTES_PER_ELEMENT + layout.offset;
    if (type.size === 1) return new Tensor(type, view[begin]!);
    return new Tensor(type, new StridedStorage(view, layout.strides, begin));
  }
}
