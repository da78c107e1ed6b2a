import { createHash } from 'node:crypto';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileDumps, hostileTables, spoiledKey, spoiledParts } from '../../../src/sample/hostile';
import { dayMs, defaultNow } from '../../../src/sample/layout';
import { sampleTraps } from '../../../src/sample/traps';
import { readSampleVersion, sampleVersion, writeSample } from '../../../src/sample/writeSample';
import { readBack } from './readBack';

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dc-sample-'));
});
afterAll(() => rmSync(root, { recursive: true }));
const fresh = (name: string): string => path.join(root, name);

/** Every file with a hash of its bytes and its time. */
function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => {
        const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
        return [path.relative(folder, file), `${hash} ${statSync(file).mtimeMs}`];
      }),
  );
}

describe('writing the sample', () => {
  it('writes the same bytes and times every time', async () => {
    const [a, b] = [fresh('once'), fresh('twice')];
    const summary = await writeSample(a);
    expect(await writeSample(b)).toEqual({ ...summary, folder: b });
    expect(contents(a)).toEqual(contents(b));
  });

  it('is small', async () => {
    const summary = await writeSample(fresh('small'));
    expect(summary.bytes).toBeLessThan(5_000_000);
    expect(summary.dumps).toBe(11);
    // The summary counts what is there, but for the mark of the sample itself.
    expect(summary.files).toBe(contents(fresh('small')).size - 1);
  });

  it('moves with `now`: last night stays last night', async () => {
    const now = defaultNow + 30 * dayMs + 12_345;
    await writeSample(fresh('moved'), { now });
    const modified = statSync(path.join(fresh('moved'), 'manifests/sync_1010103141.json')).mtimeMs;
    expect(now - modified).toBeGreaterThan(0);
    expect(now - modified).toBeLessThan(dayMs + 3_600_000);
    for (const place of sampleTraps(now).failedSync.places)
      expect(statSync(path.join(fresh('moved'), place))).toBeDefined();
    const times = [...contents(fresh('moved')).values()].map((value) => Number(value.split(' ')[1]));
    expect(Math.max(...times)).toBe(now);
  });

  it('has nothing later than `now`, whatever the hour', async () => {
    for (const hour of [0, 1, 2, 3, 4, 23]) {
      const now = Date.UTC(2026, 6, 1, hour, 11);
      const folder = fresh(`hour-${hour}`);
      await writeSample(folder, { now });
      const times = [...contents(folder).values()].map((value) => Number(value.split(' ')[1]));
      expect(Math.max(...times)).toBe(now);
      const running = statSync(
        path.join(
          folder,
          'sync_1010103142/_heap_table_name=users',
          readdirSync(path.join(folder, 'sync_1010103142/_heap_table_name=users'))[0]!,
        ),
      ).mtimeMs;
      expect(running).toBeGreaterThan(statSync(path.join(folder, 'manifests/sync_1010103141.json')).mtimeMs);
    }
  });

  it('replaces a sample, and touches no other folder', async () => {
    const folder = fresh('again');
    await writeSample(folder, { hostile: true });
    writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    await writeSample(folder);
    expect(readdirSync(folder)).toContain('notes.txt');
    expect(readdirSync(folder)).not.toContain(`sync_${hostileDumps[0]}`);

    const foreign = fresh('foreign');
    mkdirSync(path.join(foreign, 'sync_1'), { recursive: true });
    await expect(writeSample(foreign)).rejects.toMatchObject({
      code: 'sample.cannotWrite',
      facts: { folder: foreign, detail: expect.stringContaining('not empty') as string },
    });
    expect(readdirSync(foreign)).toEqual(['sync_1']);
  });

  it('says so when the folder is a file', async () => {
    writeFileSync(fresh('file'), '');
    await expect(writeSample(fresh('file'))).rejects.toMatchObject({ code: 'sample.cannotWrite' });
  });

  it('marks the folder with its version', async () => {
    expect(await readSampleVersion(fresh('nowhere'))).toBeUndefined();
    await writeSample(fresh('versioned'));
    expect(await readSampleVersion(fresh('versioned'))).toBe(sampleVersion);
  });
});

