import type { ManifestDocument } from '../../core/catalogModel';
import { readDiff } from '../../core/readDiff';
import type { DiffOpened, DumpHeading } from '../../protocol/diff';
import type { BucketSession } from '../connections/sessions';
import type { DiffTarget } from './diffPanel';

/** What the diff view shows, read from the bucket. */
export async function readDiffView(
  session: BucketSession,
  target: DiffTarget,
  signal: AbortSignal,
): Promise<DiffOpened> {
  const { diff, from, to } = await readDiff(session.catalog, target.from, target.to, signal);
  return {
    connection: session.connection.name,
    restore: { connectionId: target.connectionId, from: target.from.toString(), to: target.to.toString() },
    from: headingOf(from),
    to: headingOf(to),
    diff,
  };
}

function headingOf({ manifest, info }: ManifestDocument): DumpHeading {
  return {
    dump: manifest.dump.toString(),
    tables: manifest.tables.length,
    files: manifest.tables.reduce((sum, table) => sum + table.files.length, 0),
    ...(info.modified === undefined ? {} : { delivered: info.modified }),
  };
}
