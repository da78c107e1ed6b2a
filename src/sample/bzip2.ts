/**
 * A bzip2 encoder, for the sample bucket and the tests: correct and deterministic, not the smallest output. There is no
 * well-kept one for JavaScript with a licence that fits. One pair of equal Huffman tables a block; blocks of at most 900,000 bytes.
 * Source of the format: the decoder in the bzip2 1.0 distribution and "BZIP2 format specification" (J. Tsai, 2016).
 */
export function compressBzip2(input: Uint8Array): Buffer {
  const bits = createBitWriter(input.length);
  for (const byte of Buffer.from('BZh9', 'ascii')) bits.write(byte, 8);
  let streamCrc = 0;
  let position = 0;
  while (position < input.length) {
    const { encoded, end } = encodeRuns(input, position);
    const blockCrc = crcOf(input.subarray(position, end));
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ blockCrc) >>> 0;
    writeBlock(bits, encoded, blockCrc);
    position = end;
  }
  bits.write(0x177245, 24);
  bits.write(0x385090, 24);
  bits.write32(streamCrc);
  return bits.finish();
}

// 900,000, less what the last run can add.
const maxBlockBytes = 900_000 - 20;
const groupSize = 50;
const maxCodeLength = 17;

/** The first step: four equal bytes are followed by a count of how many more there are. */
function encodeRuns(input: Uint8Array, from: number): { encoded: Uint8Array; end: number } {
  const output = new Uint8Array(Math.min(Math.ceil((input.length - from) * 1.25) + 8, maxBlockBytes + 8));
  let length = 0;
  let position = from;
  while (position < input.length && length < maxBlockBytes) {
    const byte = input[position] ?? 0;
    let run = 1;
    while (run < 255 && input[position + run] === byte) run++;
    for (let i = 0; i < Math.min(run, 4); i++) output[length++] = byte;
    if (run >= 4) output[length++] = run - 4;
    position += run;
  }
  return { encoded: output.subarray(0, length), end: position };
}

function writeBlock(bits: BitWriter, data: Uint8Array, crc: number): void {
  const { last, origin } = transform(data);
  const used = new Uint8Array(256);
  for (const byte of data) used[byte] = 1;
  const { symbols, alphabetSize } = moveToFront(last, used);

  bits.write(0x314159, 24);
  bits.write(0x265359, 24);
  bits.write32(crc);
  bits.write(0, 1);
  bits.write(origin, 24);
  for (let group = 0; group < 16; group++)
    bits.write(used.subarray(group * 16, group * 16 + 16).includes(1) ? 1 : 0, 1);
  for (let group = 0; group < 16; group++) {
    const slice = used.subarray(group * 16, group * 16 + 16);
    if (slice.includes(1)) for (const flag of slice) bits.write(flag, 1);
  }

  const lengths = codeLengths(symbols, alphabetSize);
  const selectors = Math.ceil(symbols.length / groupSize);
  bits.write(2, 3);
  bits.write(selectors, 15);
  for (let i = 0; i < selectors; i++) bits.write(0, 1);
  for (let table = 0; table < 2; table++) writeLengths(bits, lengths);
  const codes = canonicalCodes(lengths);
  for (const symbol of symbols) bits.write(codes[symbol] ?? 0, lengths[symbol] ?? 0);
}