describe('the hostile additions', () => {
  it('have neighbouring dump ids past 2^53, names that need quoting, and a part for each fault', async () => {
    const folder = fresh('hostile');
    await writeSample(folder, { hostile: true });
    const [first, second] = hostileDumps;
    expect(Number(first)).toBe(Number(second));
    for (const id of hostileDumps)
      expect(readFileSync(path.join(folder, `manifests/sync_${id}.json`), 'utf8')).toContain(`"dump_id":${id},`);
    for (const table of hostileTables)
      expect(readdirSync(path.join(folder, `sync_${first}/_heap_table_name=${table}`))).toHaveLength(1);
    const outcome = (fault: (typeof spoiledParts)[number]): string => {
      try {
        const { blocks, rows } = readBack(readFileSync(path.join(folder, spoiledKey(fault))));
        return `${blocks.find((block) => block.fault)?.fault ?? 'no fault'} after ${rows.length > 0 ? 'rows' : 'nothing'}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    const outcomes = Object.fromEntries(spoiledParts.map((fault) => [fault, outcome(fault)]));
    expect(outcomes).toEqual({
      empty: 'not a container',
      notAvro: 'not a container',
      headerCut: 'past the end',
      unknownCodec: 'unknown codec brotli',
      badSchema: expect.stringContaining('reckrd') as string,
      badSyncMarker: 'marker after rows',
      badChecksum: 'checksum after rows',
      cutInBlock: 'truncated after rows',
      wrongRowCount: expect.stringContaining('goes past its end') as string,
      trailingBytes: 'truncated after rows',
      notUtf8: 'no fault after rows',
      'huge%20name+ünïcode': 'no fault after rows',
    });
  });
});

describe('the big buckets', () => {
  it('have the rows, parts, columns and codec asked for', async () => {
    const folder = fresh('large');
    const summary = await writeSample(folder, { large: { rows: 5000, parts: 2, codec: 'zstandard', columns: 12 } });
    expect(summary).toMatchObject({ rows: 10_000, files: 3, dumps: 1 });
    const parts = readdirSync(path.join(folder, 'sync_1010103140/_heap_table_name=pageviews'));
    expect(parts).toHaveLength(2);
    const [first, second] = parts.map((name) =>
      readBack(readFileSync(path.join(folder, 'sync_1010103140/_heap_table_name=pageviews', name))),
    );
    expect(first!.rows).toHaveLength(5000);
    expect(first!.codec).toBe('zstandard');
    expect(Object.keys(first!.rows[0]!)).toHaveLength(12);
    expect(first!.rows[0]).not.toEqual(second!.rows[0]);
  });

  it('have 35 columns, three of them ids, with few and with many different values', async () => {
    await writeSample(fresh('wide'), { large: { rows: 3000 } });
    const parts = path.join(fresh('wide'), 'sync_1010103140/_heap_table_name=pageviews');
    const { rows, codec, schema } = readBack(readFileSync(path.join(parts, readdirSync(parts)[0]!)));
    expect(codec).toBe('snappy');
    expect(schema.fields).toHaveLength(35);
    const distinct = schema.fields.map(({ name }) => new Set(rows.map((row) => row[name])).size);
    expect(schema.fields.filter(({ type }) => JSON.stringify(type) === '["long","null"]')).toHaveLength(3);
    expect(Math.min(...distinct)).toBeLessThan(10);
    expect(Math.max(...distinct)).toBe(3000);
  });

  it('can be thousands of syncs, or thousands of parts in one table', async () => {
    const syncs = await writeSample(fresh('syncs'), { syncs: 300 });
    expect(syncs).toMatchObject({ dumps: 300, files: 900, rows: 300 });
    expect(readdirSync(path.join(fresh('syncs'), 'manifests'))).toHaveLength(300);

    const parts = await writeSample(fresh('parts'), { partsInOneTable: 500 });
    expect(parts).toMatchObject({ dumps: 1, rows: 500 });
    const folder = path.join(fresh('parts'), 'sync_1010103140/_heap_table_name=pageviews');
    const names = readdirSync(folder);
    expect(names).toHaveLength(500);
    expect(readBack(readFileSync(path.join(folder, names[0]!))).rows).toHaveLength(1);
  });
});
