/** Reads the numbers of a WebAssembly module, and writes constants as text that reads back to the same bits. */

/** Goes through bytes from the first to the last. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  byte(): number {
    return this.view(1).getUint8(0);
  }

  /** The next bytes, without a copy; a RangeError where there are not so many. */
  view(length: number): DataView {
    const { buffer, byteOffset } = this.#bytes;
    if (this.#position + length > this.#bytes.length) throw new RangeError("the bytes end early");
    this.#position += length;
    return new DataView(buffer, byteOffset + this.#position - length, length);
  }

  /** An unsigned LEB128 number below 2³². */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** A signed LEB128 number. */
  signed(): bigint {
    let value = 0n;
    for (let bits = 7; ; bits += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(bits - 7);
      if (byte < 0x80) return BigInt.asIntN(bits, value);
    }
  }

  /** A reader of the next bytes, whose number stands in front of them. */
  part(): ByteReader {
    const { buffer, byteOffset, byteLength } = this.view(this.unsigned());
    return new ByteReader(new Uint8Array(buffer, byteOffset, byteLength));
  }

  /** A name with its length in front. */
  name(): string {
    return new TextDecoder().decode(this.view(this.unsigned()));
  }

  /** As many entries as the number in front says. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read);
  }
}

/** A floating-point constant. */
export function floatText(bits: 32 | 64, view: DataView, at = 0): string {
  const number = bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  const pattern = bits === 32 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true);
  const sign = pattern >> BigInt(bits - 1) === 1n ? "-" : "";
  if (Number.isNaN(number)) {
    const fractionBits = bits === 32 ? 23 : 52;
    const fraction = BigInt.asUintN(fractionBits, pattern);
    const isCanonical = fraction === 1n << BigInt(fractionBits - 1);
    return sign + (isCanonical ? "nan" : `nan:0x${fraction.toString(16)}`);
  }
  const magnitude = Math.abs(number);
  if (magnitude === Number.POSITIVE_INFINITY) return `${sign}inf`;
  return sign + (bits === 32 ? shortestText(magnitude) : String(magnitude));
}

/** The shortest decimal number that reads back as the same number of 32 bits; nine digits always do. */
function shortestText(magnitude: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(magnitude.toPrecision(digits));
    // What lies next to the middle between two numbers is left alone: `fround` sees it after a rounding to 64 bits, others do not.
    const isSafe = [1 - 2 ** -50, 1 + 2 ** -50].every(
      (factor) => Math.fround(candidate * factor) === magnitude,
    );
    if (isSafe) return String(candidate);
  }
  return String(Number(magnitude.toPrecision(9)));
}

/** A constant vector, in lanes of 32 bits if they are alike and of 64 bits otherwise, as the numbers that it is likely meant for. */
export function vectorText(view: DataView): string {
  const words = [0, 4, 8, 12].map((at) => view.getUint32(at, true));
  const bits = words.every((word) => word === words[0]) ? 32 : 64;
  const lanes = bits === 32 ? [0, 4, 8, 12] : [0, 8];
  const isFloating = lanes.every((at) => looksFloating(bits, view, at));
  const texts = lanes.map((at) => {
    if (isFloating) return floatText(bits, view, at);
    return String(bits === 32 ? view.getInt32(at, true) : view.getBigInt64(at, true));
  });
  return `${isFloating ? "f" : "i"}${bits}x${lanes.length} ${texts.join(" ")}`;
}

/** Integers that are not huge would be subnormal numbers or NaN with a payload. */
function looksFloating(bits: 32 | 64, view: DataView, at: number): boolean {
  const number = bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  if (Number.isNaN(number)) return floatText(bits, view, at) === "nan";
  return number === 0 || Math.abs(number) >= (bits === 32 ? 2 ** -126 : 2 ** -1022);
}
