import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { VerifyReport } from '../../../src/cli/commands/verify';
import type { ColumnStatistics } from '../../../src/core/columnStatistics';
import { maskValue } from '../../../src/core/maskValue';
import { writePart } from '../../../src/sample/avroWriter';
import { spoiledKey } from '../../../src/sample/hostile';
import { partKey } from '../../../src/sample/layout';
import { readBack, type Row } from '../sample/readBack';
import { type BuiltCli, buildCli, type Finished } from './builtCli';

// Every test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let cli: BuiltCli;
let bucket = '';
let hostile = '';
let large = '';
const golden = (name: string): string => path.join(import.meta.dirname, '../../golden/cli', name);
const at = (key: string): string => path.join(bucket, key);
const lines = (text: string): string[] => text.split('\n').slice(0, -1);
const json = (row: Row): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
const rowsOf = (key: string): readonly Row[] => readBack(readFileSync(at(key))).rows;
const pageviews = partKey('1010103138', 'pageviews', 0);
const damaged = partKey('998', 'pageviews', 1);

beforeAll(async () => {
  cli = await buildCli();
  bucket = path.join(cli.folder, 'nordlys');
  hostile = path.join(cli.folder, 'hostile');
  const folder = path.join(cli.folder, 'large');
  const samples = await Promise.all([
    cli.run(['sample', bucket]),
    cli.run(['sample', hostile, '--hostile']),
    cli.run(['sample', folder, '--large', '--rows', '60000']),
  ]);
  expect(samples.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ]);
  const parts = path.join(folder, 'sync_1010103140/_heap_table_name=pageviews');
  large = path.join(parts, readdirSync(parts)[0]!);
}, 120_000);
afterAll(() => cli.dispose());

async function rows(...args: readonly string[]): Promise<Finished> {
  return cli.run(['rows', ...args]);
}

/** The table's files as its manifests list them, from a dump on, oldest first: what is in effect after a full resync. */
function effectiveKeys(table: string, since: bigint): { readonly dump: string; readonly key: string }[] {
  const folder = at('manifests');
  const manifests = readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .filter((text) => text.trim().endsWith('}'))
    .map((text) => ({
      dump: /"dump_id":\s*(\d+)/.exec(text)![1]!,
      tables: (JSON.parse(text) as { tables: { name: string; files: string[] }[] }).tables,
    }))
    .filter(({ dump }) => BigInt(dump) >= since)
    .sort((a, b) => (BigInt(a.dump) < BigInt(b.dump) ? -1 : 1));
  return manifests.flatMap(({ dump, tables }) =>
    tables
      .filter(({ name }) => name === table)
      .flatMap(({ files }) => files.map((uri) => ({ dump, key: /sync_.*$/.exec(uri)![0] })))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  );
}

