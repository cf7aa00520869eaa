/** An ONNX model of one operation, the product of two square matrices, as the bytes of its protocol buffer. */

type Bytes = readonly number[];

/** Opset 17 and what came with it: every ONNX Runtime of today reads them. */
const OPSET = 17;
const FORMAT_VERSION = 8;
const FLOAT = 1;

function varint(value: number): Bytes {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function integer(field: number, value: number): Bytes {
  return [...varint(8 * field), ...varint(value)];
}

function message(field: number, ...parts: readonly Bytes[]): Bytes {
  const content = parts.flat();
  return [...varint(8 * field + 2), ...varint(content.length), ...content];
}

function text(field: number, value: string): Bytes {
  return message(field, [...new TextEncoder().encode(value)]);
}

/** c = a · b of [length, length] matrices in float32; field numbers are those of onnx.proto. */
export function productModel(length: number): Uint8Array {
  const dimension = message(1, integer(1, length));
  const type = message(1, integer(1, FLOAT), message(2, dimension, dimension));
  const value = (field: number, name: string): Bytes =>
    message(field, text(1, name), message(2, type));
  const node = message(1, text(1, "a"), text(1, "b"), text(2, "c"), text(4, "MatMul"));
  const graph = message(
    7,
    node,
    text(2, "product"),
    value(11, "a"),
    value(11, "b"),
    value(12, "c"),
  );
  const opset = message(8, integer(2, OPSET));
  return Uint8Array.from([...integer(1, FORMAT_VERSION), ...graph, ...opset]);
}
