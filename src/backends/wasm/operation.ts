/** Operations with a kernel of their own: which kernel, for which operands, and the memory that it needs. */

import { isFloating } from "../../core/dtype.js";
import { sizeOf } from "../../core/shape.js";
import type { StatementPlan } from "../../kernel/memory-plan.js";
import type { Place, Statement } from "../../kernel/program.js";
import { scalarType } from "../../kernel/scalar-code.js";
import { type Address, fixed, pushAddress } from "./addresses.js";
import { addArgReduction } from "./arg-reduction.js";
import { addConvolution, type ConvolutionKernel, convolutionScratch } from "./convolution.js";
import { frameBytes, placeOf, type RowFunction, rowFunction, storeFrame } from "./epilogue.js";
import type { FunctionReference } from "./function-builder.js";
import { failureOf } from "./host-operation.js";
import { addFlatIndices, flatIndicesKernel } from "./indexing-flat.js";
import { addGather, addReplace } from "./indexing-gather.js";
import { addScatterAdd } from "./indexing-scatter-add.js";
import { historyBytes } from "./loop-history.js";
import { addMatmul, type MatmulKernel, type MatrixLayout, matmulScratch } from "./matmul.js";
import type { ModuleContext } from "./module-context.js";
import { addPool } from "./pool.js";
import type { ProgramScope } from "./program-scope.js";
import { addRecurrence, addScan } from "./running.js";

export type Operation = Extract<Statement, { kind: "operation" }>;
type AddRows = Extract<Statement, { kind: "addRows" }>;

/** Bytes that a statement needs for itself while it runs. */
export function scratchOf(statement: Statement): number {
  if (statement.kind === "loop") return historyBytes(statement.attributes);
  if (statement.kind !== "operation") return 0;
  const { kind } = statement.node.op.lowering;
  if (isProduct(statement)) return productScratch(statement) + frameBytes(statement);
  return checkedKinds.has(kind) ? CELL_BYTES : 0;
}

/** Whether an operation is a product of matrices, or a convolution, with a kernel that needs scratch memory. */
function isProduct({ node, operands }: Operation): boolean {
  const { kind } = node.op.lowering;
  return kind === "matmul" || (kind === "convolution" && isFloating(operands[0]!.type.dtype));
}

/** Bytes for the kernel of a product; the frame of its epilogue lies behind them. */
function productScratch(operation: Operation): number {
  return operation.node.op.lowering.kind === "matmul"
    ? matmulScratch(matmulKernel(operation))
    : convolutionScratch(convolutionKernel(operation));
}

/** Writes an operation by its kernel; false if it has none. */
export function nativeOperation(
  scope: ProgramScope,
  operation: Operation,
  plan: StatementPlan,
): boolean {
  const { body, base } = scope.place;
  const cell = base + plan.scratch;
  const callee = kernelOf(scope, operation, cell);
  if (callee === undefined) return false;
  if (checkedKinds.has(operation.node.op.lowering.kind)) {
    operation.operands.forEach((operand, place) => {
      body.constant("i32", cell | 0);
      pushAddress(body, scope.first(operand));
      body.memory("i32.store", 4 * place);
    });
  }
  for (const operand of operation.operands) pushAddress(body, scope.first(operand));
  for (const result of operation.results) {
    pushAddress(body, scope.array(placeOf(operation, result)));
  }
  if (isProduct(operation)) pushAddress(body, fixed(cell));
  if (operation.epilogue !== undefined) {
    const frame = fixed(cell + productScratch(operation));
    storeFrame(scope, body, operation, frame);
    body.constant("i32", 0);
    pushAddress(body, frame);
  }
  body.call(callee);
  return true;
}

/** Kinds that check indices; where their operands lie is written down before, for the error. */
const checkedKinds: ReadonlySet<string> = new Set(["gather", "flatIndices"]);
const CELL_BYTES = 16;

