import { formatAgo } from '../../core/format';
import { Failure } from '../../core/failure';
import type { DumpId } from '../../core/dumpId';
import type { SyncSummary } from '../../core/catalogModel';
import { connectionIdOf } from '../tree/nodes';
import type { AsOf } from '../tree/asOf';
import { asNode, pickConnection, pickOne, type TargetDeps } from './targets';

export interface AsOfCommandDeps extends TargetDeps {
  readonly asOf: Pick<AsOf, 'of' | 'set'>;
}

const title = 'Show as of Dump';

/** *Show as of Dump…*: of a node's connection, or of one asked for. */
export async function selectAsOf(deps: AsOfCommandDeps, argument: unknown): Promise<void> {
  const node = asNode(argument);
  const id = node === undefined ? await pickConnection(deps, title) : connectionIdOf(node);
  if (id === undefined) return;
  const current = deps.asOf.of(id);
  const now = deps.clock.now();
  const items = deps.sessions
    .get(id)
    .then(({ catalog }) => catalog.syncs())
    .then((syncs) => {
      const delivered = syncs.filter(({ manifest }) => manifest !== undefined);
      const [newest] = delivered;
      if (newest === undefined) throw new Failure('catalog.noManifest');
      const words = (sync: SyncSummary): readonly string[] =>
        sync.manifest?.modified === undefined ? [] : [formatAgo(sync.manifest.modified, now)];
      const follow = [`now ${newest.dump}`, ...words(newest), ...(current === undefined ? ['shown'] : [])];
      return [
        { label: 'Newest', description: follow.join(' · '), value: { dump: undefined } },
        ...delivered.map((sync) => ({
          label: sync.dump.toString(),
          description: [...words(sync), ...(sync.dump === current ? ['shown'] : [])].join(' · '),
          value: { dump: sync.dump },
        })),
      ];
    });
  const chosen = await pickOne<{ readonly dump: DumpId | undefined }>(
    title,
    'The tables and their files as they were with which dump?',
    items,
  );
  if (chosen !== undefined) await deps.asOf.set(id, chosen.dump);
}

/** *Show Newest Dump*: the way back. Of a node's connection. */
export async function showNewest({ asOf }: AsOfCommandDeps, argument: unknown): Promise<void> {
  const node = asNode(argument);
  const id = node === undefined ? undefined : connectionIdOf(node);
  if (id !== undefined) await asOf.set(id, undefined);
}
