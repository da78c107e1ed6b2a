import { ProgressLocation, window } from 'vscode';
import type { DumpId } from '../../core/dumpId';
import { isFailure } from '../../core/failure';
import { formatBytes, formatCount, formatPlural } from '../../core/format';
import { migrationsTable } from '../../core/manifest';
import { collectUserIds, userFilter, userIdLimits, type Migration, type UserIds } from '../../core/userIds';
import { openTableScan, type ScanTableDeps, type TableScan } from '../rows/scanTable';
import { readSetting } from '../settings';

const title = 'Find User';
const mostNamed = 4;

/**
 * The ids to look for: the one asked for, and those that `user_migrations` joins to it, as the user chooses. `undefined`: gone away.
 * Rejects with what keeps the migrations from being read, `cancelled` not among it.
 */
export async function chooseUserIds(
  deps: ScanTableDeps,
  place: { readonly connectionId: string; readonly dump: DumpId },
  id: string,
): Promise<readonly string[] | undefined> {
  const found = await readUserIds(deps, place, id);
  if (found === undefined) return undefined;
  const choices = choicesOf(found);
  if (choices.length === 1) return [id];
  const chosen = await window.showQuickPick(choices, {
    title: `${title} ${id}`,
    placeHolder: `user_migrations joins this id with others. Which of them are meant?`,
    ignoreFocusOut: true,
  });
  return chosen?.ids;
}

/** What may be meant by one id, the documented reading first: one hop. */
export function choicesOf(found: UserIds): readonly {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly ids: readonly string[];
}[] {
  const { id, migratesTo, migrateToIt, joined, isCut } = found;
  const only = { label: `Only ${id}`, description: '', detail: 'Rows under this very id', ids: [id] };
  const near = [...new Set([id, ...migratesTo, ...migrateToIt])];
  const nearWords = [
    ...(migratesTo.length === 0 ? [] : [`it migrates to ${named(migratesTo)}`]),
    ...(migrateToIt.length === 0
      ? []
      : [`${named(migrateToIt)} ${migrateToIt.length === 1 ? 'migrates' : 'migrate'} to it`]),
  ];
  const one = {
    label: `${formatPlural(near.length, 'id')} over one migration`,
    description: isCut ? `the first ${formatCount(userIdLimits.maxIds)}` : '',
    detail: sentence(nearWords.join('; ')),
    ids: near,
  };
  const others = joined.filter((other) => !near.includes(other));
  const all = {
    label: `${formatPlural(joined.length, 'id')} over all migrations`,
    description: isCut ? 'there are more, which were not followed: is one of them a guest?' : '',
    detail: `Also ${named(others)}`,
    ids: joined,
  };
  return [...(near.length > 1 ? [one] : []), ...(others.length > 0 ? [all] : []), only];
}

function named(ids: readonly string[]): string {
  const rest = ids.length - mostNamed;
  return rest > 0 ? `${ids.slice(0, mostNamed).join(', ')} and ${formatCount(rest)} more` : ids.join(', ');
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** From the newest full copy of `user_migrations`; an export without one knows of no others. */
async function readUserIds(
  deps: ScanTableDeps,
  place: { readonly connectionId: string; readonly dump: DumpId },
  id: string,
): Promise<UserIds | undefined> {
  const none: UserIds = { id, migratesTo: [], migrateToIt: [], joined: [id], isCut: false };
  return window.withProgress(
    { location: ProgressLocation.Notification, title: `Looking up ${id} in ${migrationsTable}`, cancellable: true },
    async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      let scan: TableScan | undefined;
      try {
        const source = { kind: 'table', ...place, table: migrationsTable } as const;
        scan = await openTableScan(source, deps, abort.signal);
        if (!(await mayRead(scan))) return none;
        return await collectUserIds(id, (ids) => readMigrations(scan, ids));
      } catch (error) {
        if (isFailure(error, 'cancelled') && abort.signal.aborted) return undefined;
        if (isFailure(error, 'catalog.noSuchTable')) return none;
        throw error;
      } finally {
        scan?.dispose();
      }
    },
  );
}

/** Asked first where it is remote and more than the user allows unasked. */
async function mayRead(scan: TableScan): Promise<boolean> {
  const { connection } = scan.located.session ?? {};
  if (connection?.kind !== 's3') return true;
  const { bytes } = await scan.cost();
  if (bytes <= readSetting('dataConnect.rows.askAboveMegabytes') * 1024 * 1024) return true;
  const read = 'Read It';
  const skip = 'Only This Id';
  const chosen = await window.showInformationMessage(
    `Which ids belong together stands in ${migrationsTable}: reading it takes ${formatBytes(bytes)}.`,
    read,
    skip,
  );
  return chosen === read;
}

async function readMigrations(scan: TableScan | undefined, ids: readonly string[]): Promise<readonly Migration[]> {
  const columns = ['from_user_id', 'to_user_id'];
  const rows = (await scan?.read(userFilter(migrationsTable, ids), columns, 2 * userIdLimits.maxIds)) ?? [];
  return rows.flatMap(([from, to]) => (typeof from === 'string' && typeof to === 'string' ? [{ from, to }] : []));
}
