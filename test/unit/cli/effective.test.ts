import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { partKey } from '../../../src/sample/layout';
import { type BuiltCli, buildCli } from './builtCli';

// Every test starts processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let cli: BuiltCli;
let bucket = '';
const lines = (text: string): string[] => text.split('\n').slice(0, -1);

interface Listing {
  readonly table: string;
  readonly asOf: string;
  readonly since: string | null;
  readonly files: readonly { uri: string; dump: string; part: number | null; bytes: number }[];
  readonly excluded: readonly { uri: string; dump: string; reason: string; code: string }[];
}

beforeAll(async () => {
  cli = await buildCli();
  bucket = path.join(cli.folder, 'nordlys');
  expect((await cli.run(['sample', bucket])).code).toBe(0);
}, 60_000);
afterAll(() => cli.dispose());

describe('effective', () => {
  it('prints the files that make up a table, a path a line, dumps in numeric order', async () => {
    const { code, stdout, stderr } = await cli.run(['effective', bucket, 'pageviews']);
    expect([code, stderr]).toEqual([0, '']);
    const keys = lines(stdout).map((file) => path.relative(bucket, file));
    expect(keys).toEqual([
      partKey('1010103138', 'pageviews', 0),
      partKey('1010103138', 'pageviews', 1),
      partKey('1010103138', 'pageviews', 2),
      partKey('1010103139', 'pageviews', 0),
      partKey('1010103140', 'pageviews', 0),
      partKey('1010103141', 'pageviews', 0),
    ]);
  });

  it('tells as JSON each other file too, and why it does not count', async () => {
    const { code, stdout } = await cli.run([
      'effective',
      bucket,
      'pageviews',
      '--as-of',
      'sync_1010103140',
      '--json',
    ]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Listing;
    expect([found.table, found.asOf, found.since]).toEqual(['pageviews', '1010103140', '1010103138']);
    expect(found.files.map(({ dump, part }) => `${dump}/${part}`)).toEqual([
      '1010103138/0',
      '1010103138/1',
      '1010103138/2',
      '1010103139/0',
      '1010103140/0',
    ]);
    expect(found.files.every(({ bytes }) => bytes > 0)).toBe(true);
    const codes = new Set(found.excluded.map(({ code: why }) => why));
    expect([...codes].sort()).toEqual(['newer', 'noManifest', 'superseded', 'unlisted']);
    expect(found.excluded.find(({ code: why }) => why === 'superseded')?.reason).toBe(
      'superseded by the full resync of dump 1010103138',
    );
    expect(found.excluded.find(({ code: why }) => why === 'newer')?.dump).toBe('1010103141');
  });

  it('takes the newest copy of user_migrations alone', async () => {
    const { stdout } = await cli.run(['effective', bucket, 'user_migrations', '--json']);
    const found = JSON.parse(stdout) as Listing;
    expect(found.files.map(({ dump }) => dump)).toEqual(['1010103141']);
    expect(found.excluded.some(({ reason }) => reason.startsWith('older copy of user_migrations'))).toBe(true);
  });

  it('prints them in the form that a tool takes', async () => {
    const paths = lines((await cli.run(['effective', bucket, 'pageviews', '--format', 'uris'])).stdout);
    expect(paths.length).toBe(6);
    const spark = await cli.run(['effective', bucket, 'pageviews', '--format', 'spark']);
    expect(JSON.parse(spark.stdout)).toEqual(paths);
    const duckdb = await cli.run(['effective', bucket, 'pageviews', '--format', 'duckdb']);
    expect(duckdb.stdout).toBe(`[\n${paths.map((file) => `  '${file}'`).join(',\n')}\n]\n`);
    // Redshift reads from S3 alone: a manifest of paths would fail only there.
    const copy = await cli.run(['effective', bucket, 'pageviews', '--format', 'copy-manifest']);
    expect([copy.code, copy.stdout]).toEqual([1, '']);
    expect(copy.stderr).toContain('nothing but s3:// URIs');
    const unknown = await cli.run(['effective', bucket, 'pageviews', '--format', 'hive']);
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    const both = await cli.run(['effective', bucket, 'pageviews', '--format', 'spark', '--json']);
    expect([both.code, both.stdout]).toEqual([2, '']);
  });

  it('says where no full dump is known, and where listed files are not there', async () => {
    const noFull = await cli.run(['effective', bucket, 'newsletter_signup']);
    expect([noFull.code, lines(noFull.stdout).length > 0]).toEqual([0, true]);
    expect(noFull.stderr).toContain('No full dump of newsletter_signup is known');
    const damaged = path.join(cli.folder, 'damaged');
    await cli.run(['sample', damaged]);
    rmSync(path.join(damaged, partKey('1010103138', 'pageviews', 1)));
    const missing = await cli.run(['effective', damaged, 'pageviews', '--json']);
    expect(missing.stderr).toContain('1 file of pageviews is listed and not in the bucket');
    expect((JSON.parse(missing.stdout) as Listing).excluded.filter(({ code: why }) => why === 'missing')).toEqual([
      {
        uri: path.join(damaged, partKey('1010103138', 'pageviews', 1)),
        dump: '1010103138',
        reason: 'missing: listed in the manifest, not in the bucket',
        code: 'missing',
      },
    ]);
  });

  it('says what is wrong with what it is asked for', async () => {
    const unknown = await cli.run(['effective', bucket, 'page_views']);
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toContain('page_views');
    const usage = await cli.run(['effective', bucket]);
    expect([usage.code, usage.stderr.split('\n')[0]]).toEqual([2, '<table> is missing']);
  });
});
