import { Failure } from '../../core/failure';

/**
 * Decompresses bzip2, with every index checked and the output bounded. Written here because the packages at hand print a
 * deprecation warning of Node's, or allocate by numbers from the input.
 * Source: the format as described by J. Seward's bzip2 1.0 and Joe Tsai's "BZIP2: Format Specification" (2016).
 */
export function decompressBzip2(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const input = new BitReader(bytes);
  const output = new ByteSink(maxBytes);
  const space = createLinkSpace();
  do readStream(input, output, space);
  while (input.hasMore());
  return output.take();
}

const blockMagic = 0x3141_5926_5359;
const endMagic = 0x1772_4538_5090;
const symbolsPerSelector = 50;
const maxCodeBits = 20;

function fault(detail: string): Failure {
  return new Failure('avro.corruptBlock', { reason: 'decompression', detail: `bzip2: ${detail}` });
}

/** Room for the links of one block at a time: many small blocks must not cost a large array each. */
type LinkSpace = (size: number) => Uint32Array;

function createLinkSpace(): LinkSpace {
  let links = new Uint32Array(0);
  return (size) => {
    if (links.length < size) links = new Uint32Array(size);
    return links;
  };
}

function readStream(input: BitReader, output: ByteSink, space: LinkSpace): void {
  if (input.read(24) !== 0x42_5a68) throw fault('it does not begin like bzip2');
  const level = input.read(8) - 0x30;
  if (level < 1 || level > 9) throw fault('its block size is not one');
  let combined = 0;
  for (;;) {
    const magic = input.read(24) * 0x100_0000 + input.read(24);
    const crc = input.read(16) * 0x1_0000 + input.read(16);
    if (magic === endMagic) {
      if (crc !== combined >>> 0) throw fault('its checksum does not match');
      input.alignToByte();
      return;
    }
    if (magic !== blockMagic) throw fault('a block does not begin like one');
    combined = ((combined << 1) | (combined >>> 31)) ^ crc;
    readBlock(input, output, { links: space(level * 100_000), maxSize: level * 100_000, crc });
  }
}

interface BlockFrame {
  /** At least `maxSize` of them, of any content. */
  readonly links: Uint32Array;
  readonly maxSize: number;
  readonly crc: number;
}

function readBlock(input: BitReader, output: ByteSink, { links, maxSize, crc }: BlockFrame): void {
  if (input.read(1) === 1) throw fault('it is of an old, randomised kind');
  const origin = input.read(24);
  const size = readTransformed(input, links, maxSize);
  if (origin >= size) throw fault('its origin lies outside of the block');
  undoTransform(links, size);
  if (unrollRuns(links, size, origin, output) !== crc) throw fault('the checksum of a block does not match');
}

/** Huffman codes, move-to-front and zero runs undone: the block's bytes in the order of the Burrows-Wheeler transform. Gives how many. */
function readTransformed(input: BitReader, links: Uint32Array, maxSize: number): number {
  const symbols = readSymbols(input);
  const tableCount = input.read(3);
  if (tableCount < 2 || tableCount > 6) throw fault('it has no usable number of tables');
  const selectors = readSelectors(input, tableCount);
  const tables = Array.from({ length: tableCount }, () => readTable(input, symbols.length + 2));
  const endOfBlock = symbols.length + 1;
  let size = 0;
  let run = 0;
  let runBit = 1;
  const putRun = (): void => {
    if (run > maxSize - size) throw fault('a block is longer than it may be');
    links.fill(symbols[0] as number, size, size + run);
    size += run;
    run = 0;
    runBit = 1;
  };
  for (let group = 0; ; group++) {
    const table = tables[selectors[group] ?? -1];
    if (table === undefined) throw fault('its codes do not end');
    for (let i = 0; i < symbolsPerSelector; i++) {
      const code = table.read(input);
      if (code < 2) {
        run += runBit << code;
        if (run > maxSize) throw fault('a block is longer than it may be');
        runBit *= 2;
        continue;
      }
      if (run > 0) putRun();
      if (code === endOfBlock) return size;
      if (size >= maxSize) throw fault('a block is longer than it may be');
      links[size++] = moveToFront(symbols, code - 1);
    }
  }
}

function readSymbols(input: BitReader): Uint8Array {
  const used = input.read(16);
  const symbols: number[] = [];
  for (let high = 0; high < 16; high++) {
    if ((used & (0x8000 >>> high)) === 0) continue;
    const bits = input.read(16);
    for (let lowBits = 0; lowBits < 16; lowBits++) {
      if ((bits & (0x8000 >>> lowBits)) !== 0) symbols.push(high * 16 + lowBits);
    }
  }
  if (symbols.length === 0) throw fault('it uses no symbols');
  return Uint8Array.from(symbols);
}

