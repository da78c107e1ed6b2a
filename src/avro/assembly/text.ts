import { writeDecimal } from './digits';
import { writeAsciiJson, writeField, writeHex, writeJsonText, writeWideJson } from './strings';
import { readVarint } from './varint';

/**
 * Writes the rows of a batch as text, straight from bytes to bytes. What passes between the two sides (../wasmText.ts) lies in
 * records of 32-bit words, in this order.
 */
@unmanaged
class Job {
  data: usize;
  starts: usize;
  ends: usize;
  stride: u32;
  rows: u32;
  /** One byte a row, 0 for those that are left out; or no address, and all rows count. */
  mask: usize;
  /** The row to go on with. */
  next: u32;
  out: usize;
  capacity: u32;
  /** Bytes written so far. */
  length: u32;
  /** A `Field` for each column wanted. */
  fields: usize;
  fieldCount: u32;
  /** 0 for JSON, else what separates fields. */
  delimiter: u32;
  /** What stands for NULL, and what ends a row. */
  nullText: usize;
  nullLength: u32;
  rowEnd: usize;
  rowEndLength: u32;
  /**
   * If there is an address: where each value ends goes there, as a word. Values are in ASCII then, NULL is nothing; others are in UTF-16 at
   * `wide`, and their word is `~` of where they end there, in units.
   */
  cellEnds: usize;
  cellCapacity: u32;
  cells: u32;
  wide: usize;
  wideCapacity: u32;
  /** Bytes written so far. */
  wideLength: u32;
}

@unmanaged
class Field {
  op: u32;
  /** Of the column in the batch. */
  place: u32;
  /** Bytes that come before the value. */
  prefix: usize;
  prefixLength: u32;
  /** Of an enum: for each symbol a `Piece`. Of a prepared field: for each row one. */
  pieces: usize;
  /** Whether a formula's text gets an apostrophe. */
  isGuarded: u32;
}

/** Bytes that are written as they are. */
@unmanaged
class Piece {
  address: usize;
  length: u32;
  /** Whether they are in UTF-16. */
  isWide: u32;
}

const opAbsent: u32 = 0;
const opText: u32 = 1;
const opInteger: u32 = 2;
const opLong: u32 = 3;
const opBoolean: u32 = 4;
const opBytes: u32 = 5;
const opSymbol: u32 = 6;
const opPrepared: u32 = 7;

/** Bytes for a number, quotes and what is written wide, whatever the value. */
const cellRoom: usize = 64;

/** Where the next value in UTF-16 goes, and where no more may go. */
let wideOut: usize = 0;
let wideLimit: usize = 0;

/** Writes rows until the end of the batch (1), or until the next one does not fit (0). */
export function writeRows(address: usize): i32 {
  const job = changetype<Job>(address);
  const limit = job.out + job.capacity;
  const firstField = job.fields;
  const lastField = firstField + job.fieldCount * offsetof<Field>();
  const data = job.data;
  const starts = job.starts;
  const mask = job.mask;
  const cellEnds = job.cellEnds;
  const rows = job.rows;
  const gap = job.ends - starts;
  const nullText = load<u32>(job.nullText);
  const nullLength = <usize>job.nullLength;
  const step = (<usize>job.stride) << 2;
  let out = job.out + job.length;
  wideOut = job.wide + job.wideLength;
  wideLimit = job.wide + job.wideCapacity;
  for (let row = job.next; row < rows; row++) {
    if (mask != 0 && load<u8>(mask + row) == 0) continue;
    const before = out;
    const cellsBefore = job.cells;
    const wideBefore = wideOut;
    let wideValue = wideOut;
    if (cellEnds != 0 && job.cells + job.fieldCount > job.cellCapacity)
      return stop(job, row, before, cellsBefore, wideBefore);
    const slots = starts + ((<usize>row) << 2);
    for (let pointer = firstField; pointer < lastField; pointer += offsetof<Field>()) {
      const field = changetype<Field>(pointer);
      const op = field.op;
      const slot = slots + <usize>field.place * step;
      const start: i32 = op == opAbsent || op == opPrepared ? -1 : load<i32>(slot);
      const prefixLength: usize = field.prefixLength;
      const src = data + start;
      // A control character takes six bytes in JSON, and no text takes more.
      const end = start < 0 ? src : data + load<u32>(slot + gap);
      if (<u64>(end - src) * 6 + prefixLength + cellRoom > <u64>(limit - out)) {
        return stop(job, row, before, cellsBefore, wideBefore);
      }
      out = copyBytes(field.prefix, prefixLength, out);
      if (op == opPrepared) {
        const piece = changetype<Piece>(field.pieces + <usize>row * offsetof<Piece>());
        if (out + piece.length + cellRoom > limit) return stop(job, row, before, cellsBefore, wideBefore);
        out = copyBytes(piece.address, piece.length, out);
      } else if (start < 0) {
        store<u32>(out, nullText);
        out += nullLength;
      } else {
        out = op == opText ? writeText(job, field, src, end, out) : writeValue(job, field, src, end, out, limit);
        if (out == 0) return stop(job, row, before, cellsBefore, wideBefore);
      }
      if (cellEnds != 0) {
        const length = <i32>(out - job.out);
        const wideEnd = ~(<i32>((wideOut - job.wide) >> 1));
        store<i32>(cellEnds + ((<usize>job.cells) << 2), wideOut == wideValue ? length : wideEnd);
        wideValue = wideOut;
        job.cells += 1;
      }
    }
    if (out + job.rowEndLength + cellRoom > limit) return stop(job, row, before, cellsBefore, wideBefore);
    out = copyBytes(job.rowEnd, job.rowEndLength, out);
  }
  stop(job, rows, out, job.cells, wideOut);
  return 1;
}

