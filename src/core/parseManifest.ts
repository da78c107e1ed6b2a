import { type DumpId, parseDumpId } from './dumpId';
import { Failure } from './failure';
import { parseJson } from './json';
import { isRecord, type JsonRecord } from './jsonRecord';
import type { Manifest, ManifestFile, ManifestProblem, ManifestTable } from './manifest';
import { migrationsTable } from './manifest';
import { parseObjectKey, parseSyncFolder } from './objectKey';
import { resolveManifestFile } from './resolveFile';

/** Where a manifest was read from. `bucket` is the bucket opened; without it (a folder) no bucket is foreign. */
export interface ManifestContext {
  readonly key: string;
  readonly bucket?: string;
  readonly prefix?: string;
}

export interface ParsedManifest {
  readonly manifest: Manifest;
  readonly problems: readonly ManifestProblem[];
}

const knownKeys = new Set(['dump_id', 'tables', 'property_definitions']);

/**
 * Reads a manifest as far as it can be read: what is missing, doubled or of a wrong type becomes a problem, with its
 * JSON path. Throws `manifest.unreadable` (facts `key`, `detail`, for syntax also `line` and `column`) only if the text
 * is not JSON, is not an object, or says nowhere which dump it is (its `dump_id`, its file's name, its files).
 * Source: seed "Manifest metadata"; the variants are those of domain.md, section 2.
 */
export function parseManifest(text: string, context: ManifestContext): ParsedManifest {
  const root = parseJson(text, context);
  if (!isRecord(root))
    throw new Failure('manifest.unreadable', { key: context.key, detail: 'it is not an object' });
  const problems: ManifestProblem[] = [];
  const owners: Owners = new Map();
  const { tables, nestedDefinitions } = parseTables(root, owners, problems);
  const dump = parseDump(root, context, tables, problems);
  const propertyDefinitions = parseDefinitionsPath(root, problems) ?? nestedDefinitions;
  reportForeignBuckets(tables, context, owners, problems);
  const manifest: Manifest = {
    dump,
    tables,
    ...(propertyDefinitions === undefined ? {} : { propertyDefinitions }),
    extraKeys: Object.keys(root).filter((key) => !knownKeys.has(key)),
  };
  return { manifest, problems };
}

function parseDump(
  root: JsonRecord,
  context: ManifestContext,
  tables: readonly ManifestTable[],
  problems: ManifestProblem[],
): DumpId {
  const value = root['dump_id'];
  const inside = dumpOf(value);
  const named = dumpOfName(context.key);
  if (inside !== undefined) {
    if (named !== undefined && named !== inside) {
      const message = `The file is named for dump ${named.toString()}, but says it is dump ${inside.toString()}.`;
      problems.push({ code: 'dumpIdMismatch', path: 'dump_id', message });
    }
    return inside;
  }
  const inferred = named ?? dumpOfFiles(tables);
  if (inferred === undefined)
    throw new Failure('manifest.unreadable', { key: context.key, detail: 'it says nowhere which dump it is' });
  const from = named === undefined ? "its files' folder" : "the file's name";
  const message = `${value === undefined ? 'dump_id is missing' : 'dump_id is not a whole number'}; ${inferred.toString()} is taken from ${from}.`;
  problems.push({ code: value === undefined ? 'missingKey' : 'wrongType', path: 'dump_id', message });
  return inferred;
}

function dumpOf(value: unknown): DumpId | undefined {
  if (typeof value === 'bigint') return value < 0n ? undefined : value;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return typeof value === 'string' ? parseDumpId(value.trim()) : undefined;
}

function dumpOfName(key: string): DumpId | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return parseSyncFolder(name.replace(/\.json$/, ''));
}

function dumpOfFiles(tables: readonly ManifestTable[]): DumpId | undefined {
  for (const table of tables)
    for (const file of table.files) {
      const dump = parseSyncFolder(file.key?.split('/', 1)[0] ?? '');
      if (dump !== undefined) return dump;
    }
  return undefined;
}

