import { isUtf8 } from './utf8';

/**
 * Texts from the bytes of a block into bytes of a file: valid UTF-8 whatever comes in, with U+FFFD for what is not, as decoders of
 * the web do it (WHATWG Encoding, "UTF-8 decoder"). Sources and targets need `slack` bytes behind them.
 */

const quote: u8 = 0x22;
const backslash: u8 = 0x5c;

/** Bytes of the source that `writeSequence` has taken. */
let taken: u32 = 0;

/** Writes the character at `src`, whose first byte is beyond ASCII, or U+FFFD; gives the position behind it. */
function writeSequence(src: usize, end: usize, out: usize): usize {
  const lead: u32 = load<u8>(src);
  let needed: u32 = 0;
  let low: u32 = 0x80;
  let high: u32 = 0xbf;
  if (lead >= 0xc2 && lead < 0xe0) {
    needed = 1;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    needed = 2;
    if (lead == 0xe0) low = 0xa0;
    else if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    needed = 3;
    if (lead == 0xf0) low = 0x90;
    else if (lead == 0xf4) high = 0x8f;
  }
  let count: u32 = 1;
  while (count <= needed && src + count < end) {
    const byte: u32 = load<u8>(src + count);
    if (byte < low || byte > high) break;
    low = 0x80;
    high = 0xbf;
    count++;
  }
  taken = count;
  if (needed > 0 && count > needed) {
    store<u32>(out, load<u32>(src));
    return out + count;
  }
  store<u16>(out, 0xbfef);
  store<u8>(out + 2, 0xbd);
  return out + 3;
}

/** The escape of a character that JSON does not take as it is, as `JSON.stringify` spells it. */
function writeEscape(byte: u32, out: usize): usize {
  store<u8>(out, backslash);
  let letter: u32 = 0;
  if (byte == 0x22 || byte == 0x5c) letter = byte;
  else if (byte == 8) letter = 0x62;
  else if (byte == 9) letter = 0x74;
  else if (byte == 10) letter = 0x6e;
  else if (byte == 12) letter = 0x66;
  else if (byte == 13) letter = 0x72;
  if (letter != 0) {
    store<u8>(out + 1, <u8>letter);
    return out + 2;
  }
  store<u32>(out + 1, 0x3030_3075);
  store<u8>(out + 4, <u8>(48 + (byte >> 4)));
  store<u8>(out + 5, hexDigit(byte & 15));
  return out + 6;
}

function hexDigit(value: u32): u8 {
  return <u8>(value < 10 ? 48 + value : 87 + value);
}

/** As signed numbers, what is below a space is a control character or beyond ASCII. */
function jsonSpecial(bytes: v128): v128 {
  return v128.or(
    i8x16.lt_s(bytes, i8x16.splat(0x20)),
    v128.or(i8x16.eq(bytes, i8x16.splat(quote)), i8x16.eq(bytes, i8x16.splat(backslash))),
  );
}

/** Whether the text that `copyJsonText` has copied last has bytes beyond ASCII. */
let isBeyondAscii: bool = false;

/** A text as JSON, its bytes beyond ASCII as they are; gives the position behind it. */
function copyJsonText(src: usize, end: usize, out: usize): usize {
  let allBeyond: u32 = 0;
  store<u8>(out++, quote);
  while (src < end) {
    const first = v128.load(src);
    const second = v128.load(src + 16);
    v128.store(out, first);
    v128.store(out + 16, second);
    const rest = <u32>(end - src);
    let beyond: u32 = i8x16.bitmask(first) | (i8x16.bitmask(second) << 16);
    let marks: u32 = (i8x16.bitmask(jsonSpecial(first)) | (i8x16.bitmask(jsonSpecial(second)) << 16)) & ~beyond;
    if (rest <= 32) {
      const inside: u32 = 0xffff_ffff >>> (32 - rest);
      allBeyond |= beyond & inside;
      marks &= inside;
      if (marks == 0) {
        out += rest;
        break;
      }
    } else {
      allBeyond |= beyond;
      if (marks == 0) {
        src += 32;
        out += 32;
        continue;
      }
    }
    const plain = ctz(marks);
    src += plain;
    out = writeEscape(load<u8>(src), out + plain);
    src++;
  }
  isBeyondAscii = allBeyond != 0;
  store<u8>(out, quote);
  return out + 1;
}

/** A text as JSON in UTF-8, at most six bytes for one and two more; gives the position behind it. */
export function writeJsonText(src: usize, end: usize, out: usize): usize {
  const after = copyJsonText(src, end, out);
  return !isBeyondAscii || isUtf8(src, end) ? after : mendJsonText(src, end, out);
}

/** The same for a text of ASCII; 0 for others. */
export function writeAsciiJson(src: usize, end: usize, out: usize): usize {
  const after = copyJsonText(src, end, out);
  return isBeyondAscii ? 0 : after;
}

/** A text of which not all is UTF-8, as JSON. */
function mendJsonText(src: usize, end: usize, out: usize): usize {
  store<u8>(out++, quote);
  while (src < end) {
    const byte: u32 = load<u8>(src);
    if (byte >= 0x80) {
      out = writeSequence(src, end, out);
      src += taken;
      continue;
    }
    if (byte < 0x20 || byte == quote || byte == backslash) out = writeEscape(byte, out);
    else store<u8>(out++, <u8>byte);
    src++;
  }
  store<u8>(out, quote);
  return out + 1;
}

/** Space for one escape or character in UTF-8. */
const small: usize = memory.data(16);

