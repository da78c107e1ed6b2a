import path from 'node:path';
import type { Column } from '../../core/column';
import type { BucketSession } from '../connections/sessions';
import type { DataWorker } from './dataWorker';
import { createPartSource } from './partSource';

/** The columns of a part by its header, which is read in the worker, as all of Avro is. Rejects as `DataWorker.open` does. */
export async function readColumns(
  worker: Pick<DataWorker, 'open'>,
  { store }: Pick<BucketSession, 'store'>,
  key: string,
  signal: AbortSignal,
): Promise<readonly Column[]> {
  const uri = store.uri(key);
  const rows = await worker.open(
    [{ source: createPartSource(store, key, uri), facts: { file: path.posix.basename(key), uri } }],
    { readAheadBytes: 0, signal },
  );
  rows.dispose();
  return rows.opened.columns;
}
