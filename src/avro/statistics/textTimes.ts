import { daysOfDate } from '../../core/civilDate';

/**
 * Texts that are moments, as the export has them: `2023-11-29`, then perhaps `T` or a blank and `07:01`, `:46`, `.773862`, and `Z`, ` UTC` or an offset; or
 * only digits, by their number: 10 seconds, 13 millis, 16 micros, 19 nanos, from 2001 to 2099.
 */

/** Stands for "no moment". */
export const noTime = Number.NEGATIVE_INFINITY;

/** Milliseconds since 1970-01-01, cut down to a whole one; `noTime` if the bytes are no moment. */
export function millisOfText(data: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 10 || length > 40) return noTime;
  return data[start + 4] === dash ? calendarMillis(data, start, end) : countMillis(data, start, end);
}

const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const leastSeconds = 1e9;
const mostSeconds = 4_102_444_800;

function digitAt(data: Uint8Array, at: number): number {
  const digit = (data[at] as number) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : NaN;
}

function pairAt(data: Uint8Array, at: number): number {
  return digitAt(data, at) * 10 + digitAt(data, at + 1);
}

/** Digits beyond milliseconds are left away. */
function countMillis(data: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length !== 10 && length !== 13 && length !== 16 && length !== 19) return noTime;
  let millis = 0;
  for (let at = start; at < end; at++) {
    const digit = digitAt(data, at);
    if (Number.isNaN(digit)) return noTime;
    if (at - start < 13) millis = millis * 10 + digit;
  }
  if (length === 10) millis *= 1000;
  return millis >= leastSeconds * 1000 && millis < mostSeconds * 1000 ? millis : noTime;
}

function calendarMillis(data: Uint8Array, start: number, end: number): number {
  const year = pairAt(data, start) * 100 + pairAt(data, start + 2);
  const month = pairAt(data, start + 5);
  const day = pairAt(data, start + 8);
  if (data[start + 7] !== dash || !(month >= 1 && month <= 12)) return noTime;
  if (!(year >= 0) || !(day >= 1 && day <= daysIn(year, month))) return noTime;
  const days = daysOfDate(year, month, day);
  if (end === start + 10) return days * 86_400e3;
  return clockMillis(data, start + 10, end, days * 86_400e3);
}

function clockMillis(data: Uint8Array, start: number, end: number, midnight: number): number {
  const between = data[start];
  if ((between !== 0x54 && between !== 0x20) || end - start < 6 || data[start + 3] !== colon) return noTime;
  const hours = pairAt(data, start + 1);
  const minutes = pairAt(data, start + 4);
  if (!(hours <= 23 && minutes <= 59)) return noTime;
  let at = start + 6;
  let millis = midnight + (hours * 3600 + minutes * 60) * 1000;
  if (at < end && data[at] === colon) {
    const seconds = end - at >= 3 ? pairAt(data, at + 1) : NaN;
    if (!(seconds <= 59)) return noTime;
    millis += seconds * 1000;
    at += 3;
    if (at < end && data[at] === dot) {
      const first = ++at;
      for (let unit = 100; at < end; at++) {
        const digit = digitAt(data, at);
        if (Number.isNaN(digit)) break;
        millis += unit * digit;
        unit = Math.trunc(unit / 10);
      }
      if (at === first || at - first > 9) return noTime;
    }
  }
  const offset = offsetMillis(data, at, end);
  return Number.isNaN(offset) ? noTime : millis - offset;
}

/** Of nothing, `Z`, ` UTC`, `+01`, `+0100`, `+01:00`, a blank before them or not; NaN of anything else. */
function offsetMillis(data: Uint8Array, start: number, end: number): number {
  const at = start < end && data[start] === 0x20 ? start + 1 : start;
  const length = end - at;
  if (length === 0) return at === start ? 0 : NaN;
  if (length === 1) return data[at] === 0x5a ? 0 : NaN;
  const sign = data[at] === 0x2b ? 1 : data[at] === dash ? -1 : 0;
  if (sign === 0) return length === 3 && isUtc(data, at) ? 0 : NaN;
  const hours = length >= 3 ? pairAt(data, at + 1) : NaN;
  const hasColon = length === 6 && data[at + 3] === colon;
  const minutes = length === 3 ? 0 : length === 5 || hasColon ? pairAt(data, end - 2) : NaN;
  return hours <= 23 && minutes <= 59 ? sign * (hours * 60 + minutes) * 60e3 : NaN;
}

function isUtc(data: Uint8Array, at: number): boolean {
  return data[at] === 0x55 && data[at + 1] === 0x54 && data[at + 2] === 0x43;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : 30 + ((month + (month >> 3)) & 1);
}
