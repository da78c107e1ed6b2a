import { timeText } from '../values/logicalText';

const digitsOnly = /^\d+$/;
const offset = /:\d\d(?:\.\d+)? ?([+-])(\d\d):?(\d\d)?$/;

/**
 * A moment as a column of texts spells its own, `like` being one of them (`textTimes.ts`), and so that texts compare with it as their moments do: without
 * zeros and a zone at its end, since texts may have more or fewer digits there. Texts of the same moment are equal to it or begin with it; those of
 * earlier ones are less. `millis`: since 1970-01-01.
 */
export function timeTextLike(millis: bigint, like: string): string {
  if (digitsOnly.test(like)) {
    if (like.length === 10) return String((millis + 999n) / 1000n);
    return String(millis) + '0'.repeat(Math.max(0, like.length - 13));
  }
  const text = timeText('timestamp-millis', wholeUnits(millis, like) + offsetOf(like));
  const [date = '', clock = ''] = text.slice(0, -1).split('T');
  const short = clock.replace(/(?::00)?\.000$|0{1,2}$/, '');
  return short === '00:00' ? date : `${date}${like[10] === ' ' ? ' ' : 'T'}${short}`;
}

/** `Z` comes behind `.` and `:` in the order of texts: an edge between two that end with it must be the later one. */
function wholeUnits(millis: bigint, like: string): bigint {
  if (!like.endsWith('Z') || like.includes('.')) return millis;
  const unit = like.split(':').length > 2 ? 1000n : 60_000n;
  const over = ((millis % unit) + unit) % unit;
  return over === 0n ? millis : millis - over + unit;
}

function offsetOf(like: string): bigint {
  const [, sign, hours, minutes = '0'] = offset.exec(like) ?? [];
  if (sign === undefined) return 0n;
  return BigInt((Number(hours) * 60 + Number(minutes)) * 60_000) * (sign === '-' ? -1n : 1n);
}
