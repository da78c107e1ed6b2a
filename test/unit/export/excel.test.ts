import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { createExcelWriter } from '../../../src/export/excelWriter';
import { columnLetters, escapeXml } from '../../../src/export/spreadsheetXml';
import { column, everyKind, everyRow, writeAll } from './writing';

const part = (file: Uint8Array, name: string): string => strFromU8(unzipSync(file)[name]!);
const sheetOf = (file: Uint8Array, number = 1): string => part(file, `xl/worksheets/sheet${number}.xml`);

/** `A2` → its element, or nothing for a cell that is not there. */
const cellOf = (sheet: string, at: string): string => new RegExp(`<c r="${at}".*?</c>`, 's').exec(sheet)?.[0] ?? '';

describe('an Excel file', () => {
  it('is what the golden file says, part by part', async () => {
    const { file, rows, bytes, notes } = await writeAll('excel', everyKind, [{ rows: everyRow }]);
    const text = Object.entries(unzipSync(file))
      .map(([name, xml]) => `${name}\n${strFromU8(xml).replace(/(<row |<\/sheetData>|<Override|<xf )/g, '\n$1')}\n`)
      .join('\n');
    await expect(text).toMatchFileSnapshot('../../golden/export/rows.xlsx.txt');
    expect([rows, bytes, notes]).toEqual([everyRow.length, file.length, []]);
  });

  it('keeps what a double would round as text, and ids always', async () => {
    const columns = [
      column('user_id', 'integer'),
      column('n', 'integer'),
      column('x', 'number'),
      column('d', 'number', 'decimal(40, 2)'),
    ];
    const rows = [
      ['"5"', '999999999999999', '0.1', '"1234567890123.45"'],
      ['"-1"', '-1234567890123456', '1e308', '"12345678901234.56"'],
      ['null', '"9223372036854775807"', '"NaN"', '"-0.00"'],
      ['null', '0', '1e-320', 'null'],
    ];
    const sheet = sheetOf((await writeAll('excel', columns, [{ rows }])).file);
    const kinds = ['A2', 'A3', 'B2', 'B3', 'B4', 'B5', 'C2', 'C3', 'C4', 'C5', 'D2', 'D3', 'D4', 'D5'].map(
      (at) =>
        `${at} ${cellOf(sheet, at).includes('inlineStr') ? 'text' : cellOf(sheet, at) === '' ? 'empty' : 'number'}`,
    );
    expect(kinds).toEqual([
      'A2 text',
      'A3 text',
      'B2 number',
      'B3 text',
      'B4 text',
      'B5 number',
      'C2 number',
      'C3 text',
      'C4 text',
      'C5 text',
      'D2 number',
      'D3 text',
      'D4 number',
      'D5 empty',
    ]);
  });

  it('guards formulas without changing the value', async () => {
    const columns = [column('a', 'text')];
    const on = sheetOf((await writeAll('excel', columns, [{ rows: [['"=1"'], ['"a"']] }])).file);
    expect(cellOf(on, 'A2')).toBe('<c r="A2" s="3" t="inlineStr"><is><t xml:space="preserve">=1</t></is></c>');
    expect(cellOf(on, 'A3')).toContain('s="2"');
    const off = await writeAll('excel', columns, [{ rows: [['"=1"']] }], { formulaGuard: false });
    expect(cellOf(sheetOf(off.file), 'A2')).toContain('s="2"');
  });

  it('cuts what no cell holds, and says how many', async () => {
    const long = 'x'.repeat(32_766);
    const { file, notes } = await writeAll(
      'excel',
      [column('a', 'text')],
      [{ rows: [[`"${long}x"`], [`"${long}xx"`], [`"${long.slice(1)}😀😀"`]] }],
    );
    const sheet = sheetOf(file);
    expect(cellOf(sheet, 'A2')).toContain(`>${long}x<`);
    expect(cellOf(sheet, 'A3')).toContain(`>${long}…<`);
    expect(cellOf(sheet, 'A4')).toContain(`>${long.slice(1)}…<`);
    expect(notes).toEqual(['2 values were cut at 32,767 characters, the most a cell holds in Excel.']);
  });

  it('goes on in a further sheet when one is full', async () => {
    const pieces: Uint8Array[] = [];
    const sink = (bytes: Uint8Array): Promise<void> => Promise.resolve(void pieces.push(bytes));
    const writer = createExcelWriter(
      { columns: [column('n', 'integer')], formulaGuard: true, sink },
      { sheetRows: 4, bytes: 1e9 },
    );
    await writer.write(Array.from({ length: 7 }, (_, index) => [String(index)]));
    const notes = await writer.end();
    const file = new Uint8Array(Buffer.concat(pieces));
    expect(part(file, 'xl/workbook.xml').match(/sheet name="[^"]+"/g)).toEqual([
      'sheet name="Rows"',
      'sheet name="Rows 2"',
      'sheet name="Rows 3"',
    ]);
    expect(
      [1, 2, 3].map((number) =>
        sheetOf(file, number)
          .match(/<v>\d+<\/v>/g)
          ?.join(''),
      ),
    ).toEqual(['<v>0</v><v>1</v><v>2</v>', '<v>3</v><v>4</v><v>5</v>', '<v>6</v>']);
    expect(sheetOf(file, 3)).toContain('>n<');
    expect(notes[0]).toContain('over 3 sheets');
  });

  it('refuses to grow beyond what the archive can hold, and more columns than Excel has', async () => {
    const writer = createExcelWriter(
      { columns: [column('a', 'text')], formulaGuard: true, sink: () => Promise.resolve() },
      { sheetRows: 1e6, bytes: 1000 },
    );
    const noise = Array.from({ length: 20_000 }, (_, index) => [`"${Math.sin(index)}${Math.cos(index)}"`]);
    await expect(writer.write(noise)).rejects.toMatchObject({ code: 'export.cannotWrite' });
    writer.dispose();
    const columns = Array.from({ length: 16_385 }, (_, index) => column(`c${index}`, 'text'));
    await expect(writeAll('excel', columns, [])).rejects.toMatchObject({ code: 'export.cannotWrite' });
  });

  it('gives back what the sink throws', async () => {
    const writer = createExcelWriter({
      columns: [column('a', 'text')],
      formulaGuard: true,
      sink: () => Promise.reject(new Error('disk full')),
    });
    const write = async (): Promise<void> => {
      await writer.write([['"a"']]);
      await writer.end();
    };
    await expect(write()).rejects.toThrow('disk full');
    writer.dispose();
  });
});

