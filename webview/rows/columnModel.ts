import type { Cell, Column } from '../../src/core/column';
import type { AbsentColumn } from '../../src/protocol/rows';
import type { TimeUnit } from '../../src/core/rowsArrangement';
import type { PartFacts } from '../../src/core/rowsProgress';
import { textOf, typeHint } from './cellText';
import { shownCell } from './columnDisplay';
import { shortFileName } from './words';

/** The grid's columns as data: which there are, in which order, how wide. DOM-free. */

/** `provenance`: where a row of a table of several parts comes from. `absent`: other dumps have it, none of these parts has. */
export type ColumnRole = 'rowNumber' | 'provenance' | 'identity' | 'value' | 'absent';

export interface GridColumn {
  /** Safe in a DOM id. */
  readonly id: string;
  readonly name: string;
  readonly role: ColumnRole;
  /** Place in the schema, and so in a row; -1 if the row has no such cell. */
  readonly index: number;
  readonly hint: string;
  readonly tooltip: string;
  /** Digits and the like: the editor's font, right-aligned. */
  readonly isNumeric: boolean;
  /** An id is never cut: room for the longest 64-bit integer. */
  readonly isId: boolean;
  /** In which unit its values are shown as times; absent: as they are. */
  readonly unit?: TimeUnit;
  readonly isMasked?: true;
  /** Its values may say who somebody is: why that is thought. */
  readonly personal?: string;
  /** Of a provenance column: what it says of a part, by the part's index. */
  readonly ofParts?: readonly string[];
  /** Parts that do not have it, by the part's index: the words for its hatched cells. */
  readonly absentIn?: ReadonlyMap<number, string>;
}

export const rowNumberId = 'n';

/** `-9223372036854775808`. */
const longestInteger = 20;
const minWidth = 48;
const maxWidth = 320;
/** Of a cell: its paddings and its border. */
export const cellPadding = 17;

/** Row number, provenance, identity columns in their own order, the rest in schema order, absent ones at the right end. */
export function buildColumns(
  columns: readonly Column[],
  idColumns: readonly string[],
  absent: readonly AbsentColumn[],
  parts: readonly PartFacts[] = [],
): readonly GridColumn[] {
  const all = columns.map((column, index) => ({
    ...dataColumn(column, index, idColumns.includes(column.name)),
    ...absenceOf(column.name, index, parts),
  }));
  const identity = idColumns.flatMap((name) => all.filter((column) => column.name === name));
  return [
    {
      id: rowNumberId,
      name: '#',
      role: 'rowNumber',
      index: -1,
      hint: '',
      tooltip: parts.length > 1 ? 'Row number in the table' : 'Row number in the part',
      isNumeric: true,
      isId: false,
    },
    ...provenanceColumns(parts, new Set([...columns, ...absent].map(({ name }) => name.toLowerCase()))),
    ...identity,
    ...all.filter((column) => column.role !== 'identity'),
    ...absent.map(absentColumn),
  ];
}

function dataColumn(column: Column, index: number, isIdentity: boolean): GridColumn {
  const lines = [`${column.name} · ${column.typeText}`, column.nullable ? 'nullable' : 'never NULL'];
  if (column.doc !== undefined && column.doc !== '') lines.push(column.doc);
  return {
    id: `c${index}`,
    name: column.name,
    role: isIdentity ? 'identity' : 'value',
    index,
    hint: typeHint(column),
    tooltip: lines.join('\n'),
    isNumeric: column.kind === 'integer' || column.kind === 'number',
    isId: column.kind === 'integer' && (isIdentity || column.name.endsWith('_id')),
  };
}

/**
 * Dump (if the parts are of an export) and part; none for a single file. Names that the table has itself (`taken`, in lower case) get a number
 * behind them, as in exports: what is remembered of a column goes by its name.
 */
