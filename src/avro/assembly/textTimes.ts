/** Moments out of texts, as `../textTimes.ts` takes them. */

/** Stands for "no moment". */
export const noTime = i64.MIN_VALUE;

const bad: i32 = -1_000_000;

/** Milliseconds since 1970-01-01, cut down to a whole one. */
export function millisOfText(start: usize, end: usize): i64 {
  const length = <u32>(end - start);
  if (length < 10 || length > 40) return noTime;
  return load<u8>(start + 4) == 0x2d ? calendarMillis(start, end) : countMillis(start, end);
}

function digitAt(at: usize): i32 {
  const digit = <i32>load<u8>(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : bad;
}

/** Negative if there are not two digits. */
function pairAt(at: usize): i32 {
  return digitAt(at) * 10 + digitAt(at + 1);
}

const badDigits: u64 = 0xffff_ffff;

/** The number of eight digits, or `badDigits`. */
function eightDigits(at: usize): u64 {
  const text = load<u64>(at);
  const high: u64 = 0xf0f0_f0f0_f0f0_f0f0;
  const zeros: u64 = 0x3030_3030_3030_3030;
  if ((text & high) != zeros || ((text + 0x0606_0606_0606_0606) & high) != zeros) return badDigits;
  // Each two digits go together, then each four, then all eight.
  const pairs = (((text & 0x0f0f_0f0f_0f0f_0f0f) * 0xa01) >>> 8) & 0x00ff_00ff_00ff_00ff;
  const fours = ((pairs * 0x64_0001) >>> 16) & 0x0000_ffff_0000_ffff;
  return (fours * 0x2710_0000_0001) >>> 32;
}

function countMillis(start: usize, end: usize): i64 {
  const length = <u32>(end - start);
  if (length != 10 && length != 13 && length != 16 && length != 19) return noTime;
  const first = eightDigits(start);
  // The last eight: some of them may be of the first.
  const last = eightDigits(end - 8);
  const middle = length == 19 ? eightDigits(start + 8) : 0;
  if (first == badDigits || last == badDigits || middle == badDigits) return noTime;
  let millis = first * 100_000;
  if (length == 10) millis += (last % 100) * 1000;
  else if (length == 13) millis += last % 100_000;
  else if (length == 16) millis += last / 1000;
  else millis += middle / 1000;
  return millis >= 1_000_000_000_000 && millis < 4_102_444_800_000 ? <i64>millis : noTime;
}

function calendarMillis(start: usize, end: usize): i64 {
  const year = pairAt(start) * 100 + pairAt(start + 2);
  const month = pairAt(start + 5);
  const day = pairAt(start + 8);
  if (load<u8>(start + 7) != 0x2d || month < 1 || month > 12) return noTime;
  if (pairAt(start) < 0 || pairAt(start + 2) < 0 || day < 1 || day > daysIn(year, month)) return noTime;
  const midnight = <i64>(daysBefore(year, month) + day - 1) * 86_400_000;
  return end == start + 10 ? midnight : clockMillis(start + 10, end, midnight);
}

function clockMillis(start: usize, end: usize, midnight: i64): i64 {
  const between = load<u8>(start);
  if ((between != 0x54 && between != 0x20) || end - start < 6 || load<u8>(start + 3) != 0x3a) return noTime;
  const hours = pairAt(start + 1);
  const minutes = pairAt(start + 4);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return noTime;
  let at = start + 6;
  let millis = midnight + (hours * 3600 + minutes * 60) * 1000;
  if (at < end && load<u8>(at) == 0x3a) {
    const seconds = end - at >= 3 ? pairAt(at + 1) : bad;
    if (seconds < 0 || seconds > 59) return noTime;
    millis += seconds * 1000;
    at += 3;
    if (at < end && load<u8>(at) == 0x2e) {
      const first = ++at;
      for (let unit = 100; at < end; at++) {
        const digit = digitAt(at);
        if (digit < 0) break;
        millis += unit * digit;
        unit /= 10;
      }
      if (at == first || at - first > 9) return noTime;
    }
  }
  const offset = offsetMinutes(at, end);
  return offset == bad ? noTime : millis - <i64>offset * 60_000;
}

function offsetMinutes(start: usize, end: usize): i32 {
  const at = start < end && load<u8>(start) == 0x20 ? start + 1 : start;
  const length = <u32>(end - at);
  if (length == 0) return at == start ? 0 : bad;
  const mark = load<u8>(at);
  if (length == 1) return mark == 0x5a ? 0 : bad;
  const sign = mark == 0x2b ? 1 : mark == 0x2d ? -1 : 0;
  if (sign == 0) return length == 3 && isUtc(at) ? 0 : bad;
  const hours = length >= 3 ? pairAt(at + 1) : bad;
  const hasColon = length == 6 && load<u8>(at + 3) == 0x3a;
  const minutes = length == 3 ? 0 : length == 5 || hasColon ? pairAt(end - 2) : bad;
  return hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59 ? sign * (hours * 60 + minutes) : bad;
}

function isUtc(at: usize): bool {
  return load<u8>(at) == 0x55 && load<u8>(at + 1) == 0x54 && load<u8>(at + 2) == 0x43;
}

function daysIn(year: i32, month: i32): i32 {
  const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 ? (isLeap ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
}

/** Days from 1970-01-01 to the first of a month; the year is not negative. */
function daysBefore(year: i32, month: i32): i32 {
  // One era more, and 146,097 days less at the end: January of year 0 lies in the era before.
  const shifted = (month <= 2 ? year - 1 : year) + 400;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
  return (era - 1) * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}