it('escapes what XML cannot hold as Excel reads it', () => {
  expect(escapeXml('a<b> & "c"')).toBe('a&lt;b&gt; &amp; &quot;c&quot;');
  expect(escapeXml('\u0000\r\n\t\ud83d \uffff😀')).toBe('_x0000__x000D_\n\t_xD83D_ _xFFFF_😀');
  expect(escapeXml('_x0041_ _x004_')).toBe('_x005F_x0041_ _x004_');
});

it('names columns as Excel does', () => {
  expect([0, 25, 26, 701, 702, 16_383].map(columnLetters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']);
});

it('is read by another package as it was meant', async () => {
  const { file } = await writeAll('excel', everyKind, [{ rows: everyRow }]);
  const rows = await readSheet(Buffer.from(file), { trim: false });
  expect(rows.slice(0, 3)).toEqual([
    everyKind.map(({ name }) => name),
    ['9223372036854775807', 12, 0.1, -12.3, '/cart', true, '00ff', '["a","b"]', '2026-11-22T04:12:09.123456Z'],
    [
      '-9223372036854775808',
      -7,
      -1e21,
      '123456789012345678.90',
      '=1+1',
      false,
      null,
      '[]',
      '1970-01-01T00:00:00.000000Z',
    ],
  ]);
  expect(rows.at(-1)?.[4]).toBe('Grüße 日本 😀 <b>&amp;</b> *x* [y](z) | `q`');
});

const python = '/usr/bin/python3';
const hasOpenpyxl = existsSync(python) && existsSync('/usr/lib/python3/dist-packages/openpyxl');

/** Debian's python3-openpyxl, where it is installed. */
describe.skipIf(!hasOpenpyxl)('read by openpyxl', () => {
  it('has every value with its type', async () => {
    const { file } = await writeAll('excel', everyKind, [{ rows: everyRow }]);
    const folder = await mkdtemp(path.join(tmpdir(), 'dce-excel-'));
    try {
      const name = path.join(folder, 'rows.xlsx');
      await writeFile(name, file);
      const script = `import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book.active
print(json.dumps({"name": sheet.title, "freeze": sheet.freeze_panes, "filter": sheet.auto_filter.ref,
  "bold": sheet["A1"].font.b, "quoted": sheet["E3"].quotePrefix,
  "rows": [[cell.value for cell in row] for row in sheet.iter_rows()]}))`;
      const { stdout } = await promisify(execFile)(python, ['-c', script, name]);
      expect(JSON.parse(stdout)).toEqual({
        name: 'Rows',
        freeze: 'A2',
        filter: 'A1:I7',
        bold: true,
        quoted: true,
        rows: [
          everyKind.map(({ name: title }) => title),
          [
            '9223372036854775807',
            12,
            0.1,
            -12.3,
            '/cart',
            true,
            '00ff',
            '["a","b"]',
            '2026-11-22T04:12:09.123456Z',
          ],
          // openpyxl makes None of an empty text, and leaves _x0001_ as it is spelled.
          [
            '-9223372036854775808',
            -7,
            -1e21,
            '123456789012345678.90',
            '=1+1',
            false,
            expect.toBeOneOf([null, '']),
            '[]',
            '1970-01-01T00:00:00.000000Z',
          ],
          ['9007199254740993', null, 'NaN', null, expect.toBeOneOf([null, '']), null, null, null, null],
          [
            '0',
            0,
            0,
            0,
            expect.stringMatching(/^a,b\t"c".*\nd /s),
            true,
            'c3a9',
            '{"id":"9007199254740993"}',
            '2026-01-01T00:00:00.000001Z',
          ],
          Array.from({ length: 9 }, () => null),
          [
            '42',
            1,
            'Infinity',
            0.1,
            'Grüße 日本 😀 <b>&amp;</b> *x* [y](z) | `q`',
            false,
            '7f',
            '["|"]',
            '2026-02-28T23:59:59.999999Z',
          ],
        ],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
