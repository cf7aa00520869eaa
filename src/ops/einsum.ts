/** Sums of products by the convention of Einstein, which TensorFlow exports as `tf.einsum` and `tf.linalg.einsum`. */

import { type TensorLike, toTensors } from "../core/convert.js";
import { run } from "../core/dispatch.js";
import { ArgumentError } from "../core/errors.js";
import { sizeOf } from "../core/shape.js";
import type { Tensor } from "../core/tensor.js";
import { multiply } from "./arithmetic.js";
import { reduceSumOp } from "./broadcast.js";
import { checkDomain } from "./declare.js";
import { type Equation, isEllipsis, parseEquation } from "./einsum-equation.js";
import { matrixProduct } from "./matrix-product.js";
import { permute } from "./permute.js";
import { reshapeTo } from "./reshape.js";
import { stridedSliceOp } from "./slice.js";

/** A tensor whose axes have distinct labels. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * The sum of products that an equation such as "ij,jk->ik" describes: axes with one letter go together, those that the result
 * does not name are summed over. A letter that occurs twice in an operand takes its diagonal, "..." stands for further axes,
 * which broadcast; without "->" the result has the letters that occur once, in alphabetical order.
 *
 * Operands are contracted in pairs, the cheapest pair first.
 *
 * @param operands numeric, of one dtype
 * @throws ArgumentError when the equation is malformed or has another number of operands; ShapeError when the axes of an
 * operand do not match its letters, or lengths under one letter differ; DTypeError when dtypes differ or are bool.
 * @example
 * tf.einsum("ij,jk->ik", a, b); // matmul
 * tf.einsum("ii->", a); // trace
 * tf.einsum("bqhd,bkhd->bhqk", queries, keys);
 */
export function einsum(equation: string, ...operands: readonly TensorLike[]): Tensor {
  if (operands.length === 0) throw new ArgumentError("einsum: at least one operand is due");
  const tensors = toTensors(operands, "einsum", ["operands…"]);
  checkDomain(tensors[0]!, "numeric", "einsum", "operands[0]");
  const parsed = parseEquation(
    equation,
    tensors.map(({ shape }) => shape),
  );
  const { output, lengths } = parsed;
  let terms = tensors.map((tensor, position) => distinctLabels(tensor, position, parsed));
  while (terms.length > 1) {
    const [first, second] = cheapestPair(terms, lengths);
    const rest = terms.filter((term) => term !== first && term !== second);
    const needed = new Set([...output, ...rest.flatMap(({ labels }) => labels)]);
    terms = [...rest, contract(first, second, needed)];
  }
  const last = sumOver(terms[0]!, new Set(output));
  return permute(
    last.tensor,
    output.map((label) => last.labels.indexOf(label)),
  );
}

/** The operand with diagonals taken and without axes of length 1 that would broadcast. */
function distinctLabels(operand: Tensor, position: number, equation: Equation): Labelled {
  let tensor = operand;
  let labels = equation.operands[position]!;
  const kept = labels.map(
    (label, axis) => !isEllipsis(label) || tensor.shape[axis] === equation.lengths.get(label),
  );
  tensor = reshapeTo(
    tensor,
    tensor.shape.filter((_, axis) => kept[axis]),
  );
  labels = labels.filter((_, axis) => kept[axis]);
  for (;;) {
    const repeated = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
    if (repeated < 0) return { tensor, labels };
    const earlier = labels.indexOf(labels[repeated]!);
    tensor = diagonal(tensor, earlier, repeated);
    const label = labels[repeated]!;
    labels = [...labels.filter((_, axis) => axis !== earlier && axis !== repeated), label];
  }
}

/** The diagonal of two axes of equal length, as the last axis: every (length + 1)-th element of the two axes as one. */
function diagonal(x: Tensor, first: number, second: number): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const length = x.shape[first]!;
  const shape = others.map((axis) => x.shape[axis]!);
  const flat = reshapeTo(permute(x, [...others, first, second]), [...shape, length * length]);
  return run(stridedSliceOp, [flat], {
    begin: new Array<number>(shape.length + 1).fill(0),
    strides: [...shape.map(() => 1), length + 1],
    size: [...shape, length],
  });
}

/** The operand summed over the axes whose labels nobody needs. */
function sumOver({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const axes = labels.map((_, axis) => axis).filter((axis) => !needed.has(labels[axis]!));
  if (axes.length === 0) return { tensor, labels };
  return {
    tensor: run(reduceSumOp, [tensor], { axes, keepdims: false }),
    labels: labels.filter((label) => needed.has(label)),
  };
}

/** The pair whose product takes the fewest multiplications. */
function cheapestPair(
  terms: readonly Labelled[],
  lengths: ReadonlyMap<string, number>,
): readonly [Labelled, Labelled] {
  let best: readonly [Labelled, Labelled] = [terms[0]!, terms[1]!];
  let lowest = Number.POSITIVE_INFINITY;
  terms.forEach((first, position) => {
    for (const second of terms.slice(position + 1)) {
      const labels = new Set([...first.labels, ...second.labels]);
      const cost = sizeOf([...labels].map((label) => lengths.get(label)!));
      if (cost < lowest) {
        lowest = cost;
        best = [first, second];
      }
    }
  });
  return best;
}

/** The product of two terms, summed over the labels that nobody needs afterwards. */
function contract(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const first = sumOver(a, new Set([...needed, ...b.labels]));
  const second = sumOver(b, new Set([...needed, ...a.labels]));
  const shared = first.labels.filter((label) => second.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const summed = shared.filter((label) => !needed.has(label));
  const rows = first.labels.filter((label) => !shared.includes(label));
  const columns = second.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const lengths = labels.map((label) => lengthOf(first, label) ?? lengthOf(second, label)!);
  const size = (named: readonly string[], of: Labelled): number =>
    sizeOf(named.map((label) => lengthOf(of, label)!));
  const depth = size(summed, first);
  const left = arrange(first, [...batch, ...rows, ...summed]);
  const right = arrange(second, [...batch, ...summed, ...columns]);
  const batches = lengths.slice(0, batch.length);
  if (rows.length === 0 && columns.length === 0 && batch.length > 0) {
    // Many products of a row with a column are one elementwise product.
    const product = multiply(left, right);
    const axes = summed.map((_, axis) => batch.length + axis);
    return {
      tensor: axes.length === 0 ? product : run(reduceSumOp, [product], { axes, keepdims: false }),
      labels,
    };
  }
  const product = matrixProduct(
    reshapeTo(left, [...batches, size(rows, first), depth]),
    reshapeTo(right, [...batches, depth, size(columns, second)]),
  );
  return { tensor: reshapeTo(product, lengths), labels };
}

function lengthOf({ tensor, labels }: Labelled, label: string): number | undefined {
  return tensor.shape[labels.indexOf(label)];
}

/** The tensor with its axes in the order of `labels`. */
function arrange({ tensor, labels }: Labelled, order: readonly string[]): Tensor {
  return permute(
    tensor,
    order.map((label) => labels.indexOf(label)),
  );
}
