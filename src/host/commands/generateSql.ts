import { ProgressLocation, window, workspace } from 'vscode';
import type { DumpId } from '../../core/dumpId';
import { throwIfAborted } from '../../core/failure';
import { describeTable } from '../../sql/describeTable';
import { generateSql } from '../../sql/generateSql';
import type { SqlRequest } from '../../sql/request';
import type { BucketSession } from '../connections/sessions';
import type { DataWorker } from '../rows/dataWorker';
import { readColumns } from '../rows/readColumns';
import { readSetting } from '../settings';
import { asNode, pickSession, pickTable, tableOf, type TargetDeps } from './targets';

const titles: Readonly<Record<SqlRequest['kind'], string>> = {
  migrated: 'Generate Migrated View SQL',
  dedup: 'Generate Dedup SQL',
};

interface SqlTarget {
  readonly session: BucketSession;
  readonly table: string;
  /** The dump whose table was chosen; absent: the newest. */
  readonly asOf?: DumpId;
}

/** *Generate Migrated View SQL* and *Generate Dedup SQL*: of the selected table, or asked for; into an untitled editor. */
export async function generateSqlCommand(
  deps: TargetDeps & { readonly worker: DataWorker },
  kind: SqlRequest['kind'],
  argument: unknown,
): Promise<void> {
  const target = await targetOf(deps, kind, argument);
  if (target === undefined) return;
  const text = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Reading what ${target.table} is made of…`,
      cancellable: true,
    },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const text = await writeSql(deps.worker, kind, target, abort.signal);
      throwIfAborted(abort.signal);
      return text;
    },
  );
  const document = await workspace.openTextDocument({ language: 'sql', content: text });
  await window.showTextDocument(document, { preview: false });
}

async function writeSql(
  worker: DataWorker,
  kind: SqlRequest['kind'],
  { session, table, asOf }: SqlTarget,
  signal: AbortSignal,
): Promise<string> {
  const described = await describeTable(
    session.catalog,
    table,
    asOf,
    (key) => readColumns(worker, session, key, signal),
    signal,
  );
  const { text } = generateSql({
    kind,
    ...described,
    dialect: readSetting('dataConnect.sql.dialect'),
    source: { connection: session.connection.name, rootUri: session.store.uri('') },
    users: readSetting('dataConnect.sql.users'),
    hops: readSetting('dataConnect.sql.migrationHops') === 3 ? 3 : 1,
  });
  return text;
}

async function targetOf(
  deps: TargetDeps,
  kind: SqlRequest['kind'],
  argument: unknown,
): Promise<SqlTarget | undefined> {
  const node = asNode(argument);
  const chosen = tableOf(node);
  if (chosen !== undefined) {
    const isListed = node?.kind !== 'table' || node.table.listedFiles > 0;
    return {
      session: await deps.sessions.get(chosen.connectionId),
      table: chosen.table,
      ...(isListed ? { asOf: chosen.dump } : {}),
    };
  }
  const session = await pickSession(deps, titles[kind]);
  if (session === undefined) return undefined;
  const table = await pickTable(session.catalog, titles[kind]);
  return table === undefined ? undefined : { session, table };
}