describe('rows --where', () => {
  it.each<[string, (row: Row) => boolean]>([
    ["country = 'France'", ({ country }) => country === 'France'],
    ["country != 'France'", ({ country }) => country !== 'France'],
    ["not (country = 'France' or path is null)", ({ country, path: at }) => country !== 'France' && at !== null],
    [
      "path contains '/p/' and not path starts with '/de'",
      ({ path: at }) => typeof at === 'string' && at.includes('/p/') && !at.startsWith('/de'),
    ],
    [
      'user_id > 0 and event_id not between -5000000000000000000 and 5000000000000000000',
      ({ user_id, event_id }) =>
        (user_id as bigint) > 0n &&
        ((event_id as bigint) < -5000000000000000000n || (event_id as bigint) > 5000000000000000000n),
    ],
    [String.raw`path matches '^/(fr|de)/[cp]/.*\d$'`, ({ path: at }) => /^\/(fr|de)\/[cp]\/.*\d$/.test(String(at))],
    ['path is null', ({ path: at }) => at === null],
    ['false', () => false],
  ])('prints the rows that plain code picks: %s', async (where, holds) => {
    const { code, stdout, stderr } = await rows(at(pageviews), '--where', where);
    expect([code, stderr]).toEqual([0, '']);
    const expected = rowsOf(pageviews).filter(holds);
    if (where !== 'false') expect(expected.length).toBeGreaterThan(5);
    expect(lines(stdout)).toEqual(expected.map(json));
  });

  it('wants all of several, takes no more rows than asked for, and sorts ids as numbers', async () => {
    const where = ['--where', "country = 'France'", '--where', 'path is not null'];
    const expected = rowsOf(pageviews).filter(({ country, path: of }) => country === 'France' && of !== null);
    const limited = await rows(at(pageviews), ...where, '--limit', '7', '--json');
    expect(lines(limited.stdout)).toEqual(expected.slice(0, 7).map(json));
    const sorted = await rows(at(pageviews), ...where, '--sort', '-path,event_id', '--columns', 'path,event_id');
    const byPath = [...expected].sort(
      (a, b) =>
        Buffer.compare(Buffer.from(String(b['path'])), Buffer.from(String(a['path']))) ||
        ((a['event_id'] as bigint) < (b['event_id'] as bigint) ? -1 : 1),
    );
    expect(lines(sorted.stdout)).toEqual(
      byPath.map((row) => json({ path: row['path']!, event_id: row['event_id']! })),
    );
    const descending = await rows(at(pageviews), '--sort', '-event_id', '--limit', '3', '--columns', 'event_id');
    const greatest = rowsOf(pageviews)
      .map((row) => row['event_id'] as bigint)
      .sort((a, b) => (a > b ? -1 : 1))
      .slice(0, 3);
    expect(lines(descending.stdout)).toEqual(greatest.map((id) => `{"event_id":"${id}"}`));
  });

  it('points at what is wrong with it', async () => {
    const { code, stdout, stderr } = await rows(at(pageviews), '--where', "country = 'FR' and path = and x");
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr).slice(0, 3)).toEqual([
      `--where: a value is wanted after "="; a text stands in single quotes: 'and'`,
      "  country = 'FR' and path = and x",
      '                            ^',
    ]);
    expect(lines(stderr)[3]).toMatch(/^usage: /);
  });

  it('says nothing of damage behind the rows asked for, and all of that before', async () => {
    const none = await rows(at(damaged), '--where', 'event_id is not null', '--limit', '5');
    expect([none.code, lines(none.stdout).length, none.stderr]).toEqual([0, 5, '']);
    for (const more of [
      ['--where', 'false'],
      ['--sort', 'event_id', '--limit', '1'],
    ]) {
      const { code, stderr } = await rows(at(damaged), ...more);
      expect(code).toBe(1);
      expect(lines(stderr)).toEqual([expect.stringMatching(/block 2 at byte .* rows lost$/)]);
    }
    const good = readBack(readFileSync(at(damaged))).rows.length;
    const whole = await rows(at(damaged), '--limit', String(good));
    expect([whole.code, lines(whole.stdout).length]).toEqual([1, good]);
  });

  it('ends a regular expression that runs for ever with Ctrl+C', async () => {
    const part = path.join(cli.folder, 'endless.avro');
    const good = Array.from({ length: 20_000 }, (_, index) => [`ok ${String(index).padEnd(200, '.')}`]);
    const columns = [{ name: 'text', type: 'string', union: 'bare' }] as const;
    writeFileSync(part, writePart({ columns, codec: 'null', seed: 'endless' }, [...good, [`${'a'.repeat(60)}!`]]));
    const args = [cli.file, 'rows', part, '--where', "text matches '^(ok.*|(a+)+)$'"];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
    // The first megabyte is through; the last row would take longer than there is.
    child.stdout.once('data', () => child.kill('SIGINT')).resume();
    expect(await closed).toBe(130);
  });
});

