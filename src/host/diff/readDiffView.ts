import { diffDumps } from '../../core/diffDumps';
import type { DiffOpened } from '../../protocol/diff';
import type { BucketSession } from '../connections/sessions';
import type { DiffTarget } from './diffTarget';

/** What the diff view shows, read from the bucket. */
export async function readDiffView(
  session: BucketSession,
  target: DiffTarget,
  signal: AbortSignal,
): Promise<DiffOpened> {
  const { diff, from, to } = await diffDumps(session.catalog, target.from, target.to, signal);
  return {
    connection: session.connection.name,
    restore: { connectionId: target.connectionId, from: target.from.toString(), to: target.to.toString() },
    from,
    to,
    diff,
  };
}
