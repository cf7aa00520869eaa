/** Installs on tensors and variables the methods that stand for Python's operators and indexing, and their way out to JavaScript. */

import { tellValueRead } from "../core/dispatch.js";
import type { TypedArray } from "../core/dtype.js";
import { ShapeError } from "../core/errors.js";
import { formatTensor } from "../core/format.js";
import { data, hostValues, item, toArray } from "../core/reading.js";
import { Tensor } from "../core/tensor.js";
import { installShift, Variable } from "../core/variable.js";
import { abs, add, multiply, negative, square, subtract } from "./arithmetic.js";
import { cast } from "./cast.js";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./comparison.js";
import { matmul } from "./contraction.js";
import { divide } from "./division.js";
import { exp } from "./exponential.js";
import { log } from "./logarithm.js";
import type { TensorMethods, TensorReading } from "./method-types.js";
import { pow, sqrt } from "./power.js";
import { reduceMax, reduceMean, reduceMin, reduceSum } from "./reduction.js";
import { reshape, transpose } from "./shape.js";
import { elementAt } from "./slice.js";
import { slice } from "./slicing.js";

declare module "../core/tensor.js" {
  interface Tensor extends TensorMethods, TensorReading {}
}

declare module "../core/variable.js" {
  interface Variable extends TensorMethods {}
}

/** The value of whatever has the methods; tapes see that a variable is read. */
function presentValue(self: Tensor | Variable): Tensor {
  return self instanceof Variable ? self.read() : self;
}

const methods: TensorMethods & ThisType<Tensor | Variable> = {
  add(other) {
    return add(this, other);
  },
  sub(other) {
    return subtract(this, other);
  },
  mul(other) {
    return multiply(this, other);
  },
  div(other) {
    return divide(this, other);
  },
  pow(exponent) {
    return pow(this, exponent);
  },
  neg() {
    return negative(this);
  },
  matmul(other, options) {
    return matmul(this, other, options);
  },
  abs() {
    return abs(this);
  },
  square() {
    return square(this);
  },
  sqrt() {
    return sqrt(this);
  },
  exp() {
    return exp(this);
  },
  log() {
    return log(this);
  },
  equal(other) {
    return equal(this, other);
  },
  notEqual(other) {
    return notEqual(this, other);
  },
  greater(other) {
    return greater(this, other);
  },
  greaterEqual(other) {
    return greaterEqual(this, other);
  },
  less(other) {
    return less(this, other);
  },
  lessEqual(other) {
    return lessEqual(this, other);
  },
  sum(options) {
    return reduceSum(this, options);
  },
  mean(options) {
    return reduceMean(this, options);
  },
  max(options) {
    return reduceMax(this, options);
  },
  min(options) {
    return reduceMin(this, options);
  },
  reshape(shape) {
    return reshape(this, shape);
  },
  transpose(perm) {
    return transpose(this, perm);
  },
  cast(dtype) {
    return cast(this, dtype);
  },
  slice(begin, size) {
    return slice(this, begin, size);
  },
  at(...indices) {
    return elementAt(presentValue(this), indices);
  },
  item() {
    return item(presentValue(this));
  },
  toArray() {
    return toArray(presentValue(this));
  },
  data(options) {
    return data(presentValue(this), options);
  },
  toString() {
    // Unseen by tapes: to look at a variable is not to use it.
    return this instanceof Variable
      ? formatTensor(this.peek(), `Variable "${this.name}"`)
      : formatTensor(this, "Tensor");
  },
  *[Symbol.iterator]() {
    const value = presentValue(this);
    if (value.rank === 0) throw new ShapeError("a scalar tensor has no rows to go through");
    for (let row = 0; row < value.shape[0]!; row++) yield elementAt(value, [row]);
  },
  [Symbol.toPrimitive](hint) {
    return hint === "string" ? this.toString() : item(presentValue(this), "conversion to a number");
  },
};

/** The name under which Node.js looks for the text that `console.log` shows. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

function install(prototype: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(prototype, key, { value, writable: true, configurable: true });
}

for (const prototype of [Tensor.prototype, Variable.prototype]) {
  for (const key of Reflect.ownKeys(methods)) install(prototype, key, Reflect.get(methods, key));
  install(prototype, INSPECT, methods.toString);
}
install(Tensor.prototype, "read", async function read(this: Tensor): Promise<TypedArray> {
  tellValueRead(this, "read");
  return hostValues(this).slice();
});

installShift((value, change, sign) => (sign === 1 ? add(value, change) : subtract(value, change)));