function parseDefinitionsPath(root: JsonRecord, problems: ManifestProblem[]): string | undefined {
  const value = root['property_definitions'];
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null)
    problems.push({
      code: 'wrongType',
      path: 'property_definitions',
      message: 'property_definitions is not a path.',
    });
  return undefined;
}

/** Which tables list a file, and where it was listed first, by the file's key (or its URI). */
type Owners = Map<string, { readonly tables: Set<string>; readonly path: string }>;

interface ParsedTables {
  readonly tables: readonly ManifestTable[];
  /** The seed's list of keys nests `property_definitions` in a table, its sample does not; both are read. */
  readonly nestedDefinitions?: string;
}

function parseTables(root: JsonRecord, owners: Owners, problems: ManifestProblem[]): ParsedTables {
  const value = root['tables'];
  if (!Array.isArray(value)) {
    const isMissing = value === undefined;
    const message = isMissing ? 'tables is missing.' : 'tables is not a list.';
    problems.push({ code: isMissing ? 'missingKey' : 'wrongType', path: 'tables', message });
    return { tables: [] };
  }
  const tables = new Map<string, ManifestTable>();
  let nestedDefinitions: string | undefined;
  for (const [index, item] of (value as unknown[]).entries()) {
    const path = `tables[${index}]`;
    if (!isRecord(item)) {
      problems.push({ code: 'wrongType', path, message: 'This table is not an object and was left out.' });
      continue;
    }
    const nested = item['property_definitions'];
    if (typeof nested === 'string') nestedDefinitions ??= nested;
    const table = parseTable(item, path, owners, problems);
    if (table === undefined) continue;
    const before = tables.get(table.name);
    if (before === undefined) {
      tables.set(table.name, table);
    } else {
      const message = `${table.name} is listed more than once; its files and columns were put together.`;
      problems.push({ code: 'duplicateTable', path, message });
      tables.set(table.name, mergeTables(before, table));
    }
  }
  return { tables: [...tables.values()], ...(nestedDefinitions === undefined ? {} : { nestedDefinitions }) };
}

/** Full if either is: a resync that is taken for an increment would leave invalid rows standing. */
function mergeTables(a: ManifestTable, b: ManifestTable): ManifestTable {
  const columns = a.columns === undefined ? b.columns : [...new Set([...a.columns, ...(b.columns ?? [])])];
  const incremental = a.incremental === false || b.incremental === false ? false : (a.incremental ?? b.incremental);
  return {
    name: a.name,
    files: [...a.files, ...b.files],
    ...(columns === undefined ? {} : { columns }),
    ...(incremental === undefined ? {} : { incremental }),
  };
}

function parseTable(
  item: JsonRecord,
  path: string,
  owners: Owners,
  problems: ManifestProblem[],
): ManifestTable | undefined {
  const listed = parseFiles(item['files'], `${path}.files`, problems);
  const name = parseName(item['name'], path, listed, problems);
  if (name === undefined) return undefined;
  const files = listed.filter((file) => isNew(file, name, owners, problems));
  const columns = parseColumns(item['columns'], `${path}.columns`, problems);
  const incremental = parseIncremental(item['incremental'], `${path}.incremental`, name, problems);
  return {
    name,
    files: files.map((file) => file.file),
    ...(columns === undefined ? {} : { columns }),
    ...(incremental === undefined ? {} : { incremental }),
  };
}

interface FileAt {
  readonly file: ManifestFile;
  readonly path: string;
}

/** False for a file that this table has listed before. One that another table lists stays, and is reported. */
function isNew(at: FileAt, table: string, owners: Owners, problems: ManifestProblem[]): boolean {
  const identity = at.file.key ?? at.file.uri;
  const tables = owners.get(identity)?.tables;
  if (tables === undefined) {
    owners.set(identity, { tables: new Set([table]), path: at.path });
    return true;
  }
  const isNewHere = !tables.has(table);
  const message = isNewHere
    ? `This file is listed for ${[...tables].join(', ')} and for ${table}.`
    : `This file is listed more than once for ${table} and counts once.`;
  problems.push({ code: 'duplicateFile', path: at.path, message });
  tables.add(table);
  return isNewHere;
}

