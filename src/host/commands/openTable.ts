import { ProgressLocation, window } from 'vscode';
import type { DumpId } from '../../core/dumpId';
import type { BucketSession } from '../connections/sessions';
import { tableUri } from '../rows/rowsSource';
import { openRows } from './openPart';
import { asNode, pickSession, pickTable, type TargetDeps } from './targets';

const title = 'Open Table';

/** *Open Table*: the effective files of a table as one, as of the dump of the selected node, or of the newest one. */
export async function openTable(deps: TargetDeps, argument: unknown): Promise<void> {
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

/** The newest dump there is, whether it has the table or not: so the tab's name tells as of when the rows are. */
async function newestDump({ catalog }: BucketSession, table: string): Promise<DumpId> {
  const { asOf } = await window.withProgress(
    { location: ProgressLocation.Window, title: `Reading what ${table} is made of…` },
    () => catalog.effectiveFiles(table),
  );
  return asOf;
}
