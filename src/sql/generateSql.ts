import { Failure } from '../core/failure';
import { migrationsTable } from '../core/manifest';
import { type Dialect, findDialect, type RawSource } from './dialect';
import { dedupEvents, migratedEvents } from './events';
import { header } from './header';
import { liveView } from './live';
import { idsDiffer, liveMappingColumns, type Mapping, planMapping, resolvedView } from './migrations';
import { findColumn, type PlannedColumn, type PlannedTable, planTable, shown } from './plan';
import type { GeneratedSql, GeneratedStatement, SqlRequest } from './request';
import { byteLength, commentBlock, selectList } from './text';
import { usersView } from './users';

export type { DialectId } from './dialect';
export type { GeneratedSql, SqlColumn, SqlRequest, SqlTable } from './request';

/**
 * The migrated view of a table, or its deduplicated rows, as a script that runs from top to bottom.
 *
 * Objects, for a table `pageviews`: `pageviews_raw` (over the files), `pageviews_live` (rows in effect),
 * `user_migrations_raw`, `user_migrations_live`, `user_migrations_resolved` (one target per migrated user),
 * `pageviews_migrated`, and for `dedup` `pageviews_dedup` on top of it. The last of them is the answer. For
 * `user_migrations` itself that is `user_migrations_resolved` in both kinds.
 *
 * @throws Failure `sql.noKey` if the table lacks a column that the view needs (`user_id`; for dedup also `session_id` or
 * `event_id`), `sql.badName` for a table's name or a key that no engine can hold, `internal` for an unknown dialect.
 */
export function generateSql(request: SqlRequest): GeneratedSql {
  const dialect = findDialect(request.dialect);
  if (dialect === undefined) throw new Failure('internal', { detail: `unknown dialect ${request.dialect}` });
  const warnings: string[] = [];
  const table = planTable(request.table, dialect, warnings);
  const script: Script = { request, dialect, warnings, statements: [] };
  noteData(script, table);

  const rule = table.table === migrationsTable ? mappingScript(script, table) : tableScript(script, table);

  const objects = script.statements.flatMap(({ creates }) => (creates === undefined ? [] : [creates]));
  noteLimits(script);
  const { head, foot } = header({ request, dialect, table, objects, rule, warnings });
  const body = script.statements.map(
    ({ comment, sql }) => `${comment === '' ? '' : `${commentBlock(comment)}\n`}${sql};`,
  );
  return {
    text: `${[head, ...body, foot].filter((piece) => piece !== '').join('\n\n')}\n`,
    warnings,
    objects,
    statements: script.statements,
  };
}

interface Script {
  readonly request: SqlRequest;
  readonly dialect: Dialect;
  readonly warnings: string[];
  readonly statements: GeneratedStatement[];
}

/** `user_migrations` asked for by itself: the resolved mapping is the answer. */
function mappingScript(script: Script, table: PlannedTable): string {
  const mapping = planMapping(table);
  if (mapping === undefined) throw noKey(script, table, ['from_user_id', 'to_user_id']);
  addRaw(script, table);
  addMapping(script, table, mapping);
  return `Rule: the newest copy only${newestCopy(table)}; one target per user, ${hopsText(script)}.`;
}

function tableScript(script: Script, table: PlannedTable): string {
  const { request, dialect } = script;
  const key = keyColumns(script, table);
  const user = key.at(-1);
  if (user === undefined) throw noKey(script, table, ['user_id']);
  const migrations = planMigrations(script);
  const mapping = migrations?.mapping;
  if (mapping !== undefined && idsDiffer(user, mapping)) {
    script.warnings.push('user_id and the ids of user_migrations have different types: they are compared as text.');
  }

  addRaw(script, table);
  if (migrations !== undefined) addRaw(script, migrations.table);
  const own = [table.names.dedup, table.names.migrated, table.names.live];
  if (dialect.fixedViewColumns) dropViews(script, own.slice(request.kind === 'dedup' ? 0 : 1));
  addLive(script, table, table.columns);
  if (migrations !== undefined) addMapping(script, migrations.table, migrations.mapping);
  const once =
    table.table === 'users' ? addUsers(script, table, user, mapping) : addEvents(script, table, key, mapping);
  if (dialect.fixedViewColumns) add(script, 'transaction', '', 'COMMIT');

  const identity =
    migrations === undefined
      ? 'no user_migrations'
      : `user_id from user_migrations${newestCopy(migrations.table)}, ${hopsText(script)}`;
  const since = request.table.effective.since === undefined ? 'the oldest dump known' : 'the last full resync';
  return `Rule: only files that manifests list, from ${since} on; ${identity}; ${once}.`;
}

