import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ExportFormat } from '../../../src/core/exportRows';
import { createRowWriter } from '../../../src/export/createRowWriter';
import { column, everyKind, everyRow, writeAll } from './writing';

const golden = (name: string): string => `../../golden/export/${name}`;
const textFormats = [
  ['csv', 'rows.csv'],
  ['tsv', 'rows.tsv'],
  ['ndjson', 'rows.ndjson'],
  ['json', 'rows.json'],
  ['markdown', 'rows.md'],
] as const satisfies readonly (readonly [ExportFormat, string])[];

describe.each(textFormats)('%s', (format, file) => {
  it('is what the golden file says', async () => {
    const { text, rows, bytes } = await writeAll(format, everyKind, [{ rows: everyRow }]);
    await expect(text).toMatchFileSnapshot(golden(file));
    expect(rows).toBe(everyRow.length);
    expect(bytes).toBe(Buffer.byteLength(text));
  });

  it('does not depend on how rows are dealt out', async () => {
    const whole = await writeAll(format, everyKind, [{ rows: everyRow }]);
    const single = await writeAll(format, everyKind, [{ rows: [] }, ...everyRow.map((row) => ({ rows: [row] }))]);
    expect(single.text).toBe(whole.text);
  });

  it('is a whole file without rows', async () => {
    const { text } = await writeAll(format, [column('a', 'text')], []);
    expect(text).toBe({ csv: 'a\n', tsv: 'a\n', ndjson: '', json: '[]\n', markdown: '| a |\n| --- |\n' }[format]);
  });

  it('hands on long files in pieces', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => [`"${index}${'x'.repeat(2000)}"`]);
    const { pieces, text } = await writeAll(format, [column('a', 'text')], [{ rows }]);
    expect(pieces).toBeGreaterThan(5);
    expect(text).toContain(`999${'x'.repeat(2000)}`);
  });

  it('writes provenance before the rows, under names that are free', async () => {
    const { text } = await writeAll(
      format,
      [column('dump', 'text'), column('a', 'text')],
      [
        {
          rows: [
            ['"d"', '"1"'],
            ['null', '"2"'],
          ],
          places: [
            [0, 0],
            [1, 41],
          ],
        },
      ],
      {
        provenance: true,
        parts: () => [{ file: 'part-00000.avro', dump: '12345678901234567890' }, { file: 'b.avro' }],
      },
    );
    await expect(text).toMatchFileSnapshot(golden(`provenance-${file}`));
  });

  it('masks and hashes', async () => {
    const { text } = await writeAll(
      format,
      [column('email', 'text'), column('user_id', 'integer'), column('ip', 'text')],
      [
        {
          rows: [
            ['"jane.doe@example.com"', '"9007199254740993"', '"192.168.1.7"'],
            ['null', 'null', 'null'],
          ],
        },
      ],
      {
        masks: [
          { column: 'email', how: 'mask' },
          { column: 'ip', how: 'mask' },
          { column: 'user_id', how: 'hash', salt: 'pepper' },
        ],
      },
    );
    await expect(text).toMatchFileSnapshot(golden(`masked-${file}`));
    expect(text).toContain(createHash('sha256').update('pepper9007199254740993').digest('hex'));
    expect(text).not.toMatch(/jane|168|9007199254740993/);
  });
});

describe('what is read back', () => {
  const value = fc.option(fc.string({ unit: 'binary', maxLength: 8 }), { nil: null });
  const table = fc.array(fc.tuple(value, value), { maxLength: 8 });

  it.each([
    ['csv', ','],
    ['tsv', '\t'],
  ] as const)('%s: by a parser that knows RFC 4180 only', async (format, delimiter) => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { text } = await writeAll(
          format,
          [column('a', 'text'), column('b', 'text')],
          [{ rows: rows.map((row) => row.map((text) => JSON.stringify(text))) }],
          { formulaGuard: false },
        );
        expect(parseDelimited(text, delimiter).slice(1)).toEqual(rows);
      }),
    );
  });

  it('json and ndjson: by JSON.parse', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const columns = [column('a', 'text'), column('__proto__', 'text')];
        const batch = { rows: rows.map((row) => row.map((text) => JSON.stringify(text))) };
        const values = (object: unknown): unknown[] => Object.values(object as object);
        const json = await writeAll('json', columns, [batch]);
        expect((JSON.parse(json.text) as unknown[]).map(values)).toEqual(rows);
        const lines = await writeAll('ndjson', columns, [batch]);
        expect(
          lines.text
            .split('\n')
            .slice(0, -1)
            .map((line) => values(JSON.parse(line))),
        ).toEqual(rows);
      }),
    );
  });

  it('markdown: one line a row and as many unescaped pipes as the header, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { text } = await writeAll(
          'markdown',
          [column('a', 'text'), column('b', 'text')],
          [{ rows: rows.map((row) => row.map((text) => JSON.stringify(text))) }],
        );
        const lines = text.split('\n').slice(0, -1);
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(line.replace(/\\\\/g, '').match(/(?<!\\)\|/g)).toHaveLength(3);
      }),
    );
  });
});

describe('the formula guard', () => {
  const rows = [
    ['"=1"', '"-1"'],
    ['"+1"', '"1"'],
    ['"-1"', 'null'],
    ['"@a"', '"2"'],
    ['"\\ta"', '"3"'],
    ['"\\ra"', '"4"'],
    ['" =1"', '"5"'],
  ];
  const columns = [column('t', 'text'), column('n', 'integer')];

  it('puts an apostrophe before texts only', async () => {
    const { text } = await writeAll('csv', columns, [{ rows }]);
    expect(text).toBe("t,n\n'=1,-1\n'+1,1\n'-1,\n'@a,2\n'\ta,3\n\"'\ra\",4\n =1,5\n");
  });

  it('can be switched off, and is not for NDJSON', async () => {
    const off = await writeAll('csv', columns, [{ rows }], { formulaGuard: false });
    expect(off.text).not.toContain("'");
    expect((await writeAll('ndjson', columns, [{ rows }])).text).not.toContain("'");
  });
});

it('hashes without a salt differ from export to export, and agree within one', async () => {
  const write = async (): Promise<readonly string[]> => {
    const { text } = await writeAll(
      'ndjson',
      [column('a', 'text'), column('b', 'text')],
      [{ rows: [['"x"', '"x"']] }],
      {
        masks: [
          { column: 'a', how: 'hash' },
          { column: 'b', how: 'hash' },
        ],
      },
    );
    return Object.values(JSON.parse(text) as Record<string, string>);
  };
  const [first, second] = [await write(), await write()];
  expect(first[0]).toBe(first[1]);
  expect(first[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(first[0]).not.toBe(second[0]);
});

it('refuses an export of no columns', () => {
  const options = { format: 'csv', columns: [], formulaGuard: true, masks: [], provenance: false } as const;
  expect(() => createRowWriter({ options, columns: [], sink: () => Promise.resolve() })).toThrow(
    expect.objectContaining({ code: 'export.cannotWrite' }),
  );
});

/** Nothing is NULL, quotes without anything in them an empty text. */
function parseDelimited(text: string, delimiter: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length;) {
    let value: string | null = null;
    if (text[at] === '"') {
      value = '';
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (text[at] === '"') at += 1;
        value += text[at] ?? '';
      }
      at += 1;
    } else {
      const end = text.slice(at).search(new RegExp(`[${delimiter}\n]`));
      if (end > 0) value = text.slice(at, at + end);
      at += end;
    }
    row.push(value);
    if (text[at] === '\n') {
      rows.push(row);
      row = [];
    }
    at += 1;
  }
  return rows;
}