function provenanceColumns(parts: readonly PartFacts[], taken: ReadonlySet<string>): readonly GridColumn[] {
  if (parts.length < 2) return [];
  const free = (wanted: string): string => {
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`;
    return name;
  };
  const column = (wanted: string, tooltip: string, isNumeric: boolean, ofParts: readonly string[]): GridColumn => ({
    id: `p${wanted}`,
    name: free(wanted),
    role: 'provenance',
    index: -1,
    hint: '',
    tooltip,
    isNumeric,
    isId: false,
    ofParts,
  });
  const dumps = parts.map(({ dump }) => dump ?? '');
  return [
    ...(dumps.every((dump) => dump === '')
      ? []
      : [column('dump', 'Dump that the row was delivered in', true, dumps)]),
    column(
      'part',
      'Part file that the row is in',
      false,
      parts.map(({ file }) => shortFileName(file)),
    ),
  ];
}

/** The parts that lack a column, and since when or where there is one. */
function absenceOf(name: string, index: number, parts: readonly PartFacts[]): Pick<GridColumn, 'absentIn'> {
  const lacking = parts.flatMap(({ absent }, part) => (absent?.includes(index) === true ? [part] : []));
  if (lacking.length === 0) return {};
  const has = parts.find(({ absent }) => absent !== undefined && !absent.includes(index));
  const since =
    has === undefined
      ? ''
      : has.dump === undefined
        ? `; ${shortFileName(has.file)} has it`
        : `; there since dump ${has.dump}`;
  return {
    absentIn: new Map(
      lacking.map((part) => {
        const facts = parts[part];
        const where =
          facts?.dump === undefined
            ? shortFileName(facts?.file ?? '')
            : `dump ${facts.dump}, ${shortFileName(facts.file)}`;
        return [part, `${name} is not in ${where}${since}`];
      }),
    ),
  };
}

function absentColumn(column: AbsentColumn, place: number): GridColumn {
  return {
    id: `a${place}`,
    name: column.name,
    role: 'absent',
    index: -1,
    hint: 'absent',
    tooltip: `${column.name} is not in this part: ${column.note}`,
    isNumeric: false,
    isId: false,
  };
}

/** Columns that stand at the left and cannot be moved. */
export function isFixed(role: ColumnRole): boolean {
  return role === 'rowNumber' || role === 'provenance' || role === 'identity';
}

/**
 * The same columns with those that can move in a remembered order of names. Names that are gone are skipped; a column the
 * memory does not know stays behind its neighbour in the schema; one that turned up later (from place `late` on) goes to the end.
 */
export function orderColumns(
  columns: readonly GridColumn[],
  savedOrder: readonly string[],
  late = Number.MAX_SAFE_INTEGER,
): readonly GridColumn[] {
  const fixed = columns.filter(({ role }) => isFixed(role));
  const absent = columns.filter((column) => column.role === 'absent');
  const values = columns.filter((column) => column.role === 'value');
  const byName = new Map(values.map((column) => [column.name, column]));
  const ordered: GridColumn[] = [];
  for (const name of savedOrder) {
    const column = byName.get(name);
    if (column === undefined || ordered.includes(column)) continue;
    ordered.push(column);
  }
  values.forEach((column, place) => {
    if (ordered.includes(column)) return;
    if (column.index >= late) {
      ordered.push(column);
      return;
    }
    const before = values[place - 1];
    ordered.splice(before === undefined ? 0 : ordered.indexOf(before) + 1, 0, column);
  });
  return [...fixed, ...ordered, ...absent];
}

/** Measures text in CSS pixels: `mono` is the editor's font, `ui` the interface's, `header` the header's. */
export type Measure = (text: string, font: 'mono' | 'ui' | 'header') => number;

/** The width of the header alone; a very long name is cut, and whole in the tooltip. */
export function headerWidth(column: GridColumn, measure: Measure): number {
  const hint = column.hint === '' ? 0 : measure(column.hint, 'mono') + 10;
  const mark = column.personal === undefined && column.isMasked !== true ? 0 : 22;
  const width = Math.ceil(measure(column.name, 'header') + hint + mark) + cellPadding;
  return Math.min(maxWidth, Math.max(minWidth, width));
}

/**
 * A width that shows the sample whole where that is sensible: longest values and the header decide, ids get room for any id.
 * Without a sample the column's kind decides.
 */
export function initialWidth(column: GridColumn, sample: readonly (readonly Cell[])[], measure: Measure): number {
  const font = column.isNumeric ? 'mono' : 'ui';
  const texts =
    column.ofParts === undefined
      ? sample.length === 0
        ? [usualText(column)]
        : longest(sample.map((row) => textOf(shownCell(row[column.index] ?? null, column)) ?? 'NULL'))
      : longest([...new Set(column.ofParts)]);
  const content =
    column.index < 0 && column.ofParts === undefined ? 0 : Math.max(0, ...texts.map((text) => measure(text, font)));
  const id = column.isId ? measure('8'.repeat(longestInteger), 'mono') : 0;
  const width = Math.ceil(Math.max(content, id)) + cellPadding;
  return Math.max(headerWidth(column, measure), column.isNumeric ? width : Math.min(maxWidth, width));
}

/** Names that the export and its customers give to moments: they are shown as such, whatever they are stored as. */
const momentName = /(?:^|_)(?:time|date)$|^joindate$/i;

/** Stands for values that are not known yet. */
function usualText(column: GridColumn): string {
  if (momentName.test(column.name)) return '2000-00-00 00:00:00.000';
  return column.isNumeric ? '8'.repeat(10) : 'n'.repeat(18);
}

/** The three longest values by characters: measuring all would cost more than it tells. */
function longest(all: readonly string[]): readonly string[] {
  const texts = all.map((text) => text.slice(0, 80));
  return texts.sort((a, b) => b.length - a.length).slice(0, 3);
}

/** Room for the number of the last row; `isEstimated`: with the sign for about. */
export function rowNumberWidth(
  rows: number,
  measure: Measure,
  format: (value: number) => string,
  isEstimated = false,
): number {
  const text = format(Math.max(rows, 9999));
  return Math.ceil(measure(isEstimated ? `${about}${text}` : text, 'mono')) + cellPadding;
}

/** Before a number that is an estimate. */
export const about = '≈ ';

/**
 * How many of the columns at the left stay in place: as many of the widths given (row number and identity columns) as leave
 * most of the page to the others.
 */
export function frozenCount(widths: readonly number[], available: number): number {
  let total = 0;
  let count = 0;
  for (const width of widths) {
    total += width;
    if (total > available * 0.6) break;
    count += 1;
  }
  return count;
}
