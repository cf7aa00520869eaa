/** How numbers, names and lists are written in a WebAssembly module. */

/** Appends an unsigned LEB128 number below 2³². */
export function writeUnsigned(bytes: number[], value: number): void {
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
}

/** Appends an unsigned number in five bytes whatever it is, to be overwritten once it is known. */
export function reserveUnsigned(bytes: number[]): void {
  bytes.push(0x80, 0x80, 0x80, 0x80, 0);
}

/** Overwrites what `reserveUnsigned` appended at a position. */
export function overwriteUnsigned(bytes: number[], at: number, value: number): void {
  for (let index = 0; index < 5; index++) {
    bytes[at + index] = ((value >>> (7 * index)) & 0x7f) | (index < 4 ? 0x80 : 0);
  }
}

/** Appends a signed LEB128 number: an integer of 32 bits, or a bigint of 64. */
export function writeSigned(bytes: number[], value: number | bigint): void {
  if (typeof value === "bigint") {
    writeSignedBig(bytes, value);
    return;
  }
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) {
      bytes.push(low);
      return;
    }
    bytes.push(low | 0x80);
  }
}

function writeSignedBig(bytes: number[], value: bigint): void {
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) {
      bytes.push(low);
      return;
    }
    bytes.push(low | 0x80);
  }
}

const scratch = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** Appends the bytes of the scratch memory, so many and so often. */
function appendScratch(bytes: number[], width: number, times: number): void {
  for (let count = 0; count < times; count++) {
    for (let index = 0; index < width; index++) bytes.push(scratch.getUint8(index));
  }
}

/** Appends a float as it is in memory. */
export function writeFloat(bytes: number[], bits: 32 | 64, value: number, times = 1): void {
  if (bits === 32) scratch.setFloat32(0, value, true);
  else scratch.setFloat64(0, value, true);
  appendScratch(bytes, bits / 8, times);
}

/** Appends an integer as it is in memory. */
export function writeInteger(
  bytes: number[],
  bits: 32 | 64,
  value: number | bigint,
  times = 1,
): void {
  if (bits === 32) scratch.setInt32(0, Number(value), true);
  else scratch.setBigInt64(0, BigInt(value), true);
  appendScratch(bytes, bits / 8, times);
}

/** Appends a name with its length in front. */
export function writeName(bytes: number[], name: string): void {
  writeBytes(bytes, new TextEncoder().encode(name));
}

/** Appends bytes with their number in front. */
export function writeBytes(bytes: number[], content: ArrayLike<number>): void {
  writeUnsigned(bytes, content.length);
  append(bytes, content);
}

/** Appends bytes; spreading long lists into an argument list would overflow the stack. */
export function append(bytes: number[], content: ArrayLike<number>): void {
  for (let index = 0; index < content.length; index++) bytes.push(content[index]!);
}