function parseFiles(value: unknown, path: string, problems: ManifestProblem[]): readonly FileAt[] {
  if (!Array.isArray(value)) {
    const isMissing = value === undefined;
    const message = isMissing ? 'files is missing: no file counts.' : 'files is not a list: no file counts.';
    problems.push({ code: isMissing ? 'missingKey' : 'wrongType', path, message });
    return [];
  }
  const files: FileAt[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const at = `${path}[${index}]`;
    if (typeof item !== 'string') {
      problems.push({ code: 'wrongType', path: at, message: 'This file is not a path and was left out.' });
      continue;
    }
    const file = resolveManifestFile(item);
    if (file.key === undefined) {
      const message = `Nothing in "${item}" tells where the file lies in this bucket (sync_<number>/…).`;
      problems.push({ code: 'unresolvedFile', path: at, message });
    }
    files.push({ file, path: at });
  }
  return files;
}

function parseName(
  value: unknown,
  path: string,
  files: readonly FileAt[],
  problems: ManifestProblem[],
): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  const parsed = files.map(({ file }) => parseObjectKey(file.key ?? '')).find((key) => key.kind === 'part');
  const isMissing = value === undefined;
  const message =
    (isMissing ? "The table's name is missing" : "The table's name is not a text") +
    (parsed === undefined ? '; the table was left out.' : `; ${parsed.table} is taken from its files.`);
  problems.push({ code: isMissing ? 'missingKey' : 'wrongType', path: `${path}.name`, message });
  return parsed?.table;
}

function parseColumns(value: unknown, path: string, problems: ManifestProblem[]): readonly string[] | undefined {
  if (value === undefined) {
    problems.push({ code: 'missingKey', path, message: 'columns is missing; the Avro schema tells them.' });
    return undefined;
  }
  if (!Array.isArray(value)) {
    problems.push({ code: 'wrongType', path, message: 'columns is not a list; the Avro schema tells them.' });
    return undefined;
  }
  const names: string[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    if (typeof item === 'string') names.push(item);
    else problems.push({ code: 'wrongType', path: `${path}[${index}]`, message: 'This column is not a name.' });
  }
  return [...new Set(names)];
}

function parseIncremental(
  value: unknown,
  path: string,
  table: string,
  problems: ManifestProblem[],
): boolean | undefined {
  if (typeof value === 'boolean') {
    if (value && table === migrationsTable) {
      const message = `${migrationsTable} says it is incremental; it is always delivered in full and read so.`;
      problems.push({ code: 'incrementalMigrations', path, message });
    }
    return value;
  }
  if (value === 'true' || value === 'false') {
    problems.push({ code: 'wrongType', path, message: `incremental is the text "${value}", not ${value}.` });
    return value === 'true';
  }
  const isMissing = value === undefined;
  const message = isMissing
    ? 'incremental is missing: whether earlier dumps still count is not said; they are kept.'
    : 'incremental is neither true nor false: whether earlier dumps still count is not said; they are kept.';
  problems.push({ code: isMissing ? 'missingKey' : 'wrongType', path, message });
  return undefined;
}

/** One problem for each other bucket, not for each of its files: a copied export names it thousands of times. */
function reportForeignBuckets(
  tables: readonly ManifestTable[],
  context: ManifestContext,
  owners: Owners,
  problems: ManifestProblem[],
): void {
  if (context.bucket === undefined) return;
  const found = new Map<string, { path: string; files: number }>();
  for (const table of tables)
    for (const { bucket, key, uri } of table.files) {
      if (bucket === undefined || bucket === context.bucket) continue;
      const entry = found.get(bucket) ?? { path: owners.get(key ?? uri)?.path ?? 'tables', files: 0 };
      entry.files++;
      found.set(bucket, entry);
    }
  for (const [bucket, { path, files }] of found) {
    const message = `${files === 1 ? 'One file is' : `${files} files are`} listed in the bucket "${bucket}"; they are read from the opened bucket "${context.bucket}".`;
    problems.push({ code: 'foreignBucket', path, message });
  }
}