/** Adds the views; gives the rule by which rows are one. */
function addUsers(script: Script, table: PlannedTable, user: PlannedColumn, mapping: Mapping | undefined): string {
  const { request, dialect } = script;
  const reading = request.users ?? 'latest';
  addView(script, 'migrated', table.names.migrated, usersView(table, user, mapping, reading, dialect));
  if (request.kind === 'dedup') {
    addView(script, 'dedup', table.names.dedup, {
      comment: `${shown(table.names.migrated)} has one row per user already; this gives it the name that other tables' deduplicated rows have.`,
      query: `SELECT${selectList(table.columns.map(({ name }) => `u.${dialect.quote(name)}`))}\nFROM ${dialect.quote(table.names.migrated)} u`,
    });
  }
  return reading === 'latest' ? 'one row per user, newest first' : 'one row per user, MIN and MAX as documented';
}

function addEvents(
  script: Script,
  table: PlannedTable,
  key: readonly PlannedColumn[],
  mapping: Mapping | undefined,
): string {
  const { request, dialect } = script;
  const user = key.at(-1);
  if (user === undefined) throw noKey(script, table, ['user_id']);
  const original = request.keepOriginalUserId === true ? table.free('original_user_id') : undefined;
  addView(script, 'migrated', table.names.migrated, migratedEvents(table, user, mapping, original, dialect));
  if (request.kind !== 'dedup') return 'no row dropped';
  addView(script, 'dedup', table.names.dedup, dedupEvents(table, key, original, dialect));
  return `then one row per ${key.map(({ source }) => source).join(', ')}, newest dump first`;
}

/** Source: seed "Deduplication". The user is always the last of them. */
function keyColumns(script: Script, table: PlannedTable): readonly PlannedColumn[] {
  const id = table.table === 'users' ? [] : [table.table === 'sessions' ? 'session_id' : 'event_id'];
  const wanted = [...(script.request.kind === 'dedup' ? id : []), 'user_id'];
  const found = wanted.map((name) => findColumn(table, name));
  const missing = wanted.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) throw noKey(script, table, missing);
  return found.filter((column) => column !== undefined);
}

function noKey({ request }: Script, table: PlannedTable, missing: readonly string[]): Failure {
  const columns = missing.join(', ');
  return new Failure('sql.noKey', {
    table: table.table,
    columns,
    kind: request.kind,
    detail: `no column ${columns}`,
  });
}

function planMigrations(script: Script): { table: PlannedTable; mapping: Mapping } | undefined {
  const { request, dialect, warnings } = script;
  if (request.migrations === undefined) {
    warnings.push('The export has no user_migrations as of this dump: users are as delivered, not resolved.');
    return undefined;
  }
  const table = planTable(request.migrations, dialect, warnings);
  const mapping = planMapping(table);
  if (mapping === undefined) {
    warnings.push('user_migrations has no from_user_id or no to_user_id: users are as delivered, not resolved.');
    return undefined;
  }
  if (table.files.length === 0)
    warnings.push('The newest copy of user_migrations has no files: nothing is migrated.');
  return { table, mapping };
}

function addMapping(script: Script, table: PlannedTable, mapping: Mapping): void {
  addLive(script, table, liveMappingColumns(mapping));
  const view = resolvedView(table, mapping, script.request.hops ?? 1, script.dialect);
  addView(script, 'migrations', table.names.resolved, view);
}

