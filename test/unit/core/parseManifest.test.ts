import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../../src/core/failure';
import { parseManifest } from '../../../src/core/parseManifest';
import { resolveManifestFile } from '../../../src/core/resolveFile';

const key = 'manifests/sync_1234.json';
const parse = (value: unknown, context: { key: string; bucket?: string } = { key }) =>
  parseManifest(typeof value === 'string' ? value : JSON.stringify(value), context);
const codes = (value: unknown, context?: { key: string; bucket?: string }): string[] =>
  parse(value, context).problems.map((problem) => `${problem.code} ${problem.path}`);
const users = (n: number): string => `s3://customer/sync_1234/_heap_table_name=users/part-0000${n}-a9.avro`;
const table = (more: object = {}): object => ({
  name: 'users',
  files: [users(0)],
  columns: ['user_id'],
  incremental: true,
  ...more,
});

describe('a manifest', () => {
  it('is read as the documentation shows it', () => {
    const { manifest, problems } = parse({
      dump_id: 1234,
      tables: [table({ files: [users(0), users(1)], columns: ['user_id', 'last_modified'] })],
      property_definitions: 's3://customer/sync_1234/property_definitions.json',
    });
    expect(problems).toEqual([]);
    expect(manifest).toEqual({
      dump: 1234n,
      tables: [
        {
          name: 'users',
          files: [0, 1].map((n) => ({
            uri: users(n),
            key: `sync_1234/_heap_table_name=users/part-0000${n}-a9.avro`,
            bucket: 'customer',
          })),
          columns: ['user_id', 'last_modified'],
          incremental: true,
        },
      ],
      propertyDefinitions: 's3://customer/sync_1234/property_definitions.json',
      extraKeys: [],
    });
  });

  it('takes a dump id as number, as text, and beyond 2^53', () => {
    expect(parse({ dump_id: '1234', tables: [] }).manifest.dump).toBe(1234n);
    expect(parse('{"dump_id": 9007199254740993, "tables": []}', { key: 'x' }).manifest.dump).toBe(
      9007199254740993n,
    );
  });

  it('takes the dump id from the name or the files when it is missing or no number, and says so', () => {
    expect(parse({ tables: [] }).manifest.dump).toBe(1234n);
    expect(codes({ tables: [] })).toEqual(['missingKey dump_id']);
    expect(codes({ dump_id: -1, tables: [] })).toEqual(['wrongType dump_id']);
    const named = { key: 'manifests/latest.json' };
    expect(parse({ dump_id: 1.5, tables: [table()] }, named).manifest.dump).toBe(1234n);
  });

  it('believes the id inside over the name, and reports the difference', () => {
    const parsed = parse({ dump_id: 1235, tables: [] });
    expect(parsed.manifest.dump).toBe(1235n);
    expect(parsed.problems).toEqual([
      {
        code: 'dumpIdMismatch',
        path: 'dump_id',
        message: 'The file is named for dump 1234, but says it is dump 1235.',
      },
    ]);
  });

  it('fails only if it is not JSON, not an object, or of no known dump', () => {
    for (const text of ['{', '[]', 'null', '"x"', '{"tables": []}']) {
      const error = (() => {
        try {
          return parseManifest(text, { key: 'manifests/latest.json' });
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(isFailure(error, 'manifest.unreadable'), text).toBe(true);
    }
  });

  it('counts a file once that is listed twice, also when spelled for another bucket', () => {
    const again = users(0).replace('s3://customer', 's3a://other');
    const parsed = parse({ dump_id: 1234, tables: [table({ files: [users(0), users(0), again] })] });
    expect(parsed.manifest.tables[0]?.files).toHaveLength(1);
    expect(parsed.problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'duplicateFile tables[0].files[1]',
      'duplicateFile tables[0].files[2]',
    ]);
  });

  it('leaves a file with both tables that list it, and reports it', () => {
    const value = { dump_id: 1234, tables: [table(), table({ name: 'sessions' })] };
    expect(parse(value).manifest.tables.map(({ files }) => files.length)).toEqual([1, 1]);
    expect(codes(value)).toEqual(['duplicateFile tables[1].files[0]']);
  });

  it('counts a file once for each table, also when the second one lists it twice', () => {
    const value = { dump_id: 1234, tables: [table(), table({ name: 'sessions', files: [users(0), users(0)] })] };
    expect(parse(value).manifest.tables.map(({ files }) => files.length)).toEqual([1, 1]);
    expect(codes(value)).toEqual(['duplicateFile tables[1].files[0]', 'duplicateFile tables[1].files[1]']);
  });

  it('puts a repeated table together, as a full one if either is', () => {
    const value = {
      dump_id: 1234,
      tables: [table(), table({ files: [users(0), users(1)], columns: ['user_id', 'email'], incremental: false })],
    };
    expect(parse(value).manifest.tables).toMatchObject([
      { name: 'users', incremental: false, columns: ['user_id', 'email'], files: [{}, {}] },
    ]);
    expect(codes(value)).toContain('duplicateTable tables[1]');
  });

  it('reports another bucket once, with the number of files', () => {
    const value = { dump_id: 1234, tables: [table({ files: [users(0), users(1)] })] };
    expect(parse(value, { key, bucket: 'customer' }).problems).toEqual([]);
    expect(parse(value, { key, bucket: 'csq-rs3-acme' }).problems).toEqual([
      {
        code: 'foreignBucket',
        path: 'tables[0].files[0]',
        message:
          '2 files are listed in the bucket "customer"; they are read from the opened bucket "csq-rs3-acme".',
      },
    ]);
  });

  it('keeps files that it cannot place, and reports them', () => {
    const parsed = parse({ dump_id: 1234, tables: [table({ files: ['s3://customer/elsewhere/x.avro'] })] });
    expect(parsed.manifest.tables[0]?.files).toEqual([
      { uri: 's3://customer/elsewhere/x.avro', bucket: 'customer' },
    ]);
    expect(parsed.problems[0]?.code).toBe('unresolvedFile');
  });

  it('says when user_migrations claims to be incremental', () => {
    expect(codes({ dump_id: 1234, tables: [table({ name: 'user_migrations' })] })).toEqual([
      'incrementalMigrations tables[0].incremental',
    ]);
  });

  it('takes property definitions nested in a table', () => {
    const nested = { dump_id: 1234, tables: [table({ property_definitions: 's3://c/sync_1234/p.json' })] };
    expect(parse(nested).manifest.propertyDefinitions).toBe('s3://c/sync_1234/p.json');
    expect(codes(nested)).toEqual([]);
  });

  it('names whatever is missing or of a wrong type, and keeps the rest', () => {
    const value = {
      dump_id: 1234,
      generated_by: 'x',
      property_definitions: 7,
      tables: [
        null,
        { files: [users(0), 3] },
        { name: 5 },
        table({ name: 'sessions', files: {}, columns: ['a', 1, 'a'], incremental: 'false' }),
        table({ name: 'pageviews', files: [], columns: 'a', incremental: 0 }),
      ],
    };
    const { manifest } = parse(value);
    expect(manifest.extraKeys).toEqual(['generated_by']);
    expect(manifest.tables.map(({ name }) => name)).toEqual(['users', 'sessions', 'pageviews']);
    expect(manifest.tables[1]).toEqual({ name: 'sessions', files: [], columns: ['a'], incremental: false });
    expect(manifest.tables[2]).toEqual({ name: 'pageviews', files: [] });
    expect(codes(value)).toEqual([
      'wrongType tables[0]',
      'wrongType tables[1].files[1]',
      'missingKey tables[1].name',
      'missingKey tables[1].columns',
      'missingKey tables[1].incremental',
      'missingKey tables[2].files',
      'wrongType tables[2].name',
      'wrongType tables[3].files',
      'wrongType tables[3].columns[1]',
      'wrongType tables[3].incremental',
      'wrongType tables[4].columns',
      'wrongType tables[4].incremental',
      'wrongType property_definitions',
    ]);
    expect(codes({ dump_id: 1234 })).toEqual(['missingKey tables']);
    expect(codes({ dump_id: 1234, tables: {} })).toEqual(['wrongType tables']);
  });

  it('reads or refuses any JSON, and throws nothing else', () => {
    const loose = fc.record(
      {
        dump_id: fc.oneof(fc.nat(), fc.string(), fc.anything()),
        tables: fc.oneof(
          fc.array(
            fc.oneof(
              fc.anything(),
              fc.record(
                { name: fc.anything(), files: fc.anything(), columns: fc.anything(), incremental: fc.anything() },
                { requiredKeys: [] },
              ),
            ),
          ),
          fc.anything(),
        ),
      },
      { requiredKeys: [] },
    );
    const toText = (value: unknown): string =>
      JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
    fc.assert(
      fc.property(loose, (value) => {
        try {
          const { manifest } = parseManifest(toText(value), { key });
          expect(new Set(manifest.tables.map(({ name }) => name)).size).toBe(manifest.tables.length);
        } catch (error) {
          if (!isFailure(error, 'manifest.unreadable')) throw error;
        }
      }),
    );
  });
});

describe('the place of a listed file', () => {
  const resolve = (uri: string): string | undefined => resolveManifestFile(uri).key;
  const expected = 'sync_852/_heap_table_name=users/part-0.avro';

  it.each([
    ['s3://b/sync_852/_heap_table_name=users/part-0.avro'],
    ['s3a://b/sync_852/_heap_table_name=users/part-0.avro'],
    ['S3N://b/exports/sync_9/copy/sync_852/_heap_table_name=users/part-0.avro'],
    ['s3://b/sync_852/_heap_table_name%3Dusers/part-0.avro'],
    ['s3://b/sync_852%2F_heap_table_name%3Dusers%2Fpart-0.avro'],
    ['https://b.s3.amazonaws.com/sync_852/_heap_table_name%3Dusers/part-0.avro?versionId=3'],
    ['file:///data/my%20export/sync_852/_heap_table_name=users/part-0.avro'],
    ['/data/my export/sync_852/_heap_table_name=users/part-0.avro'],
    ['C:\\export\\sync_852\\_heap_table_name=users\\part-0.avro'],
    ['sync_852/_heap_table_name=users/part-0.avro'],
  ])('%s', (uri) => {
    expect(resolve(uri)).toBe(expected);
  });

  it('keeps what may be part of a name', () => {
    expect(resolve('s3://b/sync_1/_heap_table_name=100%25 off/part-0.avro')).toBe(
      'sync_1/_heap_table_name=100%25 off/part-0.avro',
    );
    expect(resolve('s3://b/sync_1/_heap_table_name=a+b?c#d/part-0.avro')).toBe(
      'sync_1/_heap_table_name=a+b?c#d/part-0.avro',
    );
    expect(resolve('s3://b/sync_1/sync_2/part-0.avro')).toBe('sync_1/sync_2/part-0.avro');
  });

  it('is not known where nothing looks like one', () => {
    for (const uri of [
      '',
      's3://b',
      's3://b/x/part-0.avro',
      'sync_1',
      'sync_1/',
      's3://b/sync_x/users/p.avro',
      '%E0%A4%A',
    ])
      expect(resolve(uri), uri).toBeUndefined();
  });
});
