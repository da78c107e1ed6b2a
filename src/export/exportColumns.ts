import { createHash, randomBytes } from 'node:crypto';
import type { Column, ColumnKind } from '../core/column';
import type { ColumnMask, ExportOptions } from '../core/exportRows';
import { maskValue } from '../core/maskValue';
import { textOfJson } from '../core/rowText';
import type { RowWriterRequest } from './rowWriter';

/** A column of the file to be written. */
export interface ExportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of kind `number`, but exact to the last of any number of digits: Avro's decimals, as JSON strings. */
  readonly isDecimal?: true;
  /** JSON text to JSON text, where values do not leave as they are. */
  readonly change?: (json: string) => string;
}

/** The columns of the export in its order, without those of the provenance. Masked and hashed values are texts. */
export function planExportColumns(options: ExportOptions, columns: readonly Column[]): readonly ExportColumn[] {
  const known = new Map(columns.map((column) => [column.name, column]));
  const masks = new Map(options.masks.map((mask) => [mask.column, mask]));
  const salt = randomBytes(16).toString('hex');
  return options.columns.map((name) => {
    const mask = masks.get(name);
    if (mask !== undefined) return { name, kind: 'text', change: changeOf(mask, salt) };
    const column = known.get(name);
    const isDecimal = column?.kind === 'number' && column.typeText.startsWith('decimal(');
    return { name, kind: column?.kind ?? 'text', ...(isDecimal ? { isDecimal } : {}) };
  });
}

/** NULL stays NULL: that there is no value is not what is hidden. */
function changeOf(mask: ColumnMask, freshSalt: string): (json: string) => string {
  const hide = mask.how === 'mask' ? maskValue : (text: string) => hashValue(text, mask.salt ?? freshSalt);
  return (json) => {
    const text = textOfJson(json);
    return text === null ? 'null' : JSON.stringify(hide(text));
  };
}

/** SHA-256 over the salt and then the value, both as UTF-8, as hex. With the salt anybody can compute it again. */
export function hashValue(text: string, salt: string): string {
  return createHash('sha256').update(salt, 'utf8').update(text, 'utf8').digest('hex');
}

/** `dump`, `file` and `row` (1-based, in the file), or with a number behind where the export has a column called so. */
export function provenanceColumns(columns: readonly ExportColumn[]): readonly ExportColumn[] {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  const free = (wanted: string): string => {
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`;
    return name;
  };
  // A dump id may be longer than any integer type of a file format.
  return [
    { name: free('dump'), kind: 'text' },
    { name: free('file'), kind: 'text' },
    { name: free('row'), kind: 'integer' },
  ];
}

/** The values of those columns for one row. */
export function provenanceOf(
  request: RowWriterRequest,
): (place: readonly [part: number, row: number] | undefined) => readonly string[] {
  return (place) => {
    if (place === undefined) return ['null', 'null', 'null'];
    const part = request.parts?.()[place[0]];
    return [
      part?.dump === undefined ? 'null' : JSON.stringify(part.dump),
      part === undefined ? 'null' : JSON.stringify(part.file),
      String(place[1] + 1),
    ];
  };
}
