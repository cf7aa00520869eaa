/** A variable: state that programs read and assign, and that tapes watch by themselves. */

import { isTracing, readVariable, traceAssignment, unheard } from "./dispatch.js";
import { allocate, checkDType, type DType, isTypedArray, type TypedArray } from "./dtype.js";
import { DTypeError, InternalError, ShapeError } from "./errors.js";
import type { HeldValue } from "./held-value.js";
import { arrayTensor, isLiteral, type Literal, literalTensor } from "./literals.js";
import { notATensor } from "./not-a-tensor.js";
import { checkOptions } from "./options.js";
import { hostValues } from "./reading.js";
import { formatShape, type Shape, sameShape } from "./shape.js";
import { denseStorage, type Storage, StridedStorage } from "./storage.js";
import { TENSOR_BRAND, Tensor, type TensorType, takeId, tensorType } from "./tensor.js";

/** What a variable can be given. */
export type VariableValue = Tensor | Variable | Literal | TypedArray;

/** Options of `new Variable`. */
export interface VariableOptions {
  /** Whether tapes watch it when it is read. Default true. */
  readonly trainable?: boolean;
  /** For messages and for lists of variables. Default "Variable". */
  readonly name?: string;
  /** Default: the value's own, float32 for numbers. */
  readonly dtype?: DType;
}

/**
 * A tensor that can be assigned; usable wherever a tensor is, and with the same methods.
 *
 * @example
 * const w = new tf.Variable([1, 2], { name: "w" });
 * w.assignSub([0.5, 0.5]);
 * w.toArray(); // [0.5, 1.5]
 *
 * @throws DTypeError, ShapeError, ArgumentError as `tf.constant`.
 */
export class Variable {
  /** @internal */
  readonly id = takeId();
  readonly name: string;
  /** Whether tapes watch it when it is read. */
  readonly trainable: boolean;
  /** @internal */
  readonly type: TensorType;
  #value: Tensor | undefined;
  /** The value where it lies outside of the heap. */
  #held: HeldValue | undefined;

  constructor(value: VariableValue, options: VariableOptions = {}) {
    checkOptions(options, ["trainable", "name", "dtype"], "Variable");
    const { trainable = true, name = "Variable", dtype } = options;
    if (dtype !== undefined) checkDType(dtype, "Variable");
    const initial = valueTensor(value, dtype, `Variable "${name}"`);
    if (dtype !== undefined && initial.dtype !== dtype) {
      throw new DTypeError(
        `Variable "${name}": the value has dtype ${initial.dtype}, but ${dtype} is asked for; cast it first`,
      );
    }
    this.name = name;
    this.trainable = trainable;
    this.type = tensorType(initial.dtype, initial.shape);
    this.#value = new Tensor(this.type, ownStorage(initial));
  }

  /** @internal */
  get [TENSOR_BRAND](): true {
    return true;
  }

  /** Element type. */
  get dtype(): DType {
    return this.type.dtype;
  }

  /** Length of every axis. */
  get shape(): Shape {
    return this.type.shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.type.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return this.type.size;
  }

  /**
   * The present value. It stays what it is when the variable is assigned. Recording tapes watch a trainable variable
   * from here on.
   */
  read(): Tensor {
    return readVariable(this, this.peek());
  }

  /** @internal The present value, unseen by tapes. */
  peek(): Tensor {
    if (this.#value === undefined) {
      this.#value = this.#held!.read();
      this.#held = undefined;
    }
    return this.#value;
  }

  /** @internal The present value where it lies outside of the heap; setting it replaces the value by one of the same type. */
  get held(): HeldValue | undefined {
    return this.#held;
  }

  set held(value: HeldValue | undefined) {
    this.#held?.drop();
    this.#held = value;
    this.#value = undefined;
  }

