import { isInternalTable, migrationsTable } from './manifest';

/**
 * The 64-bit ids of the export, in the order in which they are shown. Sources: seed "Data types and formats" for the
 * first three; real schemas for the two of `user_migrations`.
 */
export const idColumns: readonly string[] = ['user_id', 'event_id', 'session_id', 'from_user_id', 'to_user_id'];

export function isIdColumn(name: string): boolean {
  return idColumns.includes(name);
}

/** What a table is to the export. Every table that is not built in is an event's; so is `pageviews`. */
export type TableRole = 'users' | 'sessions' | 'events' | 'migrations' | 'internal';

export function tableRole(table: string): TableRole {
  if (table === migrationsTable) return 'migrations';
  if (isInternalTable(table)) return 'internal';
  return table === 'users' || table === 'sessions' ? table : 'events';
}

/**
 * The columns whose equal values make two rows one, after migrations are applied; `undefined` for tables without such
 * a rule. Source: seed "Deduplication". In a union of event tables the table's name belongs to the key too.
 */
export function dedupKey(role: TableRole): readonly string[] | undefined {
  switch (role) {
    case 'users':
      return ['user_id'];
    case 'sessions':
      return ['session_id', 'user_id'];
    case 'events':
      return ['event_id', 'user_id'];
    case 'migrations':
    case 'internal':
      return undefined;
  }
}

/** The columns that stay in view when rows are scrolled sideways: the ids that are there, in the order of `idColumns`. */
export function frozenColumns(columns: readonly string[]): readonly string[] {
  const present = new Set(columns);
  return idColumns.filter((name) => present.has(name));
}
