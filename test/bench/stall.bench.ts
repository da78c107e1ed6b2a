import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RowFilter } from '../../src/core/rowFilter';
import type { ScanProgress } from '../../src/core/rowsProgress';
import { DataWorker } from '../../src/host/rows/dataWorker';
import { createPartialFiles } from '../../src/host/rows/partialFiles';
import { createPartSource } from '../../src/host/rows/partSource';
import { loadStoreBundle } from '../../src/host/bundles';
import { limited, type Entry } from './measure';

// How long the extension host's thread is held up while a big part is scanned: the host's own end of the data worker, with the built worker
// and store beside it, and a timer that notices. `stall.bench FILE`.
const [file = ''] = process.argv.slice(2);
const filter: RowFilter = { kind: 'test', column: 'path', test: 'contains', values: ['no such text'] };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function main(): Promise<void> {
  const folder = path.dirname(file);
  const store = await loadStoreBundle().openStore({
    connection: { kind: 'folder', id: 'local', name: folder, path: folder },
    log: silent,
  });
  const worker = new DataWorker(silent, createPartialFiles(path.join(tmpdir(), 'no-exports')));
  const key = path.basename(file);
  const abort = new AbortController();
  const rows = await worker.open(
    [{ source: createPartSource(store, key, file), facts: { file: key, uri: file } }],
    {
      readAheadBytes: 0,
      signal: abort.signal,
    },
  );
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const last = await new Promise<ScanProgress>((resolve, reject) => {
    const onView = (_length: number, progress: ScanProgress): void => {
      if (progress.state === 'complete') resolve(progress);
      else if (progress.state !== 'running') reject(new Error(`The scan was ${progress.state}.`));
    };
    rows.openView({ filter }, 'all', { onView, onFind: () => undefined }).catch(reject);
  });
  delays.disable();
  worker.dispose();
  store.dispose();
  if (last.rowsDone < 1000) throw new Error(`Only ${last.rowsDone} rows were scanned.`);
  const entries: Entry[] = [
    limited('host.stall.longest', delays.max / 1e6, 'ms', 20, 5),
    limited('host.stall.p99', delays.percentile(99) / 1e6, 'ms', 5, 2),
  ];
  process.stdout.write(`${JSON.stringify(entries)}\n`);
}

void main();