  /**
   * Replaces the value; not differentiated.
   *
   * @throws ShapeError, DTypeError when the value has another shape or dtype; TraceError while a function is traced; the variable
   * keeps what it had.
   */
  assign(value: VariableValue): this {
    const operation = `assign to Variable "${this.name}"`;
    const tensor = this.#checked(value, operation);
    if (traceAssignment(this, tensor, operation)) return this;
    return this.#set(ownStorage(tensor));
  }

  /**
   * Adds to the value; not differentiated, and not seen by tapes. int32 wraps.
   *
   * @throws ShapeError, DTypeError when what is added has another shape or dtype, or is bool; the variable keeps what it had.
   */
  assignAdd(value: VariableValue): this {
    return this.#shift(value, 1, `assignAdd to Variable "${this.name}"`);
  }

  /**
   * Subtracts from the value; not differentiated, and not seen by tapes. int32 wraps.
   *
   * @throws ShapeError, DTypeError when what is subtracted has another shape or dtype, or is bool; the variable keeps what it
   * had.
   */
  assignSub(value: VariableValue): this {
    return this.#shift(value, -1, `assignSub to Variable "${this.name}"`);
  }

  #shift(value: VariableValue, sign: 1 | -1, operation: string): this {
    const checked = this.#checked(value, operation);
    const { dtype } = this;
    if (dtype === "bool") throw new DTypeError(`${operation}: bool cannot be added; use assign`);
    if (isTracing()) {
      const before = unheard(() => this.read());
      traceAssignment(this, sumOf(before, checked, sign), operation);
      return this;
    }
    const change = hostValues(checked);
    const before = hostValues(this.peek());
    const after = allocate(dtype, this.size, operation);
    for (let index = 0; index < after.length; index++) {
      after[index] = before[index]! + sign * change[index]!;
    }
    return this.#set(denseStorage(after, this.shape));
  }

  #set(storage: Storage): this {
    this.held = undefined;
    this.#value = new Tensor(this.type, storage);
    return this;
  }

  /** The value as a tensor of the variable's own type. */
  #checked(value: VariableValue, operation: string): Tensor {
    const tensor = valueTensor(value, this.dtype, operation);
    if (tensor.dtype !== this.dtype) {
      throw new DTypeError(
        `${operation}: the value has dtype ${tensor.dtype}, the variable ${this.dtype}; cast it first`,
      );
    }
    if (!sameShape(tensor.shape, this.shape)) {
      throw new ShapeError(
        `${operation}: the value has shape ${formatShape(tensor.shape)}, the variable ${formatShape(this.shape)}`,
      );
    }
    return tensor;
  }
}

/** Adds or subtracts by operations, which only the modules above this one know. */
type Shift = (value: Tensor, change: Tensor, sign: 1 | -1) => Tensor;

let shift: Shift | undefined;

/** Installs how variables are added to while a function is traced; called once, by the module that installs the methods of tensors. */
export function installShift(byOperations: Shift): void {
  shift = byOperations;
}

/** The sum unseen by tapes. */
function sumOf(value: Tensor, change: Tensor, sign: 1 | -1): Tensor {
  if (shift === undefined) throw new InternalError('Variable: import "gradtape" itself');
  const byOperations = shift;
  return unheard(() => byOperations(value, change, sign));
}

/** A small view of a large buffer is copied, so that a variable does not keep the large buffer alive. */
function ownStorage(tensor: Tensor): Storage {
  const { storage } = tensor;
  if (!(storage instanceof StridedStorage) || storage.buffer.length === tensor.size) return storage;
  return denseStorage(hostValues(tensor).slice(), tensor.shape);
}

function valueTensor(value: VariableValue, dtype: DType | undefined, operation: string): Tensor {
  if (value instanceof Tensor) return value;
  if (value instanceof Variable) return isTracing() ? unheard(() => value.read()) : value.peek();
  if (isTypedArray(value)) return arrayTensor(value, [value.length], dtype, true, operation);
  if (isLiteral(value)) return literalTensor(value, dtype, operation);
  throw notATensor(value, operation, "the value");
}