describe('rows of a table', () => {
  it('are those of all effective files, one after another, with all columns', async () => {
    const keys = effectiveKeys('pageviews', 1010103138n);
    expect(keys.length).toBeGreaterThan(3);
    const { code, stdout, stderr } = await rows(bucket, '--table', 'pageviews', '--provenance');
    expect([code, stderr]).toEqual([0, '']);
    const columns = [...new Set(keys.flatMap(({ key }) => readBack(readFileSync(at(key))).schema.fields))].map(
      ({ name }) => name,
    );
    const expected = keys.flatMap(({ dump, key }) =>
      rowsOf(key).map((row, index) =>
        json({
          dump,
          file: path.basename(key),
          row: `#${index + 1}`,
          ...Object.fromEntries([...new Set(columns)].map((name) => [name, row[name] ?? null])),
        }).replace(/"#(\d+)"/, '$1'),
      ),
    );
    expect(lines(stdout)).toEqual(expected);
    // A column that only some of the dumps have.
    expect(columns).toContain('experiment_variant');
  });

  it('can be filtered and sorted as one, with their places', async () => {
    const keys = effectiveKeys('pageviews', 1010103138n);
    const all = keys.flatMap(({ key }) => rowsOf(key).map((row, index) => ({ row, key, index })));
    const { stdout } = await rows(
      bucket,
      '--table=pageviews',
      '--where',
      "country = 'France'",
      '--sort',
      '-event_id',
      '--columns=event_id',
      '--provenance',
    );
    const expected = all
      .filter(({ row }) => row['country'] === 'France')
      .sort((a, b) => ((a.row['event_id'] as bigint) > (b.row['event_id'] as bigint) ? -1 : 1));
    expect(lines(stdout).map((line) => JSON.parse(line) as unknown)).toEqual(
      expected.map(({ row, key, index }) => ({
        dump: /sync_(\d+)/.exec(key)![1],
        file: path.basename(key),
        row: index + 1,
        event_id: String(row['event_id']),
      })),
    );
  });

  it('go back to an earlier dump, and tell when a dump does not count yet', async () => {
    const args = [bucket, '--table', 'users', '--limit', '1', '--provenance', '--columns', 'user_id', '--as-of'];
    const earlier = await rows(...args, '1000');
    expect((JSON.parse(earlier.stdout) as { dump: string }).dump).not.toBe('1010103138');
    const pending = await rows(...args, '1010103142');
    expect(pending.code).toBe(0);
    expect(pending.stderr).toMatch(/^Dump 1010103142 has no manifest yet.*dump 1010103141\.\n$/);
  });

  it('tell of a file that is not there, print the others, and fail', async () => {
    const keys = effectiveKeys('sessions', 1010103138n).map(({ key }) => key);
    const [missing, ...others] = keys.filter((key) => !existsSync(at(key)));
    expect([keys.indexOf(missing!) > 0, others]).toEqual([true, []]);
    const { code, stdout, stderr } = await rows(bucket, '--table', 'sessions');
    expect(code).toBe(1);
    expect(lines(stderr)).toEqual([expect.stringContaining(`${at(missing!)} is not there`)]);
    const there = keys.filter((key) => key !== missing);
    expect(lines(stdout)).toHaveLength(there.reduce((sum, key) => sum + rowsOf(key).length, 0));
    const before = await rows(bucket, '--table', 'sessions', '--limit', '1');
    expect([before.code, before.stderr]).toEqual([0, '']);
    const verified = await cli.run(['verify', bucket, '--table', 'sessions', '--json']);
    expect(verified.code).toBe(1);
    const report = JSON.parse(verified.stdout) as VerifyReport;
    expect([report.isSound, report.damaged, report.unreadable]).toEqual([false, 0, 1]);
    expect(report.parts[keys.indexOf(missing!)]).toMatchObject({
      isSound: false,
      failure: { code: 'store.notFound' },
    });
    const told = await cli.run(['verify', bucket, '--table', 'sessions']);
    expect(told.stdout).toMatch(/: 1 unreadable or missing\n$/);
  });
});