function readSelectors(input: BitReader, tableCount: number): Uint8Array {
  const count = input.read(15);
  if (count === 0) throw fault('it has no selectors');
  const order = Uint8Array.from({ length: tableCount }, (_, index) => index);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let index = 0;
    while (input.read(1) === 1) {
      if (++index >= tableCount) throw fault('a selector names no table');
    }
    selectors[i] = moveToFront(order, index);
  }
  return selectors;
}

function moveToFront(list: Uint8Array, index: number): number {
  const value = list[index] as number;
  list.copyWithin(1, 0, index);
  list[0] = value;
  return value;
}

/** A canonical Huffman code. */
class CodeTable {
  private readonly limits = new Int32Array(maxCodeBits + 2).fill(-1);
  private readonly offsets = new Int32Array(maxCodeBits + 2);
  private readonly sorted: Uint16Array;
  private readonly shortest: number;

  constructor(lengths: Uint8Array) {
    this.sorted = new Uint16Array(lengths.length);
    this.shortest = Math.min(...lengths);
    let code = 0;
    let index = 0;
    for (let bits = 1; bits <= maxCodeBits; bits++) {
      this.offsets[bits] = index - code;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== bits) continue;
        this.sorted[index++] = symbol;
        code++;
      }
      this.limits[bits] = code - 1;
      code *= 2;
    }
  }

  read(input: BitReader): number {
    let bits = this.shortest;
    let code = input.read(bits);
    while (code > (this.limits[bits] as number)) {
      if (++bits > maxCodeBits) throw fault('a code stands for nothing');
      code = code * 2 + input.read(1);
    }
    const symbol = this.sorted[code + (this.offsets[bits] as number)];
    if (symbol === undefined) throw fault('a code stands for nothing');
    return symbol;
  }
}

function readTable(input: BitReader, symbolCount: number): CodeTable {
  const lengths = new Uint8Array(symbolCount);
  let bits = input.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (bits < 1 || bits > maxCodeBits) throw fault('a code has an impossible length');
      if (input.read(1) === 0) break;
      bits += input.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = bits;
  }
  return new CodeTable(lengths);
}

/** Puts into the upper 24 bits of each byte where the byte that follows it in the text stands. */
function undoTransform(links: Uint32Array, size: number): void {
  const starts = new Uint32Array(257);
  for (let i = 0; i < size; i++) {
    const next = ((links[i] as number) & 255) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  for (let i = 0; i < size; i++) {
    const byte = (links[i] as number) & 255;
    const at = starts[byte] as number;
    starts[byte] = at + 1;
    links[at] = ((links[at] as number) | (i << 8)) >>> 0;
  }
}

/** Writes the text with its runs unrolled (four equal bytes are followed by a count); returns its CRC-32. */
function unrollRuns(links: Uint32Array, size: number, origin: number, output: ByteSink): number {
  let crc = 0xffff_ffff;
  let position = (links[origin] as number) >>> 8;
  let last = -1;
  let equal = 0;
  for (let i = 0; i < size; i++) {
    const entry = links[position] as number;
    const byte = entry & 255;
    position = entry >>> 8;
    if (equal === 4) {
      for (let n = 0; n < byte; n++) {
        output.put(last);
        crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ last] as number);
      }
      equal = 0;
      last = -1;
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    output.put(byte);
    crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ byte] as number);
  }
  return ~crc >>> 0;
}

/** bzip2's CRC-32 goes from the highest bit down, unlike zlib's. */
const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc;
});

class BitReader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private held = 0;
  private heldBits = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Up to 24 bits, the highest first. */
  read(count: number): number {
    while (this.heldBits < count) {
      if (this.at >= this.bytes.length) throw fault('it ends too early');
      this.held = ((this.held << 8) | (this.bytes[this.at++] as number)) >>> 0;
      this.heldBits += 8;
    }
    this.heldBits -= count;
    const value = this.held >>> this.heldBits;
    this.held &= (1 << this.heldBits) - 1;
    return value;
  }

  alignToByte(): void {
    this.heldBits = 0;
    this.held = 0;
  }

  hasMore(): boolean {
    return this.at < this.bytes.length;
  }
}

/** Grows as it is written to, up to its bound. */
class ByteSink {
  private readonly maxBytes: number;
  private buffer = new Uint8Array(0x1_0000);
  private size = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  put(byte: number): void {
    if (this.size === this.buffer.length) {
      const grown = new Uint8Array(this.buffer.length * 2);
      grown.set(this.buffer);
      this.buffer = grown;
    }
    if (this.size >= this.maxBytes) throw new Failure('avro.tooLarge', { maxBytes: this.maxBytes });
    this.buffer[this.size++] = byte;
  }

  take(): Uint8Array {
    return this.buffer.subarray(0, this.size);
  }
}
