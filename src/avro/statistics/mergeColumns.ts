import { addToBins, mayBeTime } from './columnSketcher';
import { Bins } from './histogramSketch';
import { mergeRegisters, noteHash, registerCount } from './hyperLogLog';
import type { ColumnSketch, ValueForm } from './statisticsSketch';
import { compareKeys, keyText, ladderFor } from './valueForms';
import { hashBytes } from './valueHash';
import { exactLimit, type TableSketch, ValueTable } from './valueTable';

/** What is frequent in one stretch need not be in all: there is room for more of it than in a stretch. */
const mergedLimit = 1024;

/** Two sketches of one column, as one. */
export function mergeColumns(a: ColumnSketch, b: ColumnSketch): ColumnSketch {
  const merger = new ColumnMerger(a);
  merger.add(b);
  return merger.sketch();
}

/** Sketches of one column, merged one after another: the table of values stays at work in between. */
export class ColumnMerger {
  private known: ColumnSketch;
  /** That of `known`, where it is newer than what stands there. */
  private table: ValueTable | undefined;

  constructor(first: ColumnSketch) {
    this.known = first;
  }

  /** Rows of parts that have no such column. */
  addAbsent(rows: number): void {
    this.known = { ...this.known, absent: this.known.absent + rows };
  }

  add(more: ColumnSketch): void {
    const { known } = this;
    const counts = {
      nulls: known.nulls + more.nulls,
      absent: known.absent + more.absent,
      values: known.values + more.values,
      empty: known.empty + more.empty,
    };
    if (more.values === 0) {
      this.known = { ...known, ...(known.form.kind === 'unknown' ? { form: more.form } : {}), ...counts };
    } else if (known.values === 0) {
      this.known = { ...more, ...counts };
    } else {
      const form = commonForm(known.form, more.form);
      const old = inForm(known.form.kind !== form.kind || this.mayEndExact(more) ? this.sketch() : known, form);
      if (this.table === undefined) {
        this.table = new ValueTable();
        this.table.addAll(old.table);
      }
      this.known = { ...mergeValues(old, inForm(more, form), form, this.table), ...counts };
    }
  }

  /** What follows from an exact table has to be told by it when it ends. */
  private mayEndExact({ isExact, table }: ColumnSketch): boolean {
    const { known } = this;
    return known.isExact && (!isExact || (this.table?.size ?? known.table.count) + table.count > exactLimit);
  }

  sketch(): ColumnSketch {
    if (this.table !== undefined) {
      this.known = { ...this.known, table: this.table.sketch(1, () => undefined) };
      this.table = undefined;
    }
    return this.known;
  }
}

/** The form that can hold the keys of both. */
function commonForm(a: ValueForm, b: ValueForm): ValueForm {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  const kinds = new Set([a.kind, b.kind]);
  const within = (...some: readonly string[]): boolean => [...kinds].every((kind) => some.includes(kind));
  if (within('float', 'double')) return { kind: 'double' };
  return within('text', 'label') ? { kind: 'label' } : { kind: 'mixed' };
}

/** A sketch as one of another form: what has no meaning there is left away. */
function inForm(sketch: ColumnSketch, form: ValueForm): ColumnSketch {
  if (sketch.form.kind === form.kind || form.kind === 'double') return sketch;
  const rest = without(sketch, 'histogram');
  if (form.kind === 'label') return { ...rest, form, mayBeTimes: false };
  return {
    ...without(rest, 'min', 'max', 'sum', 'notFinite'),
    form,
    mayBeTimes: false,
    table: tableAsTexts(sketch),
    minLength: 0,
    maxLength: 0,
    totalLength: 0,
  };
}

function tableAsTexts({ form, table }: ColumnSketch): TableSketch {
  const result = new ValueTable();
  let start = 0;
  for (let index = 0; index < table.count; index++) {
    const end = table.ends[index] as number;
    const text = Buffer.from(keyText(form, table.bytes.subarray(start, end)), 'utf8');
    hashBytes(text, 0, text.length);
    const found = result.find(text, 0, text.length);
    const entry = found >= 0 ? found : result.put(text, text.length);
    result.counts[entry] = (result.counts[entry] as number) + (table.counts[index] as number);
    start = end;
  }
  return result.sketch(1, () => undefined);
}