/** A text as JSON in UTF-16, at most six units for one byte and two more; gives the position behind it. */
export function writeWideJson(src: usize, end: usize, out: usize): usize {
  store<u16>(out, quote);
  out += 2;
  while (src < end) {
    const bytes = v128.load(src);
    v128.store(out, i16x8.extend_low_i8x16_u(bytes));
    v128.store(out + 16, i16x8.extend_high_i8x16_u(bytes));
    const rest = <u32>(end - src);
    let marks: u32 = i8x16.bitmask(jsonSpecial(bytes));
    if (rest < 16) marks &= (1 << rest) - 1;
    const plain = marks == 0 ? min<u32>(rest, 16) : ctz(marks);
    src += plain;
    out += plain << 1;
    if (marks == 0) continue;
    do {
      const byte: u32 = load<u8>(src);
      if (byte < 0x80) {
        const length = <u32>(writeEscape(byte, small) - small);
        v128.store(out, i16x8.extend_low_i8x16_u(v128.load(small)));
        out += length << 1;
        src++;
      } else {
        const length = <u32>(writeSequence(src, end, small) - small);
        out = writeUnits(small, length, out);
        src += taken;
      }
    } while (src < end && load<i8>(src) < 0x20);
  }
  store<u16>(out, quote);
  return out + 2;
}

/** The units of a character in valid UTF-8 of two bytes or more. */
function writeUnits(src: usize, length: u32, out: usize): usize {
  const lead: u32 = load<u8>(src);
  const second: u32 = load<u8>(src + 1) & 63;
  if (length == 2) {
    store<u16>(out, <u16>(((lead & 31) << 6) | second));
    return out + 2;
  }
  const third: u32 = load<u8>(src + 2) & 63;
  if (length == 3) {
    store<u16>(out, <u16>(((lead & 15) << 12) | (second << 6) | third));
    return out + 2;
  }
  const point = ((lead & 7) << 18) | (second << 12) | (third << 6) | (load<u8>(src + 3) & 63);
  const beyond = point - 0x1_0000;
  store<u16>(out, <u16>(0xd800 | (beyond >> 10)));
  store<u16>(out + 2, <u16>(0xdc00 | (beyond & 0x3ff)));
  return out + 4;
}

/** A field of CSV or TSV: what `delimitedField` of core/rowText.ts makes of the text, with `guardFormula` before it if asked for. */
export function writeField(src: usize, end: usize, out: usize, delimiter: u8, guarded: bool): usize {
  if (src == end) {
    store<u16>(out, 0x2222);
    return out + 2;
  }
  const isFormula = guarded && startsFormula(load<u8>(src));
  const start = out;
  if (isFormula) store<u8>(out++, 0x27);
  let beyond: u32 = 0;
  for (let at = src; at < end; at += 16) {
    const bytes = v128.load(at);
    v128.store(out + (at - src), bytes);
    const special = v128.or(
      i8x16.eq(bytes, i8x16.splat(quote)),
      v128.or(
        i8x16.eq(bytes, i8x16.splat(<i8>delimiter)),
        v128.or(i8x16.eq(bytes, i8x16.splat(10)), i8x16.eq(bytes, i8x16.splat(13))),
      ),
    );
    const rest = <u32>(end - at);
    const inside: u32 = rest < 16 ? (1 << rest) - 1 : 0xffff;
    if ((i8x16.bitmask(special) & inside) != 0) return writeQuoted(src, end, start, isFormula);
    beyond |= i8x16.bitmask(bytes) & inside;
  }
  return beyond == 0 || isUtf8(src, end) ? out + (end - src) : mendText(src, end, out);
}

/** A text of which not all is UTF-8. */
function mendText(src: usize, end: usize, out: usize): usize {
  while (src < end) {
    if (load<u8>(src) < 0x80) {
      store<u8>(out++, load<u8>(src++));
    } else {
      out = writeSequence(src, end, out);
      src += taken;
    }
  }
  return out;
}

function startsFormula(byte: u8): bool {
  return byte == 0x3d || byte == 0x2b || byte == 0x2d || byte == 0x40 || byte == 9 || byte == 13;
}

function writeQuoted(src: usize, end: usize, out: usize, isFormula: bool): usize {
  store<u8>(out++, quote);
  if (isFormula) store<u8>(out++, 0x27);
  while (src < end) {
    const bytes = v128.load(src);
    v128.store(out, bytes);
    const special = v128.or(i8x16.lt_s(bytes, i8x16.splat(0)), i8x16.eq(bytes, i8x16.splat(quote)));
    const rest = <u32>(end - src);
    let marks: u32 = i8x16.bitmask(special);
    if (rest < 16) marks &= (1 << rest) - 1;
    const plain = marks == 0 ? min<u32>(rest, 16) : ctz(marks);
    src += plain;
    out += plain;
    if (marks == 0) continue;
    if (load<u8>(src) == quote) {
      store<u16>(out, 0x2222);
      out += 2;
      src++;
    } else {
      out = writeSequence(src, end, out);
      src += taken;
    }
  }
  store<u8>(out, quote);
  return out + 1;
}

/** Bytes as hex digits. */
export function writeHex(src: usize, end: usize, out: usize): usize {
  for (; src < end; src++, out += 2) {
    const byte: u32 = load<u8>(src);
    store<u8>(out, hexDigit(byte >> 4));
    store<u8>(out + 1, hexDigit(byte & 15));
  }
  return out;
}
