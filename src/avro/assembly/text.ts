import { writeDecimal } from './digits';
import { writeField, writeHex, writeJsonText } from './strings';
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
  /** If there is an address: where each value ends goes there, as a word. Texts are in Latin-1 then, or else in
   * UTF-8, and the word is `~` of the end. */
  cellEnds: usize;
  cellCapacity: u32;
  cells: u32;
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
  isAscii: u32;
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

/** Whether the value that was written last is in UTF-8 where Latin-1 would be expected. */
let isWide: bool = false;

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
  const step = (<usize>job.stride) << 2;
  let out = job.out + job.length;
  for (let row = job.next; row < rows; row++) {
    if (mask != 0 && load<u8>(mask + row) == 0) continue;
    const before = out;
    const cellsBefore = job.cells;
    if (cellEnds != 0 && job.cells + job.fieldCount > job.cellCapacity) return stop(job, row, before, cellsBefore);
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
        return stop(job, row, before, cellsBefore);
      }
      out = copyBytes(field.prefix, prefixLength, out);
      if (op == opPrepared) {
        const piece = changetype<Piece>(field.pieces + <usize>row * offsetof<Piece>());
        if (out + piece.length + cellRoom > limit) return stop(job, row, before, cellsBefore);
        out = copyBytes(piece.address, piece.length, out);
      } else if (start < 0) {
        store<u32>(out, load<u32>(job.nullText));
        out += job.nullLength;
      } else {
        out = writeValue(job, field, src, end, out, limit);
        if (out == 0) return stop(job, row, before, cellsBefore);
      }
      if (cellEnds != 0) {
        const length = <i32>(out - job.out);
        store<i32>(cellEnds + ((<usize>job.cells) << 2), isWide ? ~length : length);
        job.cells += 1;
        isWide = false;
      }
    }
    if (out + job.rowEndLength + cellRoom > limit) return stop(job, row, before, cellsBefore);
    out = copyBytes(job.rowEnd, job.rowEndLength, out);
  }
  stop(job, rows, out, job.cells);
  return 1;
}

function stop(job: Job, row: u32, out: usize, cells: u32): i32 {
  job.next = row;
  job.length = <u32>(out - job.out);
  job.cells = cells;
  return 0;
}

/** Few bytes, mostly; 31 more may be written. */
function copyBytes(from: usize, length: usize, out: usize): usize {
  v128.store(out, v128.load(from));
  v128.store(out + 16, v128.load(from + 16));
  if (length > 32) memory.copy(out + 32, from + 32, length - 32);
  return out + length;
}

/** One value; the position behind it, or 0 if there is no room for it. */
function writeValue(job: Job, field: Field, src: usize, end: usize, out: usize, limit: usize): usize {
  const isJson = job.delimiter == 0;
  const op = field.op;
  if (op == opText) {
    if (!isJson) return writeField(src, end, out, <u8>job.delimiter, field.isGuarded != 0);
    if (job.cellEnds != 0) {
      const after = writeJsonText(src, end, out, true);
      if (after != 0) return after;
      isWide = true;
    }
    return writeJsonText(src, end, out, false);
  }
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
      if (out + piece.length + cellRoom > limit) return 0;
      isWide = piece.isAscii == 0;
      return copyBytes(piece.address, piece.length, out);
    }
  }
}
