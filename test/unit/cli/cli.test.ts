import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AvroColumn, writePart } from '../../../src/sample/avroWriter';
import { spoiledKey } from '../../../src/sample/hostile';
import { partKey } from '../../../src/sample/layout';
import { awkwardTexts } from '../../../src/sample/shop';
import { readBack } from '../sample/readBack';
import { type BuiltCli, buildCli, runNode } from './builtCli';

// Every test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let cli: BuiltCli;
let bucket = '';
let hostile = '';
const golden = (name: string): string => path.join(import.meta.dirname, '../../golden/cli', name);
const at = (key: string): string => path.join(bucket, key);
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

beforeAll(async () => {
  cli = await buildCli();
  bucket = path.join(cli.folder, 'nordlys');
  hostile = path.join(cli.folder, 'hostile');
  const [first, second] = await Promise.all([
    cli.run(['sample', bucket]),
    cli.run(['sample', hostile, '--hostile']),
  ]);
  expect([first.code, second.code, first.stderr, second.stderr]).toEqual([0, 0, '', '']);
}, 60_000);
afterAll(() => cli.dispose());

describe('rows', () => {
  it('prints each row as one JSON object in column order, longs as strings, NULL as null', async () => {
    const part = at(partKey('1010103138', 'users', 0));
    const { code, stdout, stderr } = await cli.run(['rows', part]);
    expect([code, stderr]).toEqual([0, '']);
    const expected = readBack(readFileSync(part)).rows.map((row) =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    );
    expect(expected.length).toBeGreaterThan(200);
    expect(lines(stdout)).toEqual(expected);
  });

  it('keeps what visitors typed, to the character', async () => {
    const { stdout } = await cli.run([
      'rows',
      at(partKey('1010103138', 'search_submitted', 0)),
      '--columns',
      'search_query',
    ]);
    const searched = lines(stdout).map((line) => (JSON.parse(line) as { search_query: string }).search_query);
    expect(searched.slice(-awkwardTexts.length)).toEqual(awkwardTexts.map(({ text }) => text));
  });

  it.each(['search_submitted', 'newsletter_signup', 'checkout_order_placed', 'product_viewed'])(
    'reads every codec: %s',
    async (table) => {
      const dump = table === 'product_viewed' ? '1010103140' : '1010103139';
      const part = at(partKey(dump, table, table === 'checkout_order_placed' ? 1 : 0));
      const { code, stdout } = await cli.run(['rows', part]);
      expect(code).toBe(0);
      expect(lines(stdout)).toHaveLength(readBack(readFileSync(part)).rows.length);
    },
  );

  it('takes columns in the order named, and a limit', async () => {
    const part = at(partKey('1010103141', 'pageviews', 0));
    const { stdout } = await cli.run(['rows', part, '--columns', 'path,event_id', '--limit', '2']);
    expect(lines(stdout)).toHaveLength(2);
    for (const line of lines(stdout)) expect(Object.keys(JSON.parse(line) as object)).toEqual(['path', 'event_id']);
    expect(await cli.run(['rows', part, '--limit', '0'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('prints nothing of a part without rows', async () => {
    expect(await cli.run(['rows', at(partKey('1010103141', '_add_to_cart_', 1))])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('prints the good rows of a damaged part, says where the damage is, and fails', async () => {
    const part = at(partKey('998', 'pageviews', 1));
    const { code, stdout, stderr } = await cli.run(['rows', part]);
    const { blocks, rows } = readBack(readFileSync(part));
    expect(code).toBe(1);
    expect(lines(stdout)).toHaveLength(rows.length);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toContain(part);
    expect(stderr).toContain(`block 2 at byte ${blocks[2]!.offset.toLocaleString('en-US')}`);
    expect(stderr).toContain(`${blocks[2]!.declaredRows} rows lost`);
    const markers = await cli.run(['rows', path.join(hostile, spoiledKey('badSyncMarker'))]);
    expect(markers.stderr).toMatch(/no row lost\n$/);
  });

  it('prints the rows before a cut', async () => {
    const part = at(partKey('998', 'product_viewed', 1));
    const { code, stdout, stderr } = await cli.run(['rows', part]);
    expect(code).toBe(1);
    expect(lines(stdout)).toHaveLength(readBack(readFileSync(part)).rows.length);
    expect(stderr).toMatch(/block 1 at byte .* rows lost\n$/);
  });

  it('says nothing of damage behind the limit', async () => {
    const { code, stderr } = await cli.run(['rows', at(partKey('998', 'pageviews', 1)), '--limit', '5']);
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each([
    ['empty', /is empty: 0 bytes/],
    ['notAvro', /is not an Avro file/],
    ['headerCut', /ends too early/],
    ['unknownCodec', /"brotli"/],
    ['badSchema', /cannot be understood/],
    ['badSyncMarker', /block 1 at byte/],
    ['badChecksum', /checksum/],
    ['cutInBlock', /block 1 at byte/],
    ['wrongRowCount', /block 0 at byte/],
    ['trailingBytes', /at byte/],
  ] as const)('tells in one line what is wrong: %s', async (fault, words) => {
    const part = path.join(hostile, spoiledKey(fault));
    const { code, stderr } = await cli.run(['rows', part]);
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(words);
    expect(stderr).toContain(part);
  });

  it('reads a file of any name, also by a link from elsewhere', async () => {
    const part = path.join(hostile, spoiledKey('huge%20name+ünïcode'));
    const plain = await cli.run(['rows', part]);
    expect([plain.code, lines(plain.stdout).length]).toEqual([0, 200]);
    const link = path.join(cli.folder, 'link.avro');
    symlinkSync(part, link);
    expect(await cli.run(['rows', 'link.avro'], { cwd: cli.folder })).toEqual(plain);
  });

  it('keeps columns with the names of JavaScript’s own, and with commas', async () => {
    const columns: readonly AvroColumn[] = [
      { name: '__proto__', type: 'long', union: 'bare' },
      { name: 'constructor', type: 'string', union: 'bare' },
    ];
    const part = path.join(cli.folder, 'names.avro');
    writeFileSync(part, writePart({ columns, codec: 'null', seed: 'names' }, [[-1n, 'a']]));
    expect((await cli.run(['rows', part])).stdout).toBe('{"__proto__":"-1","constructor":"a"}\n');
    expect((await cli.run(['rows', part, '--columns', 'constructor', '--columns', '__proto__'])).stdout).toBe(
      '{"constructor":"a","__proto__":"-1"}\n',
    );
  });

  it('is quiet when the reader has had enough', () => {
    const large = path.join(cli.folder, 'large');
    spawnSync(process.execPath, [cli.file, 'sample', large, '--large', '--rows', '6000']);
    const pipeline = '"$0" "$1" rows "$2" | head -n 1; echo "${PIPESTATUS[0]}"';
    const { stdout, stderr } = spawnSync('bash', ['-c', pipeline, process.execPath, cli.file, largePart(large)]);
    const [row, status] = lines(stdout.toString());
    expect(Object.keys(JSON.parse(row!) as object)).toHaveLength(35);
    expect(status).toBe('0');
    expect(stderr.toString()).toBe('');
  });

  it('is quiet as well when nobody reads from the start', async () => {
    const child = spawn(process.execPath, [cli.file, 'rows', at(partKey('1010103138', 'pageviews', 0))], {
      stdio: 'pipe',
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('prints far more than fits into its memory', async () => {
    const large = path.join(cli.folder, 'larger');
    await cli.run(['sample', large, '--large', '--rows', '30000']);
    const { code, stdout, stderr } = await cli.run(['rows', largePart(large)], {
      nodeArgs: ['--max-old-space-size=24'],
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(lines(stdout)).toHaveLength(30_000);
    // A reader that kept it all would have needed more than the heap it was given.
    expect(stdout.length).toBeGreaterThan(24 * 1024 * 1024 * 0.7);
  });

  const largePart = (folder: string): string => {
    const parts = path.join(folder, 'sync_1010103140/_heap_table_name=pageviews');
    return path.join(parts, readdirSync(parts)[0]!);
  };
});

describe('schema', () => {
  it('prints the columns for people', async () => {
    const { code, stdout } = await cli.run(['schema', at(partKey('852', 'users', 0))]);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(golden('schema.txt'));
  });

  it('prints all of the header as JSON', async () => {
    const { code, stdout } = await cli.run(['schema', at(partKey('1010103141', '_event_metadata', 0)), '--json']);
    expect(code).toBe(0);
    const parsed = JSON.parse(stdout) as {
      schema: { name: string; fields: readonly unknown[] };
      columns: readonly unknown[];
    };
    expect(parsed.schema.name).toBe('topLevelRecord');
    expect(parsed.columns).toHaveLength(parsed.schema.fields.length);
    await expect(stdout.replaceAll(bucket, '/exports/nordlys')).toMatchFileSnapshot(golden('schema.json'));
  });
});

describe('diff', () => {
  it('prints the change from one dump to another', async () => {
    const { code, stdout, stderr } = await cli.run(['diff', bucket, '1000', '1010103138']);
    expect([code, stderr]).toEqual([0, '']);
    await expect(stdout).toMatchFileSnapshot(golden('diff.md'));
  });

  it('prints it as JSON', async () => {
    const { code, stdout } = await cli.run(['diff', bucket, 'sync_1000', 'sync_1010103138/', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ from: '1000', to: '1010103138' });
    await expect(stdout).toMatchFileSnapshot(golden('diff.json'));
  });

  it('tells dumps beyond 2^53 apart', async () => {
    const { code, stdout } = await cli.run(['diff', hostile, '9007199254740992', '9007199254740993', '--json']);
    expect(code).toBe(0);
    const { tables } = JSON.parse(stdout) as { tables: readonly { name: string; change: string }[] };
    expect(tables.find(({ name }) => name === 'spoiled')?.change).toBe('added');
    expect(tables.find(({ name }) => name === '__proto__')?.change).toBe('gone');
  });

  it.each([
    ['a dump that is not there', '5', /no sync of dump 5/],
    ['a dump without a manifest', '1010103137', /no manifest/],
  ])('fails on %s', async (_, dump, words) => {
    const { code, stdout, stderr } = await cli.run(['diff', bucket, '998', dump]);
    expect([code, stdout]).toEqual([1, '']);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toMatch(words);
  });
});

describe('sql', () => {
  it.each(['athena', 'trino', 'duckdb', 'postgres'])('writes both kinds: %s', async (dialect) => {
    for (const kind of ['migrated', 'dedup']) {
      const { code, stdout, stderr } = await cli.run([
        'sql',
        bucket,
        'pageviews',
        '--kind',
        kind,
        '--dialect',
        dialect,
      ]);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`pageviews_${kind}`);
      expect(stdout).toContain('user_migrations');
      // Since the resync; what came before is invalid.
      expect(stdout).toContain('1010103138');
      expect(stdout).not.toContain('sync_1000');
      // Columns of files, of two shapes: dropped after the resync, and new since.
      expect(stdout).toContain('ab_bucket');
      expect(stdout).toContain('experiment_variant');
    }
  });

  it('writes SQL for every table of the sample', async () => {
    const tables = readdirSync(path.join(bucket, 'sync_1010103141'))
      .filter((name) => name.includes('='))
      .map((name) => name.slice('_heap_table_name='.length));
    expect(tables.length).toBeGreaterThan(8);
    const outcomes = await Promise.all(
      tables.map(async (table) => [
        table,
        (await cli.run(['sql', bucket, table, '--kind', 'dedup', '--dialect', 'duckdb'])).code,
      ]),
    );
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(tables.map((table) => [table, table === '_event_metadata' ? 1 : 0])),
    );
  });

  it('goes back to an earlier dump, and follows the choices', async () => {
    const asOf = await cli.run([
      'sql',
      bucket,
      'users',
      '--kind',
      'migrated',
      '--dialect',
      'duckdb',
      '--as-of',
      '1000',
    ]);
    expect(asOf.stdout).toContain('as of dump 1000');
    expect(asOf.stdout).not.toContain('1010103138');
    const users = (...args: readonly string[]) =>
      cli.run(['sql', bucket, 'users', '--kind', 'dedup', '--dialect', 'duckdb', ...args]);
    const [plain, documented, hops] = await Promise.all([
      users(),
      users('--users', 'documented'),
      users('--hops', '3'),
    ]);
    expect(documented.stdout).not.toBe(plain.stdout);
    expect(hops.stdout).not.toBe(plain.stdout);
  });

  it('says so when the dump asked for does not count yet', async () => {
    const { code, stdout, stderr } = await cli.run([
      'sql',
      bucket,
      'users',
      '--kind',
      'migrated',
      '--as-of',
      '1010103142',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('as of dump 1010103141');
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/^Dump 1010103142 has no manifest yet.*dump 1010103141\.$/),
    ]);
  });

  it('says that a folder is no export, whatever the table is called', async () => {
    const { code, stderr } = await cli.run(['sql', path.join(bucket, 'manifests'), 'users', '--kind', 'dedup']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no manifest here.*manifests\//);
  });

  it('fails on a table that is not there', async () => {
    const { code, stderr } = await cli.run(['sql', bucket, "o'neill; --", '--kind', 'dedup']);
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toContain("o'neill; --");
  });
});

describe('sample', () => {
  it('refuses a folder with something else in it', async () => {
    const folder = path.join(cli.folder, 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'thesis.txt'), '');
    const { code, stderr } = await cli.run(['sample', folder]);
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr).toContain('not empty');
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('is a program of its own as well', async () => {
    const program = path.join(cli.folder, 'dist/sample.js');
    const folder = path.join(cli.folder, 'own');
    const written = await runNode([program, folder, '--syncs', '20']);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(written.stdout).toContain('20 syncs, 60 files, 20 rows');
    const wrong = await runNode([program]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('usage: ');
  });
});

describe('usage', () => {
  it('helps', async () => {
    const help = await cli.run(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    await expect(help.stdout).toMatchFileSnapshot(golden('help.txt'));
    expect(await cli.run(['rows', '--help'])).toEqual(help);
    expect((await cli.run(['sample', '--help'])).stdout).toContain('--parts-in-one-table');
  });

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(path.join(cli.folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await cli.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['__proto__']],
    [['rows']],
    [['rows', '']],
    [['rows', 'a', 'b']],
    [['rows', 'a', '--frob']],
    [['rows', '-rf']],
    [['rows', 'a', '--limit', '-1']],
    [['rows', 'a', '--limit', '1e9']],
    [['rows', 'a', '--limit']],
    [['rows', 's3://nordlys-bucket']],
    [['rows', 's3://']],
    [['rows', 's3://nordlys-bucket/a.avro', '--endpoint', 'not a url']],
    [['rows', 's3://nordlys-bucket/a.avro', '--endpoint', 'localhost:9000']],
    [['schema']],
    [['diff', '.', '1']],
    [['diff', '.', '1', 'two']],
    [['diff', '.', '1', '0x2']],
    [['sql', '.', 'users']],
    [['sql', '.', 'users', '--kind', 'both']],
    [['sql', '.', 'users', '--kind', 'dedup', '--dialect', 'oracle']],
    [['sql', '.', 'users', '--kind', 'dedup', '--as-of', 'yesterday']],
    [['sql', '.', 'users', '--kind', 'dedup', '--hops', '2']],
    [['sample']],
    [['sample', 'x', '--rows', '5']],
    [['sample', 'x', '--large', '--codec', 'lzo']],
    [['sample', 'x', '--large', '--syncs', '5']],
  ])('is wrong: %j', async (args) => {
    const { code, stdout, stderr } = await cli.run(args, { cwd: cli.folder });
    expect([code, stdout]).toEqual([2, '']);
    expect(lines(stderr)).toHaveLength(2);
    expect(lines(stderr)[1]).toMatch(/^usage: node dist\/cli\.js /);
  });

  it('says which columns there are', async () => {
    const { code, stderr } = await cli.run(['rows', at(partKey('852', 'users', 0)), '--columns', 'user_id,nope']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no column "nope"; there are user_id, identity');
  });

  it('tells a folder and a link in a circle from a file that is not there', async () => {
    const circle = path.join(cli.folder, 'circle');
    symlinkSync(circle, circle);
    expect((await cli.run(['rows', cli.folder])).stderr).toContain('is not a file');
    expect((await cli.run(['rows', circle])).stderr).toContain('leads back to itself');
  });

  it.skipIf(!existsSync('/dev/full'))('tells a full disk behind the output, in one line', () => {
    const part = at(partKey('1010103138', 'users', 0));
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" rows "$2" > /dev/full', process.execPath, cli.file, part],
      { encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(lines(stderr)).toEqual([expect.stringMatching(/^The output cannot be written: .*ENOSPC/)]);
  });

  it('takes what follows -- as names', async () => {
    const { code, stderr } = await cli.run(['rows', '--', '--help'], { cwd: cli.folder });
    expect(code).toBe(1);
    expect(stderr).toContain('--help is not there');
  });

  it('lets no name write to the terminal as it likes', async () => {
    const { code, stderr } = await cli.run(['rows', 'a\u001b[2Jb\nc\u009b31m\u202e.avro'], { cwd: cli.folder });
    expect(code).toBe(1);
    expect(lines(stderr)).toHaveLength(1);
    expect(stderr.slice(0, -1)).toMatch(/^[\x20-\x7e]*$/);
  });
});
