import { Uri } from 'vscode';
import { Failure } from '../../core/failure';
import { parseObjectKey } from '../../core/objectKey';
import { parseRowsSource, tableUri } from '../rows/rowsSource';
import { openRows } from './openPart';
import { asNode, pickSession, pickSync, pickTable, tableOf, type TargetDeps } from './targets';

const title = 'Open Table';

/** *Open Table*: the effective files of a table as one, as of the dump of the selected node or of the part in a tab, or as asked for. */
export async function openTable(deps: TargetDeps, argument: unknown): Promise<void> {
  if (argument instanceof Uri) return openTableOf(argument);
  const node = asNode(argument);
  const chosen = tableOf(node);
  if (chosen !== undefined) {
    await openRows(tableUri({ kind: 'table', ...chosen }));
    return;
  }
  if (node !== undefined) return;
  const session = await pickSession(deps, title);
  if (session === undefined) return;
  const table = await pickTable(session.catalog, title);
  if (table === undefined) return;
  const sync = await pickSync(
    deps,
    session,
    title,
    `${table} as of which dump? The newest comes first.`,
    ({ state }) => state === 'delivered',
  );
  if (sync === undefined) return;
  const source = { kind: 'table', connectionId: session.connection.id, table, dump: sync.dump } as const;
  await openRows(tableUri(source));
}

/** The whole table that a part in a tab belongs to. */
async function openTableOf(uri: Uri): Promise<void> {
  const source = parseRowsSource(uri);
  if (source.kind === 'table') return openRows(uri);
  const parsed = source.kind === 'object' ? parseObjectKey(source.key) : undefined;
  if (source.kind !== 'object' || parsed?.kind !== 'part')
    throw new Failure('ref.unreadable', { uri: uri.toString(), detail: 'It is no part of a table of an export.' });
  const { connectionId } = source;
  await openRows(tableUri({ kind: 'table', connectionId, table: parsed.table, dump: parsed.dump }));
}
