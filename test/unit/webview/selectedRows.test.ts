import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/core/column';
import { selectionSummary } from '../../../src/core/selectionSummary';
import type { GridColumn } from '../../../webview/rows/columnModel';
import { fetchSelected, rowsAtHand, type SelectedRowsSource } from '../../../webview/rows/selectedRows';
import { summaryWords } from '../../../webview/rows/selectionWords';
import { createFormats } from '../../../webview/ui/format';

const column = (name: string, index: number, more: Partial<GridColumn> = {}): GridColumn => ({
  id: `c${index}`,
  name,
  role: 'value',
  index,
  hint: '',
  tooltip: '',
  isNumeric: false,
  isId: false,
  ...more,
});

const rowOf = (at: number): readonly Cell[] => [
  String(at),
  at % 7 === 0 ? { text: 'long', length: 2000 } : `text ${at}`,
  at % 2 === 0 ? null : false,
];

function source(here: (at: number) => boolean, total = 5000) {
  const asked: [number, number][] = [];
  const records: number[] = [];
  const made: SelectedRowsSource = {
    row: (at) => (here(at) && at < total ? rowOf(at) : undefined),
    partOf: (at) => (at < 100 ? 0 : 1),
    page: (first, count) => {
      asked.push([first, count]);
      const rows = Array.from({ length: Math.max(0, Math.min(count, total - first)) }, (_, at) =>
        rowOf(first + at),
      );
      const before = Math.max(0, Math.min(rows.length, 100 - first));
      return Promise.resolve({
        first,
        rows,
        sources: [
          { rows: before, part: 0 },
          { rows: rows.length - before, part: 1 },
        ],
      });
    },
    record: (row) => {
      records.push(row);
      const cells = rowOf(row).map((cell) =>
        typeof cell === 'object' && cell !== null ? 'x'.repeat(cell.length) : cell,
      );
      return Promise.resolve({ row, cells, part: row < 100 ? 0 : 1, block: 0, rowInBlock: 0 });
    },
  };
  return { made, asked, records };
}

const columns = [
  column('text', 1),
  column('id', 0),
  column('part', -1, { role: 'provenance', ofParts: ['a', 'b'] }),
];
const never = new AbortController().signal;

describe('selected rows', () => {
  it('are fetched where they are not here, and whole where they came cut, in the order of the columns on screen', async () => {
    const { made, asked, records } = source((at) => at < 50 || (at >= 60 && at < 70));
    const { rows, cut } = await fetchSelected({ first: 40, last: 119, columns }, made, never);
    expect(rows.length).toBe(80);
    expect(cut).toBe(0);
    rows.forEach((row, at) => {
      const number = 40 + at;
      expect(row).toEqual([
        number % 7 === 0 ? 'x'.repeat(2000) : `text ${number}`,
        String(number),
        number < 100 ? 'a' : 'b',
      ]);
    });
    expect(asked).toEqual([[50, 70]]);
    expect(records).toEqual([42, 49, 56, 63, 70, 77, 84, 91, 98, 105, 112, 119]);
  });

  it('end where the rows do, and ask for no more at once than a page may hold', async () => {
    const { made, asked } = source(() => false, 2500);
    const { rows } = await fetchSelected({ first: 0, last: 4000, columns: [column('id', 0)] }, made, never);
    expect(rows.length).toBe(2500);
    expect(asked.every(([, count]) => count <= 1000)).toBe(true);
  });

  it('say how many values could not be had whole when there are too many', async () => {
    const { made, records } = source(() => false, 100_000);
    const { cut } = await fetchSelected({ first: 0, last: 9999, columns: [column('text', 1)] }, made, never);
    expect(records.length).toBe(1000);
    expect(cut).toBe(Math.ceil(10_000 / 7) - 1000);
  });

  it('keep absent apart from NULL', async () => {
    const { made } = source(() => true);
    const { rows } = await fetchSelected(
      { first: 0, last: 1, columns: [column('odd', 2), column('gone', -1, { role: 'absent' })] },
      made,
      never,
    );
    expect(rows).toEqual([
      [null, false],
      [false, false],
    ]);
  });

  it('are at hand only if all of them are here', () => {
    const { made } = source((at) => at < 10);
    expect(rowsAtHand({ first: 0, last: 9, columns }, made)?.length).toBe(10);
    expect(rowsAtHand({ first: 0, last: 10, columns }, made)).toBeUndefined();
  });
});

describe('the words for a selection', () => {
  const formats = createFormats('en-GB', 'UTC');
  const integers = { name: 'amount', kind: 'integer', typeText: 'long', nullable: true } as const;
  const words = (rows: readonly (readonly Cell[])[], ...more: [boolean?, ('micros' | 'none')?]): string =>
    summaryWords(selectionSummary({ columns: [integers], rows }), formats, ...more);

  it('tell what makes sense of the values, exactly', () => {
    expect(words([['9007199254740993'], ['9007199254740993'], [null], [false]])).toBe(
      '4 cells selected, 1 distinct, 1 NULL, 1 absent · min 9007199254740993 · max 9007199254740993 · sum 18014398509481986 · mean ≈ 9,007,200,000,000,000',
    );
  });

  it('tell no value of what is masked, and no sum of times', () => {
    expect(words([['1'], ['2']], true)).toBe('2 cells selected, 2 distinct');
    expect(words([['1700000061123456'], ['1700000000000000']], false, 'micros')).toBe(
      '2 cells selected, 2 distinct · min 2023-11-14 22:13:20 · max 2023-11-14 22:14:21.123456',
    );
  });
});
