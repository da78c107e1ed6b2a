import { ProgressLocation, Uri, window } from 'vscode';
import type { DumpId } from '../../core/dumpId';
import type { BucketSession } from '../connections/sessions';
import { Failure } from '../../core/failure';
import { parseObjectKey } from '../../core/objectKey';
import { parseRowsSource, tableUri } from '../rows/rowsSource';
import { openRows } from './openPart';
import { asNode, pickSession, pickTable, type TargetDeps } from './targets';

const title = 'Open Table';

/** *Open Table*: the effective files of a table as one, as of the dump of the selected node or of the part in a tab, or of the newest one. */
export async function openTable(deps: TargetDeps, argument: unknown): Promise<void> {
  if (argument instanceof Uri) return openTableOf(argument);
  const node = asNode(argument);
  if (node?.kind === 'table') {
    await openRows(
      tableUri({ kind: 'table', connectionId: node.connectionId, table: node.table.name, dump: node.dump }),
    );
    return;
  }
  if (node !== undefined) return;
  const session = await pickSession(deps, title);
  if (session === undefined) return;
  const table = await pickTable(session.catalog, title);
  if (table === undefined) return;
  const dump = await newestDump(session, table);
  await openRows(tableUri({ kind: 'table', connectionId: session.connection.id, table, dump }));
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

/** The newest dump there is, whether it has the table or not: so the tab's name tells as of when the rows are. */
async function newestDump({ catalog }: BucketSession, table: string): Promise<DumpId> {
  const { asOf } = await window.withProgress(
    { location: ProgressLocation.Window, title: `Reading what ${table} is made of…` },
    () => catalog.effectiveFiles(table),
  );
  return asOf;
}
