import type { DumpId } from '../../core/dumpId';
import { Failure } from '../../core/failure';
import { parseUserId, userFilter } from '../../core/userIds';
import { askStep } from '../prompts';
import { tableUri, type RowsSource } from '../rows/rowsSource';
import type { RowsTab, RowsTabs } from '../rows/rowsTabs';
import type { RowsDocument } from '../rows/rowsDocument';
import type { ScanTableDeps } from '../rows/scanTable';
import { chooseUserIds } from './chooseUserIds';
import { pickUserTable, type UserPlace } from './pickUserTable';
import { pickSession, pickSync, type TargetDeps } from './targets';

const title = 'Find User';

export interface FindUserDeps extends TargetDeps, ScanTableDeps {
  readonly sessions: TargetDeps['sessions'];
  readonly tabs: RowsTabs;
}

/** *Find This User*, from a cell: its rows in that tab, or in any table as of the tab's dump. `id`: decimal. */
export async function findUserOf(deps: FindUserDeps, id: string, document: RowsDocument): Promise<void> {
  const { located, rows } = await document.opened();
  const columns = rows.columns.map(({ name }) => name);
  const { session, table, dump } = located;
  const tab: UserPlace = {
    label: `This tab: ${table ?? located.title}`,
    ...(table === undefined ? {} : { table }),
    columns,
    apply: (query) => deps.tabs.open(document.uri, query),
  };
  if (session === undefined || dump === undefined) {
    // A file of no export: nothing else is known of the user.
    await tab.apply({ filter: userFilter(table, [id]) });
    return;
  }
  await find(deps, { connectionId: session.connection.id, dump }, id, tab);
}

/** *Find User…* of the palette: asks for the id, and as of which dump unless a rows tab says so. */
export async function findUser(deps: FindUserDeps): Promise<void> {
  const tab = deps.tabs.active();
  const placeOfTab = await placeOf(tab);
  const place = placeOfTab ?? (await askForPlace(deps));
  if (place === undefined) return;
  const answer = await askStep(
    { title },
    {
      prompt: `A user_id, as in the export. Searched as of dump ${place.dump}.`,
      placeholder: '1234567890123456789',
      check: (text) =>
        parseUserId(text) === undefined
          ? 'A user id is a whole number of 64 bits, such as -6950297463716666071.'
          : undefined,
    },
  );
  const id = answer === undefined || answer === 'back' ? undefined : parseUserId(answer.value);
  if (id === undefined) return;
  if (tab === undefined || placeOfTab === undefined) await find(deps, place, id, undefined);
  else await findUserOf(deps, id, tab.document);
}

interface Place {
  readonly connectionId: string;
  readonly dump: DumpId;
}

async function placeOf(tab: RowsTab | undefined): Promise<Place | undefined> {
  // A tab that could not be opened says nothing.
  const opened = await tab?.document.opened().catch(() => undefined);
  const { session, dump } = opened?.located ?? {};
  return session === undefined || dump === undefined ? undefined : { connectionId: session.connection.id, dump };
}

async function askForPlace(deps: FindUserDeps): Promise<Place | undefined> {
  const session = await pickSession(deps, title);
  if (session === undefined) return undefined;
  const sync = await pickSync(
    deps,
    session,
    title,
    'As of which dump? The newest comes first.',
    (item) => item.state === 'delivered',
  );
  return sync === undefined ? undefined : { connectionId: session.connection.id, dump: sync.dump };
}

async function find(deps: FindUserDeps, place: Place, id: string, tab: UserPlace | undefined): Promise<void> {
  const ids = await chooseUserIds(deps, place, id);
  if (ids === undefined) return;
  const chosen = await pickUserTable(deps, place, ids, tab);
  if (chosen === undefined) return;
  const query = { filter: userFilter(chosen.table, ids) };
  if (chosen.apply !== undefined) return chosen.apply(query);
  if (chosen.table === undefined) throw new Failure('internal', { detail: 'no table was chosen' });
  const source: Extract<RowsSource, { kind: 'table' }> = { kind: 'table', ...place, table: chosen.table };
  await deps.tabs.open(tableUri(source), query);
}
