import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../../src/core/catalog';
import { isFailure, toFailure } from '../../../../src/core/failure';
import { readEffectiveFiles, readTableFiles } from '../../../../src/core/history/readTableFiles';
import { describeExclusion, type TableFiles } from '../../../../src/core/history/tableFiles';
import { createMemoryObjectStore } from '../../../fakes/memoryObjectStore';
import { createBucket, type ExportSpec, keyOf, listedKeys, randomExport, tableNames } from './randomExport';

/** The rules again, told plainly: lines of `dump key`, with the size or the reason. */
function model(spec: ExportSpec, table: string, asked: bigint | undefined): string | readonly string[] {
  const byId = [...spec.dumps].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (asked !== undefined && !spec.dumps.some(({ id }) => id === asked)) return 'catalog.noSuchDump';
  const committed = byId.filter(({ id, manifest }) => manifest !== 'none' && (asked === undefined || id <= asked));
  const asOf = committed.at(-1)?.id;
  if (asOf === undefined) return 'catalog.noManifest';

  // From the newest back to the first that starts over.
  const counting = [];
  let since: bigint | undefined;
  for (const dump of committed.toReversed()) {
    if (dump.manifest === 'broken') return 'manifest.unreadable';
    const found = dump.tables.find(({ name }) => name === table);
    if (found === undefined) continue;
    counting.unshift({ dump, found });
    if (found.incremental === false || table === 'user_migrations') {
      since = dump.id;
      break;
    }
  }
  if (counting.length === 0) return 'catalog.noSuchTable';

  const sizes = new Map<string, number>();
  for (const dump of spec.dumps)
    for (const each of dump.tables)
      for (const { number, state, bytes } of each.parts)
        if (state !== 'missing') sizes.set(keyOf(dump.id, each, number), bytes);

  const verdicts = new Map<string, string>();
  for (const { dump, found } of counting)
    for (const key of listedKeys(spec, dump, found)) {
      const size = sizes.get(key);
      if (!verdicts.has(key))
        verdicts.set(key, `${dump.id} ${key} ${size === undefined ? 'missing' : `${size} bytes`}`);
    }
  for (const dump of byId) {
    const found = dump.tables.find(({ name }) => name === table);
    if (found === undefined || dump.manifest !== 'readable') continue;
    for (const key of listedKeys(spec, dump, found)) {
      const why = dump.id > asOf ? 'newer' : table === 'user_migrations' ? 'olderCopy' : 'superseded';
      if (!verdicts.has(key)) verdicts.set(key, `${dump.id} ${key} ${why}${dump.id > asOf ? '' : ` by ${since}`}`);
    }
  }
  for (const dump of byId) {
    const found = dump.tables.find(({ name }) => name === table);
    for (const { number, state } of found?.parts ?? []) {
      if (found === undefined || state === 'missing') continue;
      const key = keyOf(dump.id, found, number);
      const why = { readable: 'unlisted', none: 'noManifest', broken: 'unknown' }[dump.manifest];
      if (!verdicts.has(key)) verdicts.set(key, `${dump.id} ${key} ${why}`);
    }
  }
  return [...verdicts.values()].sort();
}

async function found(
  spec: ExportSpec,
  table: string,
  asOf: bigint | undefined,
): Promise<string | readonly string[]> {
  try {
    const { files, excluded } = await readTableFiles(createCatalog(createBucket(spec)), table, asOf);
    const inOrder = files.map(({ dump, part }) => [dump, part] as const);
    const sorted = [...inOrder].sort(([a, m = 0], [b, n = 0]) => (a === b ? m - n : a < b ? -1 : 1));
    expect(inOrder).toEqual(sorted);
    return [
      ...files.map(({ dump, key, bytes }) => `${dump} ${key} ${bytes} bytes`),
      ...excluded.map(({ dump, key, code, by }) => `${dump} ${key} ${code}${by === undefined ? '' : ` by ${by}`}`),
    ].sort();
  } catch (error) {
    return isFailure(error) ? error.code : String(error);
  }
}

