import { createHash } from 'node:crypto';
import type { Memento } from 'vscode';
import type { Column } from '../../core/column';
import { isFreshArrangement, parseArrangement } from '../../core/parseArrangement';
import { freshArrangement, type RowsArrangement } from '../../core/rowsArrangement';

const mementoKey = 'dataConnect.rows.arrangements';
const defaultMaxTables = 500;

/** How people arranged the rows of tables, remembered for each; those arranged longest ago go first. */
export interface Arrangements {
  /** As it was left, or fresh. What cannot be read of it is left out. */
  read(key: string): RowsArrangement;
  remember(key: string, arrangement: RowsArrangement): void;
}

export function createArrangements(memento: Memento, maxTables = defaultMaxTables): Arrangements {
  /** Least recently changed first. */
  const readAll = (): readonly (readonly [string, unknown])[] => {
    const value: unknown = memento.get(mementoKey);
    if (!Array.isArray(value)) return [];
    return value.filter(
      (entry): entry is [string, unknown] => Array.isArray(entry) && typeof entry[0] === 'string',
    );
  };
  return {
    read: (key) => parseArrangement(readAll().find(([name]) => name === key)?.[1]) ?? freshArrangement,
    remember(key, arrangement) {
      const others = readAll().filter(([name]) => name !== key);
      const all = isFreshArrangement(arrangement) ? others : [...others, [key, arrangement] as const];
      void memento.update(mementoKey, all.slice(-maxTables));
    },
  };
}

/** A table of a connection, whichever part or dump; for files that are of none, what they look like: the schema's name and the columns. */
export function arrangementKey(
  place: { readonly connectionId?: string | undefined; readonly table?: string | undefined },
  schemaName: string,
  columns: readonly Column[],
): string {
  if (place.connectionId !== undefined && place.table !== undefined)
    return `table ${place.connectionId} ${place.table}`;
  const names = JSON.stringify([schemaName, ...columns.map(({ name }) => name)]);
  return `schema ${createHash('sha256').update(names).digest('hex').slice(0, 32)}`;
}