/** `table`: that of `a`, into which that of `b` is taken. What the result has as its table is older than this. */
function mergeValues(a: ColumnSketch, b: ColumnSketch, form: ValueForm, table: ValueTable): ColumnSketch {
  table.addAll(b.table);
  const isExact = a.isExact && b.isExact && table.size <= exactLimit;
  const merged = {
    ...a,
    form,
    isExact,
    ...extremes(a, b, form),
    minLength: Math.min(a.minLength, b.minLength),
    maxLength: Math.max(a.maxLength, b.maxLength),
    totalLength: a.totalLength + b.totalLength,
    ...(a.sum === undefined && b.sum === undefined ? {} : { sum: (a.sum ?? 0n) + (b.sum ?? 0n) }),
    ...(a.notFinite === undefined || b.notFinite === undefined
      ? {}
      : { notFinite: added(a.notFinite, b.notFinite) }),
  };
  if (isExact) return { ...merged, mayBeTimes: a.mayBeTimes && b.mayBeTimes };
  const mayBeTimes = staysTimes(a) && staysTimes(b);
  const ladder = ladderFor(form);
  const bins = ladder === undefined || (form.kind === 'text' && !mayBeTimes) ? undefined : new Bins(ladder);
  if (a.histogram !== undefined) bins?.merge(a.histogram);
  if (b.histogram !== undefined) bins?.merge(b.histogram);
  const onLowered = (entry: number, by: number): void => addToBins(bins, form, table.keptOf(entry), by);
  if (table.size > mergedLimit) table.lower(onLowered, mergedLimit / 2);
  const histogram = bins?.sketch();
  const registers = registersOf(a);
  mergeRegisters(registers, registersOf(b));
  return {
    ...without(merged, 'histogram'),
    registers,
    mayBeTimes,
    ...(histogram === undefined ? {} : { histogram }),
  };
}

type Optional = 'histogram' | 'min' | 'max' | 'sum' | 'notFinite';

/** The sketch without what does not hold for it any more. */
function without(sketch: ColumnSketch, ...names: readonly Optional[]): ColumnSketch {
  const left = Object.entries(sketch).filter(([name]) => !names.includes(name as Optional));
  return Object.fromEntries(left) as unknown as ColumnSketch;
}

function added(
  a: readonly [number, number, number],
  b: readonly [number, number, number],
): [number, number, number] {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function extremes(a: ColumnSketch, b: ColumnSketch, form: ValueForm): Pick<ColumnSketch, 'min' | 'max'> {
  if (a.min === undefined || b.min === undefined || a.max === undefined || b.max === undefined) return {};
  return {
    min: compareKeys(form, a.min, b.min) <= 0 ? a.min : b.min,
    max: compareKeys(form, a.max, b.max) >= 0 ? a.max : b.max,
  };
}

/** A copy; of a table that is still exact, made of its values. */
function registersOf({ registers, table }: ColumnSketch): Uint8Array<ArrayBuffer> {
  if (registers !== undefined) return registers.slice();
  const result = new Uint8Array(registerCount);
  for (let index = 0; index < table.count; index++) {
    noteHash(result, table.hashes[index * 2] as number, table.hashes[index * 2 + 1] as number);
  }
  return result;
}

/** Whether all values of a sketch are times: of an exact one this is not known before it is asked. */
export function staysTimes(sketch: ColumnSketch): boolean {
  if (!sketch.mayBeTimes || sketch.form.kind !== 'text') return false;
  if (!sketch.isExact) return true;
  const { table } = sketch;
  let start = 0;
  for (let index = 0; index < table.count; index++) {
    const end = table.ends[index] as number;
    const isWhole = table.sizes[index] === end - start;
    if (!isWhole || !mayBeTime(table.bytes, start, end)) return false;
    start = end;
  }
  return true;
}