describe('rows --format', () => {
  const search = partKey('1010103138', 'search_submitted', 0);

  it.each([
    ['csv', 'csv'],
    ['tsv', 'tsv'],
    ['json', 'json'],
    ['markdown', 'md'],
  ])('prints %s', async (format, extension) => {
    const args = [
      at(search),
      '--columns',
      'event_id,search_query,path',
      '--sort',
      'search_query',
      '--format',
      format,
    ];
    const { code, stdout, stderr } = await rows(...args);
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot(golden(`rows.${extension}`));
    // A file gets the same bytes.
    const out = path.join(cli.folder, `rows.${extension}`);
    expect(await rows(...args, '--out', out)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(out, 'utf8')).toBe(stdout);
  });

  it('keeps spreadsheets from running what visitors typed, unless told otherwise', async () => {
    const args = [
      at(search),
      '--columns',
      'search_query',
      '--format',
      'csv',
      '--where',
      "search_query starts with '='",
    ];
    const guarded = lines((await rows(...args)).stdout).slice(1);
    const plain = lines((await rows(...args, '--no-formula-guard')).stdout).slice(1);
    expect(plain.length).toBeGreaterThan(0);
    expect(plain.every((line) => /^"?=/.test(line))).toBe(true);
    expect(guarded.map((line) => line.replace("'", ''))).toEqual(plain);
    expect(guarded.every((line) => /^"?'=/.test(line))).toBe(true);
  });

  it('writes Parquet and Excel files that others can read', async () => {
    const out = path.join(cli.folder, 'out');
    mkdirSync(out);
    const expected = rowsOf(pageviews);
    const parquet = path.join(out, 'a.parquet');
    expect(await rows(at(pageviews), '--format', 'parquet', '--out', parquet)).toMatchObject({
      code: 0,
      stdout: '',
    });
    const duckdb = await DuckDBInstance.create(':memory:', { threads: '1', autoinstall_known_extensions: 'false' });
    const connection = await duckdb.connect();
    const read = await connection.runAndReadAll(`SELECT event_id, path FROM read_parquet('${parquet}')`);
    expect(read.getRows()).toEqual(expected.map(({ event_id, path: of }) => [event_id, of]));
    connection.closeSync();
    duckdb.closeSync();
    const excel = path.join(out, 'a.xlsx');
    expect(await rows(at(pageviews), '--format', 'excel', '--out', excel)).toMatchObject({ code: 0, stdout: '' });
    const sheet = Object.entries(unzipSync(readFileSync(excel))).find(([name]) => /sheet1\.xml$/.test(name))![1];
    expect(strFromU8(sheet).match(/<row /g)).toHaveLength(expected.length + 1);
    expect(readdirSync(out).sort()).toEqual(['a.parquet', 'a.xlsx']);
  });

  it('masks and hashes, and nothing else', async () => {
    const users = partKey('1010103138', 'users', 0);
    const { code, stdout } = await rows(
      at(users),
      '--mask',
      'email',
      '--hash',
      'identity',
      '--columns',
      'email,identity,user_id',
    );
    expect(code).toBe(0);
    const shown = lines(stdout).map((line) => JSON.parse(line) as Record<string, string | null>);
    for (const [index, row] of rowsOf(users).entries()) {
      const { email, identity, user_id } = shown[index]!;
      expect(user_id).toBe(String(row['user_id']));
      expect(email).toBe(row['email'] === null ? null : maskValue(String(row['email'])));
      if (row['identity'] === null) expect(identity).toBeNull();
      else expect(identity).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(shown.filter(({ email }) => email !== null).length).toBeGreaterThan(50);
  });
});

describe('rows --out', () => {
  it('replaces a file when the new one is whole, and leaves it alone otherwise', async () => {
    const folder = path.join(cli.folder, 'replaced');
    mkdirSync(folder);
    const out = path.join(folder, 'a.ndjson');
    writeFileSync(out, 'old');
    const failed = await rows(at(pageviews), '--out', out, '--where', 'nope = 1');
    expect([failed.code, readFileSync(out, 'utf8')]).toEqual([2, 'old']);
    expect((await rows(at(pageviews), '--out', out)).code).toBe(0);
    expect(lines(readFileSync(out, 'utf8'))).toEqual(rowsOf(pageviews).map(json));
    expect(readdirSync(folder)).toEqual(['a.ndjson']);
    const nowhere = await rows(at(pageviews), '--out', path.join(folder, 'no', 'a.ndjson'));
    expect(nowhere.code).toBe(1);
    expect(lines(nowhere.stderr)).toEqual([expect.stringContaining('its folder does not exist')]);
  });

  it('writes over no device, and not over what it reads', async () => {
    const copy = path.join(cli.folder, 'copy.avro');
    writeFileSync(copy, readFileSync(at(pageviews)));
    for (const out of [copy, cli.folder, `${cli.folder}/`, ...(existsSync('/dev/null') ? ['/dev/null'] : [])]) {
      const { code, stderr } = await rows(copy, '--out', out);
      expect([code, lines(stderr).length]).toEqual([2, 2]);
    }
    expect(readFileSync(copy).equals(readFileSync(at(pageviews)))).toBe(true);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves nothing behind when it is interrupted: %s', async (signal, expected) => {
    const folder = path.join(cli.folder, `interrupted-${signal}`);
    mkdirSync(folder);
    const args = [cli.file, 'rows', large, '--format', 'markdown', '--out', path.join(folder, 'a.md')];
    const started = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_, name) => {
        if (name?.includes('.partial') !== true) return;
        watcher.close();
        resolve();
      });
    });
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const closed = new Promise((resolve) => child.on('close', (code, by) => resolve(code ?? by)));
    await started;
    child.kill(signal);
    expect(await closed).toBe(expected);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('rows through a pipe', () => {
  it('stops at once when the reader has had enough, with filters and in order too', () => {
    const pipeline = '"$@" | head -n 1; echo "${PIPESTATUS[0]}"';
    for (const more of [
      ['--where', 'event_id is not null'],
      ['--sort', 'event_id'],
      ['--format', 'csv'],
    ]) {
      const { stdout, stderr } = spawnSync(
        'bash',
        ['-c', pipeline, 'bash', process.execPath, cli.file, 'rows', large, ...more],
        { encoding: 'utf8' },
      );
      expect(lines(stdout)).toHaveLength(2);
      expect([lines(stdout)[1], stderr]).toEqual(['0', '']);
    }
  });
});

describe('stats', () => {
  it('prints what plain code counts, as JSON', async () => {
    const { code, stdout, stderr } = await cli.run(['stats', at(pageviews), '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const { rows: count, columns } = JSON.parse(stdout) as { rows: number; columns: ColumnStatistics[] };
    const back = readBack(readFileSync(at(pageviews)));
    expect(count).toBe(back.rows.length);
    expect(columns.map(({ column }) => column)).toEqual(back.schema.fields.map(({ name }) => name));
    for (const one of columns) {
      const values = back.rows
        .map((row) => row[one.column])
        .filter((value) => value !== null && value !== undefined);
      expect([one.rows, one.nulls, one.absent]).toEqual([count, count - values.length, 0]);
      if (one.isDistinctExact) expect(one.distinct).toBe(new Set(values).size);
      const sorted = values.toSorted((a, b) =>
        typeof a === 'bigint' && typeof b === 'bigint'
          ? Number(a > b) - Number(a < b)
          : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))),
      );
      const cut = (value: bigint | string | undefined) => value?.toString().slice(0, 200);
      expect([one.column, one.min, one.max]).toEqual([one.column, cut(sorted[0]), cut(sorted.at(-1))]);
    }
  });

  it('prints a table for people', async () => {
    const args = ['stats', bucket, '--table', 'pageviews', '--columns', 'path,country,experiment_variant,user_id'];
    const { code, stdout, stderr } = await cli.run([...args, '--where', "country != 'France'"]);
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot(golden('stats.txt'));
  });

  it('knows what to say of no rows, and fails where some are lost', async () => {
    const empty = await cli.run([
      'stats',
      at(partKey('1010103141', '_add_to_cart_', 1)),
      '--json',
      '--columns',
      'path',
    ]);
    expect(JSON.parse(empty.stdout)).toMatchObject({
      rows: 0,
      columns: [{ column: 'path', rows: 0, distinct: 0, top: [] }],
    });
    const lost = await cli.run(['stats', at(damaged)]);
    expect([lost.code, lines(lost.stderr).length]).toEqual([1, 1]);
  });
});

describe('verify', () => {
  it('finds sound files sound', async () => {
    const part = await cli.run(['verify', at(pageviews)]);
    const { rows: all, blocks } = readBack(readFileSync(at(pageviews)));
    expect([part.code, part.stderr]).toEqual([0, '']);
    expect(part.stdout).toContain(`${all.length.toLocaleString('en-US')} rows in ${blocks.length} block`);
    expect(part.stdout).toMatch(/: sound\n$/);
    const table = await cli.run(['verify', bucket, '--table', 'users', '--json']);
    const report = JSON.parse(table.stdout) as VerifyReport;
    expect([table.code, report.isSound, report.rowsDecoded]).toEqual([0, true, report.rowsDeclared]);
    expect(report.parts.map(({ uri }) => path.relative(bucket, uri))).toEqual(
      effectiveKeys('users', 1010103138n).map(({ key }) => key),
    );
  });

  it.each([
    'badSyncMarker',
    'badChecksum',
    'cutInBlock',
    'wrongRowCount',
    'trailingBytes',
    'notAvro',
    'unknownCodec',
  ] as const)('fails on what is wrong, and says where: %s', async (fault) => {
    const part = path.join(hostile, spoiledKey(fault));
    const { code, stdout, stderr } = await cli.run(['verify', part]);
    expect([code, stderr]).toEqual([1, '']);
    await expect(stdout.replaceAll(hostile, '/exports/hostile')).toMatchFileSnapshot(golden(`verify-${fault}.txt`));
    const { isSound } = JSON.parse((await cli.run(['verify', part, '--json'])).stdout) as VerifyReport;
    expect(isSound).toBe(false);
  });

  it('keeps to the shape of its JSON', async () => {
    const { stdout } = await cli.run(['verify', path.join(hostile, spoiledKey('badChecksum')), '--json']);
    await expect(stdout.replaceAll(hostile, '/exports/hostile')).toMatchFileSnapshot(golden('verify.json'));
  });
});

describe('usage', () => {
  it.each([
    [['rows', 'X', '--where', '']],
    [['rows', 'X', '--columns', 'nope']],
    [['rows', 'X', '--where', 'nope = 1']],
    [['rows', 'X', '--where', "user_id = 'x'"]],
    [['rows', 'X', '--where', "path matches '('"]],
    [['rows', 'X', '--sort', 'nope']],
    [['rows', 'X', '--sort', '-nope']],
    [['rows', 'X', '--mask', 'nope']],
    [['rows', 'X', '--mask', 'path', '--columns', 'user_id']],
    [['rows', 'X', '--mask', 'path', '--hash', 'path']],
    [['rows', 'X', '--format', 'xml']],
    [['rows', 'X', '--format', 'excel']],
    [['rows', 'X', '--format', 'csv', '--json']],
    [['rows', 'X', '--out', '']],
    [['rows', 'X', '--as-of', '5']],
    [['rows', '.', '--table', 'users', '--as-of', 'x']],
    [['stats']],
    [['stats', 'X', '--limit', '5']],
    [['verify']],
    [['verify', 'X', '--where', 'true']],
  ])('is wrong: %j', async (args) => {
    const { code, stdout, stderr } = await cli.run(args.map((arg) => (arg === 'X' ? at(pageviews) : arg)));
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr).at(-1)).toMatch(/^usage: node dist\/cli\.js (rows|stats|verify) /);
  });

  it('says that a table is not there', async () => {
    const { code, stderr } = await rows(bucket, '--table', 'nope');
    expect([code, lines(stderr).length]).toEqual([1, 1]);
    expect(stderr).toContain('nope');
  });
});
