import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../../src/core/catalog';
import { Failure } from '../../../../src/core/failure';
import { checkHealth } from '../../../../src/core/history/checkHealth';
import { newestDelivered } from '../../../../src/core/history/exportHistory';
import { readHistory } from '../../../../src/core/history/readHistory';
import { createBucket, type DumpSpec, type ExportSpec, keyOf, listedKeys, randomExport } from './randomExport';

/** What is there, told plainly. */
function keysThere(spec: ExportSpec): ReadonlySet<string> {
  return new Set(
    spec.dumps.flatMap((dump) =>
      dump.tables.flatMap((table) =>
        table.parts.filter(({ state }) => state !== 'missing').map(({ number }) => keyOf(dump.id, table, number)),
      ),
    ),
  );
}

/** Lines of what should be told of a dump. */
function expected(spec: ExportSpec, dump: DumpSpec): readonly string[] {
  const there = keysThere(spec);
  const isReadable = dump.manifest === 'readable';
  const lines = [`${dump.id} ${dump.manifest}`];
  const listed = new Set(isReadable ? dump.tables.flatMap((table) => listedKeys(spec, dump, table)) : []);
  for (const table of dump.tables) {
    if (isReadable) {
      const keys = new Set(listedKeys(spec, dump, table));
      const isFull = table.incremental === false || table.name === 'user_migrations';
      const mode = isFull ? 'full' : table.incremental === true ? 'incremental' : 'unknown';
      lines.push(`${dump.id} ${table.name} ${mode} ${keys.size}`);
      for (const key of keys) if (!there.has(key)) lines.push(`${dump.id} missing ${key}`);
      for (const { number } of table.parts) {
        const key = keyOf(dump.id, table, number);
        if (there.has(key) && !listed.has(key)) lines.push(`${dump.id} unlisted ${key}`);
      }
    }
  }
  return lines;
}

describe('the history of an export', () => {
  it('tells of each dump what its manifest and its folder say, whatever they say', async () => {
    await fc.assert(
      fc.asyncProperty(randomExport, async (spec) => {
        const { dumps } = await readHistory(createCatalog(createBucket(spec)));
        const told = dumps.map(({ dump, manifest, listing }) => {
          const state = manifest === undefined ? 'none' : manifest.failure === undefined ? 'readable' : 'broken';
          const lines = [`${dump} ${state}`];
          for (const [name, { mode, files }] of manifest?.tables ?? [])
            lines.push(`${dump} ${name} ${mode} ${files}`);
          for (const { missing, unlisted } of listing?.tables.values() ?? []) {
            for (const key of missing) lines.push(`${dump} missing ${key}`);
            for (const { key } of unlisted) lines.push(`${dump} unlisted ${key}`);
          }
          return lines.sort();
        });
        const inOrder = [...spec.dumps].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(told).toEqual(inOrder.map((dump) => [...expected(spec, dump)].sort()));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never makes a problem of what is well, nor loses a file that counts and is missing', async () => {
    await fc.assert(
      fc.asyncProperty(randomExport, async (spec) => {
        const history = await readHistory(createCatalog(createBucket(spec)));
        const problems = checkHealth(history, { now: Date.UTC(2026, 10, 22, 5) });
        const there = keysThere(spec);
        const readable = [...spec.dumps]
          .filter(({ manifest }) => manifest === 'readable')
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(newestDelivered(history)?.dump).toBe(readable.at(-1)?.id);
        for (const name of new Set(readable.flatMap(({ tables }) => tables.map((table) => table.name)))) {
          const isFull = (dump: DumpSpec): boolean =>
            dump.tables.some(
              (table) => table.name === name && (table.incremental === false || name === 'user_migrations'),
            );
          const start = readable.findLastIndex(isFull);
          const counting = readable.slice(Math.max(0, start));
          for (const dump of readable) {
            const table = dump.tables.find((one) => one.name === name);
            const misses = table !== undefined && listedKeys(spec, dump, table).some((key) => !there.has(key));
            const told = problems.filter(
              (problem) => problem.code === 'missingFiles' && problem.dump === dump.id && problem.table === name,
            );
            const severity = counting.includes(dump) ? 'error' : 'information';
            expect(told.map((problem) => problem.severity)).toEqual(misses ? [severity] : []);
          }
          const noFull = problems.filter((problem) => problem.code === 'noFullDump' && problem.table === name);
          expect(noFull).toHaveLength(start < 0 ? 1 : 0);
        }
        const unreadable = problems.filter(({ code }) => code === 'manifestUnreadable').length;
        expect(unreadable).toBe(spec.dumps.filter(({ manifest }) => manifest === 'broken').length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('lists the folders of the newest syncs alone, and reads each manifest once', async () => {
    const dumps = Array.from({ length: 40 }, (_, index): DumpSpec => ({
      id: BigInt(index + 1),
      manifest: 'readable',
      tables: [],
    }));
    const store = createBucket({ dumps });
    const seen: string[] = [];
    const catalog = createCatalog(store);
    const options = { listed: 5, onProgress: (done: number, total: number) => seen.push(`${done}/${total}`) };
    const { dumps: told } = await readHistory(catalog, options);
    expect(told.filter(({ listing }) => listing !== undefined).map(({ dump }) => dump)).toEqual([
      36n,
      37n,
      38n,
      39n,
      40n,
    ]);
    // Folders, manifests, reports, and five syncs.
    expect(store.count('list')).toBe(3 + 5);
    expect(store.count('read')).toBe(40);
    expect(seen).toEqual(['16/40', '32/40', '40/40']);
    store.forgetCalls();
    await readHistory(catalog, options);
    expect(store.count()).toBe(0);
  });

  it('keeps what cannot be read beside what can', async () => {
    const dumps = [3n, 2n, 1n].map((id): DumpSpec => ({ id, manifest: 'readable', tables: [] }));
    const store = createBucket({ dumps });
    store.put('sync_reports/a.json', '{"status": "succeeded"}');
    store.put('sync_reports/b.json', '{"status":');
    store.setFault((call) =>
      call.method === 'read' && call.key === 'manifests/sync_2.json'
        ? new Failure('store.accessDenied')
        : undefined,
    );
    const history = await readHistory(createCatalog(store), { listed: 0 });
    expect(history.dumps.map(({ manifest }) => manifest?.failure?.code)).toEqual([
      undefined,
      'store.accessDenied',
      undefined,
    ]);
    expect(history.reports.map(({ key, failure }) => `${key} ${failure?.code ?? 'read'}`).sort()).toEqual([
      'sync_reports/a.json read',
      'sync_reports/b.json report.unreadable',
    ]);
  });

  it('fails where the store does', async () => {
    const store = createBucket({ dumps: [{ id: 1n, manifest: 'readable', tables: [] }] });
    store.setFault((call) => (call.method === 'read' ? new Failure('store.network') : undefined));
    await expect(readHistory(createCatalog(store))).rejects.toThrow('store.network');
  });
});