function addRaw(script: Script, table: PlannedTable): void {
  const statements = script.dialect.raw(rawSource(script, table));
  const creating = statements.findIndex(({ sql }) => sql.startsWith('CREATE'));
  for (const [index, { comment, sql }] of statements.entries()) {
    add(script, 'raw', comment, sql, index === creating ? table.names.raw : undefined);
  }
}

function addLive(script: Script, table: PlannedTable, columns: readonly PlannedColumn[]): void {
  addView(script, 'live', table.names.live, liveView(rawSource(script, table), columns, script.dialect));
}

function rawSource({ request }: Script, table: PlannedTable): RawSource {
  const root = `${request.source.rootUri.replace(/[\\/]+$/, '')}/`;
  return { table, root, schema: request.schema ?? 'data_connect' };
}

function dropViews(script: Script, views: readonly string[]): void {
  add(script, 'transaction', 'From here on all or nothing, so that nobody meets half a set of views.', 'BEGIN');
  add(
    script,
    'live',
    "A view's columns cannot be changed in place. If this is refused, views of your own (or a dedup view) stand on these: drop them first.",
    `DROP VIEW IF EXISTS ${views.map((view) => script.dialect.quote(view)).join(', ')}`,
  );
}

function addView(
  script: Script,
  step: GeneratedStatement['step'],
  name: string,
  { comment, query }: { readonly comment: string; readonly query: string },
): void {
  add(script, step, comment, script.dialect.createView(name, query), name);
}

function add(
  { statements }: Script,
  step: GeneratedStatement['step'],
  comment: string,
  sql: string,
  creates?: string,
): void {
  statements.push({ step, comment, sql, ...(creates === undefined ? {} : { creates }) });
}

/** The dump whose copy counts, if it is known. */
function newestCopy(table: PlannedTable): string {
  const dump = table.dumps.at(-1)?.dump ?? table.files.at(-1)?.dump;
  return dump === undefined ? '' : ` (dump ${dump})`;
}

function hopsText({ request }: Script): string {
  return request.hops === 3 ? 'up to three steps' : 'one step';
}

function noteData({ request, dialect, warnings }: Script, table: PlannedTable): void {
  if (table.files.length === 0) {
    warnings.push(`No file of ${shown(table.table)} is in effect as of dump ${request.asOf}: the views are empty.`);
  } else if (request.table.effective.since === undefined && table.table !== migrationsTable) {
    warnings.push(
      `No full resync of ${shown(table.table)} was seen: it is built from the oldest dump known, and earlier rows may be missing.`,
    );
  }
  noteLostFiles(request, warnings);
  if ((dialect.id === 'athena' || dialect.id === 'trino') && !/^s3a?:\/\//i.test(request.source.rootUri)) {
    warnings.push(`${dialect.label} does not read this folder as it is: put the bucket's address in its place.`);
  }
}

/** Files in effect that are not in the bucket: engines that read folders do not miss them aloud. */
function noteLostFiles(request: SqlRequest, warnings: string[]): void {
  for (const { name, effective, missing = [] } of [
    request.table,
    ...(request.migrations === undefined ? [] : [request.migrations]),
  ]) {
    const lost = missing.length + (effective.unresolved?.length ?? 0);
    if (lost === 0) continue;
    const first = shown(missing[0] ?? effective.unresolved?.[0] ?? '');
    warnings.push(
      lost === 1
        ? `A listed file of ${shown(name)} is not in the bucket: ${first}. Its rows are missing.`
        : `${lost} listed files of ${shown(name)} are not in the bucket, among them ${first}. Their rows are missing.`,
    );
  }
}

function noteLimits({ dialect, statements, warnings }: Script): void {
  const limit = dialect.maxStatementBytes;
  if (limit === undefined) return;
  for (const { sql, creates } of statements) {
    const bytes = byteLength(sql);
    if (bytes > limit) {
      const number = (value: number): string => value.toLocaleString('en-US');
      warnings.push(
        `The statement for ${shown(creates ?? 'the raw table')} has ${number(bytes)} bytes; ${dialect.label} takes ${number(limit)}.`,
      );
    }
  }
}