/** Burrows-Wheeler: sorts all rotations by prefixes of doubling length, each round two counting sorts. */
function transform(data: Uint8Array): { last: Uint8Array; origin: number } {
  const n = data.length;
  let order = new Int32Array(n);
  let rank = new Int32Array(n);
  let buffer = new Int32Array(n);
  const counts = new Int32Array(Math.max(256, n) + 1);
  for (const byte of data) counts[byte + 1] = (counts[byte + 1] ?? 0) + 1;
  for (let i = 1; i <= 256; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
  for (let i = 0; i < n; i++) {
    rank[i] = data[i] ?? 0;
    const slot = counts[data[i] ?? 0] ?? 0;
    order[slot] = i;
    counts[data[i] ?? 0] = slot + 1;
  }
  for (let half = 0; half < n; half = half === 0 ? 1 : half * 2) {
    if (half > 0) {
      // Sorted by the second half already: shift, then a stable counting sort by the first.
      for (let i = 0; i < n; i++) buffer[i] = ((order[i] ?? 0) - half + n) % n;
      counts.fill(0);
      for (let i = 0; i < n; i++) counts[(rank[i] ?? 0) + 1] = (counts[(rank[i] ?? 0) + 1] ?? 0) + 1;
      for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
      for (let i = 0; i < n; i++) {
        const start = buffer[i] ?? 0;
        const slot = counts[rank[start] ?? 0] ?? 0;
        order[slot] = start;
        counts[rank[start] ?? 0] = slot + 1;
      }
    }
    let classes = 0;
    for (let i = 0; i < n; i++) {
      const here = order[i] ?? 0;
      const before = order[i - 1] ?? 0;
      const isNew =
        i > 0 &&
        (rank[here] !== rank[before] || (half > 0 && rank[(here + half) % n] !== rank[(before + half) % n]));
      if (isNew) classes++;
      buffer[here] = classes;
    }
    [rank, buffer] = [buffer, rank];
    if (classes === n - 1) break;
  }
  const last = new Uint8Array(n);
  for (let i = 0; i < n; i++) last[i] = data[((order[i] ?? 0) + n - 1) % n] ?? 0;
  order = order.map((start, i) => (start === 0 ? i : -1));
  return { last, origin: order.reduce((a, b) => Math.max(a, b), 0) };
}

/** Symbols 0 and 1 spell runs of zeros in bijective base 2; the last symbol ends the block. */
function moveToFront(data: Uint8Array, used: Uint8Array): { symbols: Uint16Array; alphabetSize: number } {
  const recent: number[] = [];
  for (let byte = 0; byte < 256; byte++) if (used[byte] === 1) recent.push(byte);
  const endOfBlock = recent.length + 1;
  const symbols = new Uint16Array(data.length + 1);
  let length = 0;
  let zeros = 0;
  const flush = (): void => {
    for (; zeros > 0; zeros = (zeros - (zeros % 2 === 1 ? 1 : 2)) / 2) symbols[length++] = zeros % 2 === 1 ? 0 : 1;
  };
  for (const byte of data) {
    const position = recent.indexOf(byte);
    if (position === 0) {
      zeros++;
      continue;
    }
    flush();
    recent.splice(position, 1);
    recent.unshift(byte);
    symbols[length++] = position + 1;
  }
  flush();
  symbols[length++] = endOfBlock;
  return { symbols: symbols.subarray(0, length), alphabetSize: endOfBlock + 1 };
}

/** Huffman's lengths; every symbol gets a code, and the frequencies are halved until none is longer than 17 bits. */
function codeLengths(symbols: Uint16Array, alphabetSize: number): Uint8Array {
  let weights = new Array<number>(alphabetSize).fill(0);
  for (const symbol of symbols) weights[symbol] = (weights[symbol] ?? 0) + 1;
  weights = weights.map((weight) => Math.max(1, weight));
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (lengths.every((length) => length <= maxCodeLength)) return Uint8Array.from(lengths);
    weights = weights.map((weight) => 1 + (weight >>> 1));
  }
}

function huffmanLengths(weights: readonly number[]): number[] {
  interface Node {
    readonly weight: number;
    readonly symbols: readonly number[];
  }
  const lengths = weights.map(() => 0);
  let nodes: Node[] = weights.map((weight, symbol) => ({ weight, symbols: [symbol] }));
  while (nodes.length > 1) {
    nodes.sort((a, b) => a.weight - b.weight);
    const [first, second, ...rest] = nodes;
    if (first === undefined || second === undefined) break;
    const symbols = [...first.symbols, ...second.symbols];
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
    nodes = [...rest, { weight: first.weight + second.weight, symbols }];
  }
  return lengths;
}

function canonicalCodes(lengths: Uint8Array): number[] {
  const codes = new Array<number>(lengths.length).fill(0);
  let code = 0;
  for (let length = 1; length <= maxCodeLength; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) codes[symbol] = code++;
    code <<= 1;
  }
  return codes;
}

/** Each length as steps up (10) and down (11) from the one before, closed by 0. */
function writeLengths(bits: BitWriter, lengths: Uint8Array): void {
  let current = lengths[0] ?? 1;
  bits.write(current, 5);
  for (const length of lengths) {
    for (; current < length; current++) bits.write(2, 2);
    for (; current > length; current--) bits.write(3, 2);
    bits.write(0, 1);
  }
}

interface BitWriter {
  /** The lowest `count` bits of the value, at most 24. */
  write(value: number, count: number): void;
  write32(value: number): void;
  finish(): Buffer;
}

function createBitWriter(expectedBytes: number): BitWriter {
  let buffer = Buffer.alloc(expectedBytes + 256);
  let length = 0;
  let pending = 0;
  let pendingBits = 0;
  const write = (value: number, count: number): void => {
    pending = (pending << count) | value;
    pendingBits += count;
    while (pendingBits >= 8) {
      if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
      buffer[length++] = (pending >>> (pendingBits - 8)) & 0xff;
      pendingBits -= 8;
    }
    pending &= (1 << pendingBits) - 1;
  };
  return {
    write,
    write32: (value) => {
      write(value >>> 16, 16);
      write(value & 0xffff, 16);
    },
    finish: () => {
      if (pendingBits > 0) write(0, 8 - pendingBits);
      return buffer.subarray(0, length);
    },
  };
}

/** CRC-32 with the bits of each byte in the other order than zlib's. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = ((crc << 8) ^ (crcTable[(crc >>> 24) ^ byte] ?? 0)) >>> 0;
  return ~crc >>> 0;
}
