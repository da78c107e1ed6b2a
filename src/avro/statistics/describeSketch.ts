import { dateOfDays } from '../../core/civilDate';
import type { ColumnStatistics, Histogram, ValueCount } from '../../core/columnStatistics';
import { addToBins } from './columnSketcher';
import { nearestNumber } from './exactSum';
import { Bins, type HistogramSketch, scaled, stepWidth } from './histogramSketch';
import { estimateDistinct } from './hyperLogLog';
import { timeText } from '../values/logicalText';
import { staysTimes } from './mergeColumns';
import { timeTextLike } from './timeTextLike';
import type { TimeName } from '../container/schema';
import type { ColumnSketch, ValueForm } from './statisticsSketch';
import { compareKeys, keyText, ladderFor } from './valueForms';
import { exactLimit, keptBytes } from './valueTable';

const topCount = 20;
const shownCharacters = 200;

/** What is known of a column, in the words of the product. `rows`: of the whole sketch. */
export function describeColumn(sketch: ColumnSketch, rows: number): ColumnStatistics {
  const { form, values, min, max, isExact, registers } = sketch;
  const estimate = registers === undefined ? sketch.table.count : estimateDistinct(registers);
  return {
    column: sketch.column,
    rows,
    nulls: sketch.nulls,
    absent: sketch.absent,
    empty: form.kind === 'text' || form.kind === 'bytes' || form.kind === 'label' ? sketch.empty : 0,
    // More than the table could hold, and no more than there are values: the estimate knows neither.
    distinct: isExact ? sketch.table.count : Math.min(values, Math.max(estimate, exactLimit + 1)),
    isDistinctExact: isExact,
    ...(min === undefined ? {} : { min: clipped(extremeText(form, min)) }),
    ...(max === undefined ? {} : { max: clipped(extremeText(form, max)) }),
    ...lengthsOf(sketch),
    ...sumOf(sketch),
    top: topOf(sketch),
    isTopExact: isExact,
    ...histogramOf(sketch),
  };
}

function extremeText(form: ValueForm, key: Uint8Array): string {
  return form.kind === 'bytes' || form.kind === 'decimal'
    ? keyText(form, key)
    : keyText(form, wholeCodePoints(form, key));
}

/** A text that was cut in the middle of a code point, without the piece of it. */
function wholeCodePoints(form: ValueForm, key: Uint8Array): Uint8Array {
  const isText = form.kind === 'text' || form.kind === 'label' || form.kind === 'mixed';
  if (!isText || key.length < keptBytes) return key;
  for (let back = 1; back <= 3; back++) {
    const byte = key[key.length - back] as number;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? key.subarray(0, key.length - back) : key;
  }
  return key;
}

/** Cut at 200 characters, never within one. */
function clipped(text: string): string {
  if (text.length <= shownCharacters) return text;
  return Array.from(text.slice(0, shownCharacters * 2))
    .slice(0, shownCharacters)
    .join('');
}

function lengthsOf({
  form,
  values,
  minLength,
  maxLength,
  totalLength,
}: ColumnSketch): Pick<ColumnStatistics, 'minLength' | 'maxLength' | 'averageLength'> {
  const hasLengths = form.kind === 'text' || form.kind === 'label' || form.kind === 'bytes';
  return hasLengths && values > 0 ? { minLength, maxLength, averageLength: totalLength / values } : {};
}

function sumOf({ form, sum, values, notFinite }: ColumnSketch): Pick<ColumnStatistics, 'sum' | 'mean'> {
  if (sum === undefined || values === 0) return {};
  switch (form.kind) {
    case 'integer':
      return { sum: String(sum), mean: nearestNumber(sum, BigInt(values), 0) };
    case 'decimal':
      return {
        sum: withScale(sum, form.scale),
        mean: nearestNumber(sum, BigInt(values) * 10n ** BigInt(form.scale), 0),
      };
    case 'float':
    case 'double': {
      const [nan, positive, negative] = notFinite ?? [0, 0, 0];
      if (nan > 0 || (positive > 0 && negative > 0)) return { sum: 'NaN' };
      if (positive + negative > 0) return { sum: positive > 0 ? 'Infinity' : '-Infinity' };
      return { sum: String(nearestNumber(sum, 1n, -1074)), mean: nearestNumber(sum, BigInt(values), -1074) };
    }
    default:
      return {};
  }
}

function withScale(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

interface Entry {
  readonly key: Uint8Array;
  readonly size: number;
  readonly count: number;
}

function entriesOf({ table }: ColumnSketch): Entry[] {
  const entries: Entry[] = [];
  let start = 0;
  for (let index = 0; index < table.count; index++) {
    const end = table.ends[index] as number;
    entries.push({
      key: table.bytes.subarray(start, end),
      size: table.sizes[index] as number,
      count: table.counts[index] as number,
    });
    start = end;
  }
  return entries;
}

/** Of equally frequent ones, the lesser first. */
function topOf(sketch: ColumnSketch): readonly ValueCount[] {
  const { form } = sketch;
  return entriesOf(sketch)
    .sort((a, b) => b.count - a.count || compareKeys(form, a.key, b.key))
    .slice(0, topCount)
    .map(({ key, size, count }) => {
      const whole = keyText(form, size > key.length ? wholeCodePoints(form, key) : key);
      const value = clipped(whole);
      return { value, count, ...(size > key.length || value.length < whole.length ? { isClipped: true } : {}) };
    });
}

function histogramOf(sketch: ColumnSketch): { readonly histogram?: Histogram } {
  const { form } = sketch;
  const ladder = ladderFor(form);
  if (ladder === undefined || (form.kind === 'text' && !staysTimes(sketch))) return {};
  const bins = new Bins(ladder, sketch.histogram);
  for (const { key, count } of entriesOf(sketch)) addToBins(bins, form, key, count);
  const result = bins.sketch();
  if (result === undefined) return {};
  const edges = [...result.counts, 0].map((_, index) => edgeText(sketch, result, index));
  const kind = form.kind === 'text' || form.kind === 'time' ? 'time' : 'number';
  return { histogram: { kind, edges, counts: [...result.counts] } };
}

function edgeText({ form, max }: ColumnSketch, { ladder, level, first }: HistogramSketch, index: number): string {
  const bin = first + BigInt(index);
  if (ladder === 'binary') return String(scaled(Number(bin), level));
  const edge = bin * stepWidth(ladder, level);
  switch (form.kind) {
    case 'decimal':
      return withScale(edge, form.scale);
    case 'time':
      if (form.logical === 'date') return dateOfDays(Number(edge));
      return timeText(form.logical as TimeName, edge);
    case 'text':
      // The greatest text, since the least may be empty.
      return timeTextLike(edge, max === undefined ? '' : keyText(form, max));
    default:
      return String(edge);
  }
}