function stop(job: Job, row: u32, out: usize, cells: u32, wide: usize): i32 {
  job.next = row;
  job.length = <u32>(out - job.out);
  job.cells = cells;
  job.wideLength = <u32>(wide - job.wide);
  return 0;
}

/** Few bytes, mostly; 31 more may be written. */
function copyBytes(from: usize, length: usize, out: usize): usize {
  v128.store(out, v128.load(from));
  v128.store(out + 16, v128.load(from + 16));
  if (length > 32) memory.copy(out + 32, from + 32, length - 32);
  return out + length;
}

/** One text; the position behind it, or 0 if there is no room for it. */
function writeText(job: Job, field: Field, src: usize, end: usize, out: usize): usize {
  if (job.delimiter != 0) return writeField(src, end, out, <u8>job.delimiter, field.isGuarded != 0);
  if (job.cellEnds == 0) return writeJsonText(src, end, out);
  const after = writeAsciiJson(src, end, out);
  if (after != 0) return after;
  if (<u64>(end - src) * 12 + cellRoom > <u64>(wideLimit - wideOut)) return 0;
  wideOut = writeWideJson(src, end, wideOut);
  return out;
}

/** One value that is no text; the position behind it, or 0 if there is no room for it. */
function writeValue(job: Job, field: Field, src: usize, end: usize, out: usize, limit: usize): usize {
  const isJson = job.delimiter == 0;
  const op = field.op;
  switch (op) {
    case opInteger:
      return writeDecimal(readVarint(src), out);
    case opLong: {
      if (!isJson) return writeDecimal(readVarint(src), out);
      store<u8>(out, 0x22);
      const after = writeDecimal(readVarint(src), out + 1);
      store<u8>(after, 0x22);
      return after + 1;
    }
    case opBoolean: {
      if (load<u8>(src) == 1) {
        store<u32>(out, 0x6575_7274);
        return out + 4;
      }
      store<u32>(out, 0x736c_6166);
      store<u8>(out + 4, 0x65);
      return out + 5;
    }
    case opBytes: {
      const isQuoted = isJson || src == end;
      if (isQuoted) store<u8>(out++, 0x22);
      out = writeHex(src, end, out);
      if (isQuoted) store<u8>(out++, 0x22);
      return out;
    }
    default: {
      const piece = changetype<Piece>(field.pieces + <usize>readVarint(src) * offsetof<Piece>());
      if (piece.isWide != 0) {
        if (<u64>piece.length + cellRoom > <u64>(wideLimit - wideOut)) return 0;
        wideOut = copyBytes(piece.address, piece.length, wideOut);
        return out;
      }
      if (out + piece.length + cellRoom > limit) return 0;
      return copyBytes(piece.address, piece.length, out);
    }
  }
}
