import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../../../src/core/column';
import { createParquetWriter } from '../../../src/export/parquetWriter';
import { column, everyKind, everyRow, writeAll } from './writing';

/** Read by DuckDB, which shares no code with what writes. */
let instance: DuckDBInstance;
let folder: string;
let files = 0;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1', autoinstall_known_extensions: 'false' });
  folder = await mkdtemp(path.join(tmpdir(), 'dce-parquet-'));
}, 60_000);
afterAll(async () => {
  instance.closeSync();
  await rm(folder, { recursive: true });
});

async function query(file: Uint8Array, sql: string): Promise<readonly (readonly unknown[])[]> {
  const name = path.join(folder, `${files++}.parquet`);
  await writeFile(name, file);
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql.replaceAll('$file', `'${name}'`));
    return reader.getRowsJson();
  } finally {
    connection.closeSync();
  }
}

const asText = 'SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet($file)';

describe('a Parquet file as DuckDB reads it', () => {
  it('has the types that keep every digit', async () => {
    const { file } = await writeAll('parquet', everyKind, [{ rows: everyRow }]);
    const types = await query(
      file,
      'SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet($file))',
    );
    expect(Object.fromEntries(types)).toEqual({
      user_id: 'BIGINT',
      count: 'BIGINT',
      price: 'DOUBLE',
      total: 'VARCHAR',
      'path | "title"': 'VARCHAR',
      is_new: 'BOOLEAN',
      raw: 'BLOB',
      tags: 'VARCHAR',
      seen: 'VARCHAR',
    });
  });

  it('has every value, NULL apart from empty', async () => {
    const { file, rows, bytes } = await writeAll('parquet', everyKind, [{ rows: everyRow }]);
    expect([rows, bytes]).toEqual([everyRow.length, file.length]);
    expect(await query(file, asText)).toEqual([
      [
        '9223372036854775807',
        '12',
        '0.1',
        '-12.30',
        '/cart',
        'true',
        '\\x00\\xFF',
        '["a","b"]',
        '2026-11-22T04:12:09.123456Z',
      ],
      [
        '-9223372036854775808',
        '-7',
        '-1e+21',
        '123456789012345678.90',
        '=1+1',
        'false',
        '',
        '[]',
        '1970-01-01T00:00:00.000000Z',
      ],
      ['9007199254740993', null, 'nan', null, '', null, null, null, null],
      [
        '0',
        '0',
        '-0.0',
        '0.00',
        'a,b\t"c"\r\nd \u0001 _x0041_',
        'true',
        '\\xC3\\xA9',
        '{"id":"9007199254740993"}',
        '2026-01-01T00:00:00.000001Z',
      ],
      [null, null, null, null, null, null, null, null, null],
      [
        '42',
        '1',
        'inf',
        '0.10',
        'Grüße 日本 😀 <b>&amp;</b> *x* [y](z) | `q`',
        'false',
        '\\x7F',
        '["|"]',
        '2026-02-28T23:59:59.999999Z',
      ],
    ]);
  });

  it('has its columns without rows, too', async () => {
    const { file } = await writeAll('parquet', everyKind, []);
    expect(await query(file, 'SELECT count(*), count(user_id) FROM read_parquet($file)')).toEqual([['0', '0']]);
    expect(await query(file, asText)).toEqual([]);
  });

  it('has any texts and any ids', async () => {
    const columns = [column('id', 'integer'), column('text', 'text')];
    const value = fc.tuple(
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null }),
      fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: null }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 200 }), async (rows) => {
        const json = rows.map(([id, text]) => [id === null ? 'null' : `"${id}"`, JSON.stringify(text)]);
        const { file } = await writeAll('parquet', columns, [{ rows: json }]);
        expect(await query(file, asText)).toEqual(rows.map(([id, text]) => [id?.toString() ?? null, text]));
      }),
      { numRuns: 20 },
    );
  });

  it('has masked ids as text and provenance in front', async () => {
    const { file } = await writeAll(
      'parquet',
      [column('user_id', 'integer')],
      [
        {
          rows: [['"5"'], ['null']],
          places: [
            [0, 0],
            [0, 1],
          ],
        },
      ],
      {
        masks: [{ column: 'user_id', how: 'hash', salt: '' }],
        provenance: true,
        parts: () => [{ file: 'a.avro', dump: '1241' }],
      },
    );
    const hash = 'ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d';
    expect(await query(file, 'SELECT * FROM read_parquet($file)')).toEqual([
      ['1241', 'a.avro', '1', hash],
      ['1241', 'a.avro', '2', null],
    ]);
  });
});

describe('row groups', () => {
  const columns: readonly Column[] = [column('id', 'integer'), column('text', 'text')];
  const rowsOf = (count: number, text: string): string[][] =>
    Array.from({ length: count }, (_, index) => [
      `"${9007199254740993n + BigInt(index)}"`,
      `"${text}${index % 7}"`,
    ]);

  it.each([
    ['rows', { rows: 100, cells: 1e9, characters: 1e9 }, 100],
    ['cells', { rows: 1e9, cells: 300, characters: 1e9 }, 150],
    ['characters', { rows: 1e9, cells: 1e9, characters: 4400 }, 200],
  ] as const)('end at so many %s', async (_, limits, expected) => {
    const pieces: Uint8Array[] = [];
    const writer = createParquetWriter(
      {
        columns,
        formulaGuard: true,
        sink: (bytes) => {
          pieces.push(bytes);
          return Promise.resolve();
        },
      },
      limits,
    );
    const rows = rowsOf(1000, 'x');
    await writer.write(rows.slice(0, 7));
    await writer.write(rows.slice(7));
    const before = pieces.length;
    await writer.end();
    // Bytes leave with each group, not at the end.
    expect(before).toBe(Math.floor(1000 / expected));
    const file = Buffer.concat(pieces);
    const groups = await query(
      file,
      'SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata($file) ORDER BY 1',
    );
    expect(groups[0]).toEqual(['0', String(expected)]);
    expect(groups).toHaveLength(Math.ceil(1000 / expected));
    const [first, last] = ['9007199254740993', '9007199254741992'];
    expect(
      await query(file, 'SELECT count(*), count(DISTINCT id), min(id), max(id) FROM read_parquet($file)'),
    ).toEqual([['1000', '1000', first, last]]);
  });
});
