import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCatalog } from '../../../../src/core/catalog';
import { toFailure } from '../../../../src/core/failure';
import { readHistory } from '../../../../src/core/history/readHistory';
import { readTableFiles } from '../../../../src/core/history/readTableFiles';
import { sumTable } from '../../../../src/core/history/tableTotals';
import { createExport, day, delivered, putDump } from './dumps';
import { createBucket, randomExport, tableNames } from './randomExport';

it('adds up what the rule finds file by file, where no file is listed twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomExport,
      fc.constantFrom(...tableNames),
      fc.nat({ max: 7 }),
      async (spec, table, index) => {
        const dumps = spec.dumps.map((dump) => ({
          ...dump,
          tables: dump.tables.map((one) => ({ ...one, repeats: false })),
        }));
        const catalog = createCatalog(createBucket({ dumps }));
        const asOf = dumps[index % dumps.length]!.id;
        const totals = sumTable(await readHistory(catalog), table, asOf);
        const found = await readTableFiles(catalog, table, asOf).catch((error: unknown) => toFailure(error).code);
        if (typeof found === 'string') {
          expect(
            totals === undefined ? ['catalog.noSuchTable', 'catalog.noManifest'] : ['manifest.unreadable'],
          ).toContain(found);
          return;
        }
        const missing = found.excluded.filter(({ code }) => code === 'missing').length;
        expect(totals).toEqual({
          ...(found.since === undefined ? {} : { since: found.since }),
          files: found.files.length + missing,
          listed: { bytes: found.files.reduce((sum, { bytes }) => sum + bytes, 0), missing },
        });
      },
    ),
    { numRuns: 150 },
  );
});

it('takes the newest copy of user_migrations alone, also where a manifest calls it incremental', async () => {
  const store = createExport();
  putDump(store, 8, delivered + day, { user_migrations: {} });
  putDump(store, 9, delivered + day, { user_migrations: {} });
  const history = await readHistory(createCatalog(store));
  const one = { files: 1, listed: { bytes: 1, missing: 0 } };
  expect(sumTable(history, 'user_migrations', 9n)).toEqual({ since: 9n, ...one });
  expect(sumTable(history, 'user_migrations', 8n)).toEqual({ since: 8n, ...one });
});

it('says nothing of sizes where a dump that counts was not listed', async () => {
  const store = createExport();
  putDump(store, 8, delivered + day, { users: { missing: ['part-00001-b'] } });
  const history = await readHistory(createCatalog(store), { listed: 2 });
  expect(sumTable(history, 'users', 8n)).toEqual({ since: 5n, files: 5 });
  const whole = await readHistory(createCatalog(store));
  expect(sumTable(whole, 'users', 8n)).toEqual({ since: 5n, files: 5, listed: { bytes: 4, missing: 1 } });
});