describe('the files of a table', () => {
  it('are told as the rules say, whatever the history', async () => {
    const request = fc.tuple(randomExport, fc.constantFrom(...tableNames), fc.option(fc.nat(), { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(request, async ([spec, table, pick]) => {
        const asOf = pick === undefined ? undefined : spec.dumps[pick % spec.dumps.length]?.id;
        expect(await found(spec, table, asOf)).toEqual(model(spec, table, asOf));
      }),
      { numRuns: 2_000 },
    );
  });

  it('that make it up are the same when only the dumps are looked into that do', async () => {
    const request = fc.tuple(randomExport, fc.constantFrom(...tableNames));
    await fc.assert(
      fc.asyncProperty(request, async ([spec, table]) => {
        const store = createBucket(spec);
        const all = await readTableFiles(createCatalog(store), table).catch(toFailure);
        const some = await readEffectiveFiles(createCatalog(store), table).catch(toFailure);
        if (isFailure(all) || isFailure(some)) {
          expect(isFailure(some) && some.code).toBe(isFailure(all) && all.code);
          return;
        }
        const missing = ({ excluded }: TableFiles) => excluded.filter(({ code }) => code === 'missing');
        expect([some.since, some.files, missing(some)]).toEqual([all.since, all.files, missing(all)]);
      }),
      { numRuns: 500 },
    );
  });

  it('that a manifest lists under a name without a place are told as missing', async () => {
    const store = createMemoryObjectStore({
      'manifests/sync_7.json':
        '{"dump_id": 7, "tables": [{"name": "users", "incremental": false, "files": ["s3://b/part-1.avro"]}]}',
    });
    const files = await readTableFiles(createCatalog(store), 'users');
    expect(files.files).toEqual([]);
    expect(files.excluded).toEqual([{ dump: 7n, key: 's3://b/part-1.avro', code: 'unresolved' }]);
  });

  it('take two listings for each sync, and as many more as there are pages', async () => {
    const spec: ExportSpec = {
      dumps: [3n, 2n, 1n].map((id) => ({ id, manifest: 'readable', tables: [] })),
    };
    const store = createBucket({
      dumps: spec.dumps.map((dump) => ({
        ...dump,
        tables: [
          {
            name: 'users',
            layout: 'named',
            incremental: true,
            repeats: false,
            parts: [{ number: 0, state: 'there', bytes: 1 }],
          },
        ],
      })),
    });
    const seen: string[] = [];
    await readTableFiles(createCatalog(store), 'users', undefined, undefined, (done, total) =>
      seen.push(`${done} of ${total}`),
    );
    // Those of the export itself are two.
    expect(store.count('list')).toBe(2 + 2 * 3);
    expect(store.count('read')).toBe(3);
    expect(seen).toEqual(['3 of 3']);
  });

  it('are left out for reasons that people can read', () => {
    const why = (code: Parameters<typeof describeExclusion>[0]['code'], by?: bigint): string =>
      describeExclusion({ dump: 5n, key: 'k', code, ...(by === undefined ? {} : { by }) }, { asOf: 9n });
    expect(why('superseded', 7n)).toBe('superseded by the full resync of dump 7');
    expect(why('olderCopy', 7n)).toBe('older copy of user_migrations: the one of dump 7 counts alone');
    expect(why('newer')).toBe('newer than as-of dump 9');
    expect(why('unlisted')).toBe('not in any manifest');
    expect(why('noManifest')).toBe('not in any manifest: dump 5 has none yet');
    expect(why('unknown')).toBe('unknown: the manifest of dump 5 cannot be read');
    expect(why('missing')).toBe('missing: listed in the manifest, not in the bucket');
    expect(why('unresolved')).toBe('missing: nothing in its name tells where it lies in this bucket');
  });
});
