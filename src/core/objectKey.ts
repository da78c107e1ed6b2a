import { type DumpId, parseDumpId } from './dumpId';

/**
 * The grammar of the bucket's keys. A key that does not parse is data (a foreign key: somebody else's file in
 * the same bucket), not an exception.
 * Source: seed "Data organization in S3"; the older layout without `_heap_table_name=` is confirmed by public consumers.
 */
export type ObjectKey = PartKey | ManifestKey | ReportKey | DefinitionsKey | ForeignKey;

export interface PartKey {
  readonly kind: 'part';
  readonly dump: DumpId;
  /** `sync_852`, as spelled in the key. */
  readonly folder: string;
  /** The table's name, never normalised: leading, trailing and double underscores are legal. */
  readonly table: string;
  readonly layout: TableLayout;
  /** `part-00061-45d3….avro`, as spelled. */
  readonly file: string;
  /** The number in the file's name; absent if the name has none. Five digits are a minimum. */
  readonly part?: number;
}

/** `named`: `_heap_table_name=users/`; `plain`: the older `users/`. */
export type TableLayout = 'named' | 'plain';

export interface ManifestKey {
  readonly kind: 'manifest';
  readonly file: string;
  /** From `sync_<id>.json`, if the file is called so. The dump id that counts is the one inside the file. */
  readonly dump?: DumpId;
}

export interface ReportKey {
  readonly kind: 'report';
  readonly file: string;
}

export interface DefinitionsKey {
  readonly kind: 'definitions';
  readonly dump: DumpId;
  readonly folder: string;
}

export interface ForeignKey {
  readonly kind: 'foreign';
}

export const manifestsFolder = 'manifests/';
export const reportsFolder = 'sync_reports/';
const tablePrefix = '_heap_table_name=';

const syncFolderPattern = /^sync_(\d{1,40})$/;
const partFilePattern = /^part-(\d+)/;

export function parseObjectKey(key: string): ObjectKey {
  const segments = key.split('/');
  const [first = '', second = '', third = ''] = segments;
  if (segments.length === 2 && first === 'manifests' && second.endsWith('.json')) {
    const dump = parseDumpId(/^sync_(\d+)\.json$/.exec(second)?.[1] ?? '');
    return { kind: 'manifest', file: second, ...(dump === undefined ? {} : { dump }) };
  }
  if (segments.length === 2 && first === 'sync_reports' && second !== '') return { kind: 'report', file: second };

  const dump = parseSyncFolder(first);
  if (dump === undefined) return { kind: 'foreign' };
  if (segments.length === 2 && second === 'property_definitions.json')
    return { kind: 'definitions', dump, folder: first };
  if (segments.length !== 3 || second === '' || third === '') return { kind: 'foreign' };
  const part = parsePartNumber(third);
  return {
    kind: 'part',
    dump,
    folder: first,
    ...parseTableFolder(second),
    file: third,
    ...(part === undefined ? {} : { part }),
  };
}

/** `sync_852` → 852n; anything else → `undefined`. */
export function parseSyncFolder(name: string): DumpId | undefined {
  return parseDumpId(syncFolderPattern.exec(name)?.[1] ?? '');
}

/** The table's name and the layout, from the name of the folder that holds its parts. */
export function parseTableFolder(name: string): { readonly table: string; readonly layout: TableLayout } {
  return name.startsWith(tablePrefix)
    ? { table: name.slice(tablePrefix.length), layout: 'named' }
    : { table: name, layout: 'plain' };
}

export function formatTableFolder(table: string, layout: TableLayout): string {
  return layout === 'named' ? tablePrefix + table : table;
}

/** The number in `part-00061-….avro`. */
export function parsePartNumber(file: string): number | undefined {
  const digits = partFilePattern.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** By part number, then by name. Never by name alone: `part-10000` sorts before `part-9999` as text. */
export function comparePartFiles(a: string, b: string): number {
  const numberA = parsePartNumber(a) ?? Infinity;
  const numberB = parsePartNumber(b) ?? Infinity;
  if (numberA !== numberB) return numberA < numberB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
