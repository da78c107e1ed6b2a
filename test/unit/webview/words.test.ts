import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Damage, PartProgress } from '../../../src/core/partProgress';
import { prettyJson } from '../../../webview/rows/prettyJson';
import { freshState, parseViewState } from '../../../webview/rows/viewState';
import {
  damageRows,
  damageSummary,
  emptyWords,
  noSuchRow,
  parseRowNumber,
  readStatus,
  rowsStatus,
  shortFileName,
  titleOf,
} from '../../../webview/rows/words';
import { createFormats } from '../../../webview/ui/format';

const en = createFormats('en-GB', 'UTC');
const de = createFormats('de-DE', 'UTC');
const file = 'part-00000-44e02b46-da18-46d4-bc22-071b6f4d6e73-c000.avro';

const undeclared: Damage = {
  reason: 'checksum',
  block: 312,
  offset: 18_874_368,
  resumedAt: 18_931_012,
  decodedRows: 0,
  rowsBefore: 161_400,
  detail: 'its snappy checksum does not match',
};
const damage: Damage = { ...undeclared, declaredRows: 512 };
const progress = (more: Partial<PartProgress> = {}): PartProgress => ({
  state: 'complete',
  rows: 248_100,
  blocks: 480,
  bytesScanned: 27_262_976,
  totalBytes: 27_262_976,
  bytesRead: 27_262_976,
  requests: 1,
  damage: [],
  ...more,
});

describe('the status line', () => {
  it('gives the rows exactly once all are known, else with the estimate', () => {
    expect(rowsStatus(progress(), en)).toBe('248,100 rows');
    expect(rowsStatus(progress({ rows: 1 }), en)).toBe('1 row');
    const some = progress({ state: 'reading', rows: 12_000, estimatedRows: 248_391 });
    expect(rowsStatus(some, en)).toBe('12,000 of ≈ 248,000 rows');
    expect(rowsStatus(some, de)).toBe('12.000 of ≈ 248.000 rows');
    expect(rowsStatus(progress({ state: 'reading', rows: 12_000 }), en)).toBe('12,000+ rows');
  });

  it('says what reading took', () => {
    expect(readStatus(progress({ bytesRead: 65_536 }), en)).toBe('64 KB of 26 MB read, 1 request');
    expect(readStatus(progress({ requests: 7 }), en)).toBe('26 MB read, 7 requests');
  });

  it('names the part shortly', () => {
    expect(shortFileName(file)).toBe('part-00000');
    expect(shortFileName('users.avro')).toBe('users.avro');
    expect(titleOf({ file, table: 'pageviews', dump: '1241' })).toEqual(['pageviews', '1241', 'part-00000']);
    expect(titleOf({ file: 'pageviews', table: 'pageviews', dump: '1241', isTable: true })).toEqual([
      'pageviews',
      'as of 1241',
    ]);
    expect(titleOf({ file: 'mail.avro' })).toEqual(['mail.avro']);
  });
});

describe('a row that is not there', () => {
  it('is told from the rows that are', () => {
    const known = progress({ rows: 150, state: 'complete' });
    for (const typed of ['0', 'abc', '-5', '151'])
      expect(noSuchRow(typed, known, en)).toBe('Rows go from 1 to 150.');
  });

  it('may still come while the part is not read to its end', () => {
    const known = progress({ rows: 386_009, state: 'paused' });
    expect(noSuchRow('500000', known, en)).toBe('Read as far as row 386,009 yet.');
    expect(noSuchRow('abc', known, en)).toBe('Rows go from 1 to 386,009.');
  });
});

