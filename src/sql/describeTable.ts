import type { Catalog, PartSummary } from '../core/catalogModel';
import type { Column } from '../core/column';
import { isIdColumn } from '../core/columnRoles';
import { compareDumps, type DumpId } from '../core/dumpId';
import type { EffectiveFiles } from '../core/effectiveFiles';
import { isFailure, throwIfAborted } from '../core/failure';
import { migrationsTable } from '../core/manifest';
import type { SqlColumn, SqlRequest, SqlTable } from './request';

/** Reads the header of one part and gives its columns. The extension asks its worker, the command line reads itself. */
export type ReadColumns = (key: string, signal: AbortSignal | undefined) => Promise<readonly Column[]>;

/** How many of the newest files are tried for a schema before the manifests' columns have to do. */
const schemaTries = 3;

/**
 * Gathers from the export what the generators need for a table: its effective files, its real columns, the files that
 * lie beside them unlisted, and the same of `user_migrations`.
 * Rejects with the failures of `Catalog.effectiveFiles`; an export without `user_migrations` is not one.
 */
export async function describeTable(
  catalog: Catalog,
  table: string,
  asOf: DumpId | undefined,
  readColumns: ReadColumns,
  signal?: AbortSignal,
): Promise<Pick<SqlRequest, 'table' | 'migrations' | 'asOf'>> {
  const effective = await catalog.effectiveFiles(table, asOf, signal);
  const described = await describeFiles(catalog, effective, readColumns, signal);
  if (table === migrationsTable) return { table: described, asOf: effective.asOf };
  try {
    const migrations = await catalog.effectiveFiles(migrationsTable, asOf, signal);
    return {
      table: described,
      migrations: await describeFiles(catalog, migrations, readColumns, signal),
      asOf: effective.asOf,
    };
  } catch (error) {
    if (isFailure(error, 'catalog.noSuchTable')) return { table: described, asOf: effective.asOf };
    throw error;
  }
}

async function describeFiles(
  catalog: Catalog,
  effective: EffectiveFiles,
  readColumns: ReadColumns,
  signal: AbortSignal | undefined,
): Promise<SqlTable> {
  const [schema, folders] = await Promise.all([
    readSchema(effective, readColumns, signal),
    readFolders(catalog, effective, signal),
  ]);
  return { name: effective.table, effective, columns: mergeColumns(schema, effective.columns), ...folders };
}

/** The columns of the newest effective part that can be read; none if neither of the newest can. */
async function readSchema(
  effective: EffectiveFiles,
  readColumns: ReadColumns,
  signal: AbortSignal | undefined,
): Promise<readonly Column[]> {
  for (const file of effective.files.toReversed().slice(0, schemaTries)) {
    try {
      return await readColumns(file.key, signal);
    } catch {
      // A damaged or missing part says nothing of the table; the next one may.
      throwIfAborted(signal);
    }
  }
  return [];
}

/** Schema order first, spelled as in the file; then what the manifests name besides: columns that only older dumps have. */
function mergeColumns(schema: readonly Column[], listed: readonly string[]): readonly SqlColumn[] {
  const columns: SqlColumn[] = schema.map(({ name, kind }) => ({
    name,
    type: kind === 'integer' ? 'bigint' : 'text',
  }));
  const known = new Set(columns.map(({ name }) => name));
  for (const name of listed) {
    if (known.has(name)) continue;
    known.add(name);
    // Source: seed "Data types and formats": the ids are longs, everything else is text.
    columns.push({ name, type: isIdColumn(name) ? 'bigint' : 'text' });
  }
  return columns;
}

/** What the bucket holds beside what the manifests say of the table's folders: files too many, and files too few. */
interface FolderFacts {
  /** In no manifest: they must not be read by a glob. */
  readonly unlisted: readonly string[];
  /** In effect, and not there. */
  readonly missing: readonly string[];
}

async function readFolders(
  catalog: Catalog,
  effective: EffectiveFiles,
  signal: AbortSignal | undefined,
): Promise<FolderFacts> {
  const dumps = effective.dumps.map(({ dump }) => dump).sort(compareDumps);
  const parts = (await Promise.all(dumps.map((dump) => catalog.parts(dump, effective.table, signal)))).flat();
  const keysOf = (wanted: PartSummary['state']): readonly string[] =>
    parts.filter(({ state }) => state === wanted).map(({ key }) => key);
  const unresolved = new Set(effective.unresolved);
  return { unlisted: keysOf('ignored'), missing: keysOf('missing').filter((key) => !unresolved.has(key)) };
}