function kernelOf(
  scope: ProgramScope,
  operation: Operation,
  cell: number,
): FunctionReference | undefined {
  const { node, operands } = operation;
  const { context } = scope.place;
  const { module } = context;
  const { lowering } = node.op;
  const { attributes } = node;
  const { dtype, shape } = operands[0]?.type ?? { dtype: "float32", shape: [] };
  const type = scalarType(dtype);
  const lines = (axis: number) => ({
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis]!,
    inner: sizeOf(shape.slice(axis + 1)),
  });
  switch (lowering.kind) {
    case "matmul":
      return productFunction(context, matmulKernel(operation), rowFunction(context, operation));
    case "convolution":
      if (!isFloating(dtype)) return undefined;
      return convolutionFunction(
        context,
        convolutionKernel(operation),
        rowFunction(context, operation),
      );
    case "maxPool":
    case "averagePool": {
      const isMax = lowering.kind === "maxPool";
      if (type === "bool" || (!isMax && type === "i32")) return undefined;
      const kind = isMax ? "max" : lowering.adjoint ? "averageAdjoint" : "average";
      const [batch = 1] = shape.slice(-4);
      return addPool(module, {
        type,
        kind,
        count: sizeOf(shape.slice(0, -3)),
        batch: shape.length < 4 ? 1 : batch,
        channels: shape.at(-1)!,
        windows: lowering.windows(attributes),
      });
    }
    case "gather": {
      const [axis, span] = [lowering.axis(attributes), lowering.span(attributes)];
      const kernel = { dtype, ...slices(shape, axis, span), count: operands[1]!.type.size };
      return addGather(module, kernel, failureOf(context, operation, cell));
    }
    case "replace": {
      const { length, inner } = slices(shape, 0, lowering.span(attributes));
      return addReplace(module, { dtype, length, inner, count: operands[1]!.type.size });
    }
    case "flatIndices": {
      const kernel = flatIndicesKernel(lowering.target(attributes), shape);
      return addFlatIndices(module, kernel, failureOf(context, operation, cell));
    }
    case "scan": {
      const { axis, exclusive, reverse } = lowering.scan(attributes);
      const { reducer } = lowering;
      if (dtype === "bool") return undefined;
      return addScan(module, { dtype, reducer, exclusive, reverse, ...lines(axis) });
    }
    case "recurrence": {
      const { axis, reverse } = lowering.recurrence(attributes);
      if (!isFloating(dtype)) return undefined;
      return addRecurrence(module, { dtype, reverse, ...lines(axis) });
    }
    case "argReduce":
      return addArgReduction(module, {
        dtype,
        reducer: lowering.reducer,
        ...lines(lowering.axis(attributes)),
      });
    default:
      return undefined;
  }
}

/** The function for products of matrices of one size. */
export function productFunction(
  context: ModuleContext,
  kernel: MatmulKernel,
  finish?: RowFunction,
): FunctionReference {
  return shared(context, `matmul ${finish?.key}`, kernel, () =>
    addMatmul(context.module, kernel, context.options, finish),
  );
}

/** The function for convolutions of one size. */
export function convolutionFunction(
  context: ModuleContext,
  kernel: ConvolutionKernel,
  finish?: RowFunction,
): FunctionReference {
  return shared(context, `convolution ${finish?.key}`, kernel, () =>
    addConvolution(context.module, kernel, context.options, finish),
  );
}

/** The function for a kernel, the same for the same kernel. */
function shared<K extends object>(
  context: ModuleContext,
  name: string,
  kernel: K,
  add: (kernel: K) => FunctionReference,
): FunctionReference {
  return context.shared(`${name} ${JSON.stringify(kernel)}`, () => add(kernel));
}

function slices(shape: readonly number[], axis: number, span: number) {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: sizeOf(shape.slice(axis, axis + span)),
    inner: sizeOf(shape.slice(axis + span)),
  };
}

/** The product that a matmul is. */
export function matmulKernel({ operands }: Operation): MatmulKernel {
  const [left, right] = operands as readonly [Place, Place];
  const { shape, dtype } = left.type;
  return {
    type: scalarType(dtype) as MatmulKernel["type"],
    batch: shape.slice(0, -2),
    rows: shape.at(-2)!,
    inner: shape.at(-1)!,
    columns: right.type.shape.at(-1)!,
    left: matrixLayout(left),
    right: matrixLayout(right),
  };
}

function matrixLayout({ layout: { strides } }: Place): MatrixLayout {
  return {
    batchStrides: strides.slice(0, -2),
    rowStride: strides.at(-2)!,
    columnStride: strides.at(-1)!,
  };
}

/** The convolution, or adjoint of one, that an operation is. */
export function convolutionKernel({ node, operands }: Operation): ConvolutionKernel {
  const { lowering } = node.op;
  if (lowering.kind !== "convolution") throw new TypeError("no convolution");
  const { form } = lowering;
  const [first, second] = operands as readonly [Place, Place];
  const a = first.type.shape;
  const b = second.type.shape;
  const isInputGradient = form === "inputGradient";
  return {
    type: first.type.dtype === "float32" ? "f32" : "f64",
    form,
    count: sizeOf(a.slice(0, -4)),
    batch: a.at(-4)!,
    channels: isInputGradient ? b.at(-2)! : a.at(-1)!,
    resultChannels: b.at(-1)!,
    windows: lowering.windows(node.attributes),
  };
}

/** Writes the addition of rows at indices. */
export function addRows(scope: ProgramScope, { rows, indices, axis, span, result }: AddRows): void {
  const { body, context, program } = scope.place;
  const { shape, dtype } = program.arrays[result]!.type;
  // What float32 rows are added to may be kept in float64.
  const isWide = dtype !== rows.type.dtype;
  const kernel = {
    dtype: rows.type.dtype,
    ...slices(shape, axis, span),
    count: indices.type.size,
    ...(isWide ? { sums: "float64" as const } : {}),
  };
  const callee = addScatterAdd(context.module, kernel);
  const addresses: readonly Address[] = [
    scope.array(result),
    scope.first(indices),
    scope.first(rows),
  ];
  for (const address of addresses) pushAddress(body, address);
  body.call(callee);
}
