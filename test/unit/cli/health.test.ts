import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BuiltCli, buildCli } from './builtCli';

// Every test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let cli: BuiltCli;

interface Health {
  readonly problems: readonly {
    readonly code: string;
    readonly severity: string;
    readonly dump: string | null;
    readonly table: string | null;
    readonly file: string | null;
    readonly message: string;
    readonly action: string;
  }[];
  readonly newestDump: string | null;
  readonly dumps: number;
}

beforeAll(async () => {
  cli = await buildCli();
}, 60_000);
afterAll(() => cli.dispose());

async function health(folder: string): Promise<{ readonly code: number | null; readonly found: Health }> {
  const { code, stdout, stderr } = await cli.run(['health', folder, '--json']);
  expect(stderr).toBe('');
  return { code, found: JSON.parse(stdout) as Health };
}

describe('health', () => {
  it('finds each trap of the sample, and exits with 1', async () => {
    const bucket = path.join(cli.folder, 'nordlys');
    await cli.run(['sample', bucket]);
    const { code, found } = await health(bucket);
    expect([code, found.newestDump, found.dumps]).toEqual([1, '1010103141', 11]);
    const told = found.problems.map((problem) => `${problem.code} ${problem.dump ?? '-'} ${problem.table ?? '-'}`);
    expect(told).toContain('missingFiles 1010103140 sessions');
    expect(told).toContain('columnDropped 1010103141 users');
    expect(told).toContain('noFullDump 1010103141 newsletter_signup');
    expect(told).toContain('tableSilent 1010103141 store_locator_opened');
    expect(told).toContain('migrationsIncremental 999 user_migrations');
    expect(told).toContain('unlistedFiles 1010103140 users');
    expect(told.filter((line) => line.startsWith('sync')).length).toBeGreaterThan(2);
    const severities = found.problems.map(({ severity }) => severity);
    expect(severities).toEqual([...severities].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    const missing = found.problems.find((problem) => problem.code === 'missingFiles');
    expect(missing?.file).toMatch(/nordlys\/sync_1010103140\/_heap_table_name=sessions\/part-00001-/);
  });
  const order = ['error', 'warning', 'information'];

  it('prints Markdown, to be pasted into a ticket', async () => {
    const bucket = path.join(cli.folder, 'markdown');
    await cli.run(['sample', bucket]);
    const { code, stdout } = await cli.run(['health', bucket]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^# Health: dump 1010103141 · \d+ errors?, \d+ warnings\n\n- Export: markdown\n/);
    expect(stdout).toContain('\n## Errors (');
  });

  it('exits with 0 where all is well', async () => {
    const bucket = path.join(cli.folder, 'well');
    mkdirSync(path.join(bucket, 'manifests'), { recursive: true });
    mkdirSync(path.join(bucket, 'sync_1/_heap_table_name=users'), { recursive: true });
    const sample = path.join(cli.folder, 'source');
    await cli.run(['sample', sample]);
    const listed = (await cli.run(['effective', sample, 'users', '--json'])).stdout;
    const [first] = (JSON.parse(listed) as { files: { uri: string }[] }).files;
    const schema = JSON.parse((await cli.run(['schema', first?.uri ?? '', '--json'])).stdout) as {
      columns: { name: string }[];
    };
    const key = 'sync_1/_heap_table_name=users/part-00000-a.avro';
    copyFileSync(first?.uri ?? '', path.join(bucket, key));
    const columns = schema.columns.map(({ name }) => name);
    const table = { name: 'users', files: [`s3://b/${key}`], columns, incremental: false };
    writeFileSync(
      path.join(bucket, 'manifests/sync_1.json'),
      JSON.stringify({
        dump_id: 1,
        tables: [table],
        property_definitions: 's3://b/sync_1/property_definitions.json',
      }),
    );
    const { code, found } = await health(bucket);
    expect(found.problems).toEqual([]);
    expect(code).toBe(0);
    // And with 1 as soon as the one file is gone.
    rmSync(path.join(bucket, key));
    expect((await health(bucket)).code).toBe(1);
  });

  it('says what a folder holds that is no export', async () => {
    const folder = path.join(cli.folder, 'other');
    mkdirSync(path.join(folder, 'photos'), { recursive: true });
    writeFileSync(path.join(folder, 'photos/a.jpg'), '');
    const { code, found } = await health(folder);
    expect(code).toBe(1);
    expect(found.problems.map((problem) => problem.code)).toEqual(['notAnExport']);
    expect(found.problems[0]?.message).toContain('photos/');
  });
});