describe('damage in words', () => {
  it('never calls a part empty of which no row can be read', () => {
    const spoiled = progress({ rows: 0, damage: [{ ...damage, rowsBefore: 0 }] });
    expect(damageSummary(file, spoiled, en)).toMatch(/does not match\. None of its rows can be read\.$/);
    expect(emptyWords(spoiled)).toBe('None of the rows of this part can be read.');
    expect(emptyWords(progress({ rows: 0, damage: [] }))).toBe('This part has no rows.');
  });

  it('says where, why, and what is shown around it', () => {
    expect(damageSummary(file, progress({ damage: [damage] }), en)).toBe(
      'part-00000 is damaged from byte 18,874,368 (block 312): its snappy checksum does not match. ' +
        '161,400 rows before it and 86,700 after it are shown.',
    );
  });

  it('counts the rows that were saved from the block itself', () => {
    const partly = { ...damage, decodedRows: 100 };
    expect(damageSummary(file, progress({ damage: [partly] }), en)).toContain(
      '161,400 rows before it, 100 inside it and 86,600 after it are shown.',
    );
  });

  it('has no rows after a damage that goes to the end of the file', () => {
    const last = { ...damage, resumedAt: 27_262_976 };
    expect(damageSummary(file, progress({ rows: 161_400, damage: [last] }), en)).toMatch(
      /161,400 rows before it are shown\.$/,
    );
  });

  it('claims nothing about what comes after while the file is still being read', () => {
    expect(damageSummary(file, progress({ state: 'reading', damage: [damage] }), en)).toMatch(
      /248,100 rows are shown so far\.$/,
    );
  });

  it('counts several places', () => {
    expect(damageSummary(file, progress({ damage: [damage, damage] }), en)).toContain(
      'is damaged in 2 places, first at',
    );
  });

  it('is silent about a sound part', () => {
    expect(damageSummary(file, progress(), en)).toBe('');
  });

  it('sets rows shown against rows declared', () => {
    expect(damageRows(damage, en)).toBe('none of 512 shown');
    expect(damageRows(undeclared, en)).toBe('none shown; how many it held is not known');
  });
});

describe('going to a row', () => {
  it.each([
    ['1', 0],
    ['248,100', 248_099],
    ['248.100', 248_099],
    ['248 100', 248_099],
    ['0', undefined],
    ['248101', undefined],
    ['-3', undefined],
    ['12e3', undefined],
    ['', undefined],
    ['9'.repeat(30), undefined],
  ])('%j is row %s', (typed, row) => {
    expect(parseRowNumber(typed, 248_100)).toBe(row);
  });
});

describe('schema text', () => {
  it('is laid out as JSON.stringify would', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.parse(text) as unknown;
        expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
      }),
    );
  });

  it('keeps numbers and escapes as they are written', () => {
    expect(prettyJson('{"default":9007199254740993,"doc":"\\u00e9"}')).toBe(
      '{\n  "default": 9007199254740993,\n  "doc": "\\u00e9"\n}',
    );
  });

  it('leaves text alone that is not JSON', () => {
    expect(prettyJson('{"a":')).toBe('{"a":');
  });
});

describe('the remembered state', () => {
  it('comes back as it was', () => {
    const state = {
      ...freshState,
      tab: 'schema' as const,
      arrangement: { ...freshState.arrangement, order: ['b', 'a'], widths: { a: 120 } },
      firstRow: 12,
      active: { row: 3, column: 'a' },
    };
    expect(parseViewState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it('is the default for anything that does not look right', () => {
    fc.assert(
      fc.property(fc.anything(), (junk) => {
        const state = parseViewState(junk);
        expect(['rows', 'schema', 'damage']).toContain(state.tab);
        expect(state.firstRow).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(parseViewState(undefined)).toEqual(freshState);
    expect(
      parseViewState({ firstRow: -1, arrangement: { widths: { a: 'x' }, order: [1] }, recordWidth: 1e9 }),
    ).toEqual(freshState);
  });
});

describe('sizes and times', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1,023 bytes'],
    [1024, '1 KB'],
    [1_047_552, '1 MB'],
    [27_262_976, '26 MB'],
    [3.1 * 1024 ** 3, '3.1 GB'],
  ])('%d is %s', (bytes, text) => {
    expect(en.bytes(bytes)).toBe(text);
  });

  it('has three figures at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 2 ** 50 }), (bytes) => {
        expect(en.bytes(bytes).replace(/\D/g, '').length).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('is relative up to a week, and then a date', () => {
    const now = Date.UTC(2026, 10, 22, 12);
    expect(en.ago(now - 3 * 3_600_000, now)).toBe('3 hours ago');
    expect(en.ago(now - 8 * 86_400_000, now)).toBe('14 Nov 2026');
    expect(en.dateTime(now)).toBe('22 Nov 2026, 12:00:00 UTC');
  });
});
