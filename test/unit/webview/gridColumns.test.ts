import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../../src/core/column';
import { freshArrangement } from '../../../src/core/rowsArrangement';
import type { PartFacts } from '../../../src/core/rowsProgress';
import { cellSections, prettyOf } from '../../../webview/rows/cellSections';
import { dressColumn, shownCell } from '../../../webview/rows/columnDisplay';
import { buildColumns, initialWidth, orderColumns, rowNumberWidth } from '../../../webview/rows/columnModel';
import { movedOrder } from '../../../webview/rows/headerMenu';
import { rowNumberText } from '../../../webview/rows/slickColumns';
import { createTimeColumns, shownTime } from '../../../webview/rows/timeColumns';
import { createFormats } from '../../../webview/ui/format';

const column = (name: string, kind: Column['kind'] = 'text'): Column => ({
  name,
  kind,
  typeText: kind,
  nullable: true,
});
const part = (file: string, dump?: string, absent?: readonly number[]): PartFacts => ({
  file,
  uri: `s3://b/${file}`,
  ...(dump === undefined ? {} : { dump }),
  ...(absent === undefined ? {} : { absent }),
});
const measure = (text: string): number => text.length * 7;
const formats = createFormats('en-GB', 'UTC');

describe('the columns of a table of several parts', () => {
  const columns = [column('user_id', 'integer'), column('path'), column('tier')];
  const parts = [part('part-00000', '7', [2]), part('part-00001', '7'), part('part-00002', '9', [])];
  const built = buildColumns(columns, ['user_id'], [], parts);

  it('begin with where a row comes from', () => {
    expect(built.map(({ name }) => name)).toEqual(['#', 'dump', 'part', 'user_id', 'path', 'tier']);
    expect(built[1]!.ofParts).toEqual(['7', '7', '9']);
    expect(initialWidth(built[2]!, [], measure)).toBeGreaterThanOrEqual(measure('part-00000'));
  });

  it('leave the dump out where there is none, and both for a single file', () => {
    expect(buildColumns(columns, [], [], [part('a'), part('b')])[1]!.name).toBe('part');
    expect(buildColumns(columns, [], [], [part('a')]).map(({ name }) => name)).toEqual([
      '#',
      'user_id',
      'path',
      'tier',
    ]);
  });

  it('do not take the names of columns that the table has itself', () => {
    const names = (...own: string[]) =>
      buildColumns(
        own.map((name) => column(name)),
        [],
        [{ name: 'part', note: '' }],
        parts,
      ).map(({ name }) => name);
    expect(names('Dump', 'dump_2')).toEqual(['#', 'dump_3', 'part_2', 'Dump', 'dump_2', 'part']);
  });

  it('know which parts lack a column and since when it is there; a part whose header was not read says nothing', () => {
    expect([...built.at(-1)!.absentIn!]).toEqual([[0, 'tier is not in dump 7, part-00000; there since dump 9']]);
    expect(built[4]!.absentIn).toBeUndefined();
  });

  it('stand at the right end when they turn up later, whatever the order', () => {
    const late = buildColumns([...columns, column('late')], ['user_id'], [], parts);
    expect(orderColumns(late, ['tier', 'path'], 3).map(({ name }) => name)).toEqual([
      '#',
      'dump',
      'part',
      'user_id',
      'tier',
      'path',
      'late',
    ]);
  });
});

describe('the numbers of rows', () => {
  it('say whether they are estimates, and have room for that', () => {
    expect(rowNumberText({ number: 12_344, isApproximate: true, part: undefined }, formats)).toBe('≈ 12,345');
    expect(rowNumberText({ number: 12_344, isApproximate: false, part: 0 }, formats)).toBe('12,345');
    expect(rowNumberText(undefined, formats)).toBe('');
    const widthOf = (isEstimated: boolean): number =>
      rowNumberWidth(12_345, measure, (n) => formats.count(n), isEstimated);
    expect(widthOf(true) - widthOf(false)).toBe(measure('≈ '));
  });
});

describe('moving a column', () => {
  it('passes those that are hidden along with one that is shown', () => {
    expect(movedOrder(['a', 'b', 'c', 'd'], 'a', 1, new Set(['b']))).toEqual(['b', 'c', 'a', 'd']);
    expect(movedOrder(['a', 'b', 'c'], 'c', -Infinity, new Set())).toEqual(['c', 'a', 'b']);
    expect(movedOrder(['a', 'b', 'c'], 'c', 1, new Set())).toBeUndefined();
    expect(movedOrder(['a'], 'x', 1, new Set())).toBeUndefined();
  });

  it('loses and doubles none', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: -9, max: 9 }),
        fc.subarray(names),
        (name, by, hidden) => {
          const order = movedOrder(names, name, by, new Set(hidden));
          expect(order?.toSorted() ?? names).toEqual(names);
        },
      ),
    );
  });
});

describe('how a column is shown', () => {
  const schema = column('joindate', 'integer');
  const times = createTimeColumns();
  times.learn(
    [schema],
    [['1700000061123456'], ['1700000000000000'], [null], ['1700000061123457'], ['1700000061123458']],
  );
  const plain = buildColumns([schema], [], [])[1]!;

  it('is in the unit that was found, unless the person chose another or none', () => {
    const found = dressColumn(plain, schema, freshArrangement, times);
    expect(found.hint).toBe('µs, UTC');
    expect(shownCell('1700000061123456', found)).toBe('2023-11-14 22:14:21.123456');
    expect(shownCell('1700000000000000', found)).toBe('2023-11-14 22:13:20');
    const raw = dressColumn(plain, schema, { ...freshArrangement, timeUnits: { joindate: 'none' } }, times);
    expect(shownCell('1700000061123456', raw)).toBe('1700000061123456');
  });

  it('is masked on request, NULL apart', () => {
    const masked = dressColumn(plain, schema, { ...freshArrangement, masked: ['joindate'] }, times);
    expect(shownCell('1700000061123456', masked)).not.toContain('7');
    expect(shownCell(null, masked)).toBeNull();
    expect(shownCell(false, masked)).toBe(false);
  });

  it('leaves what is no time in the unit as it is', () => {
    const found = dressColumn(plain, schema, freshArrangement, times);
    expect(shownCell('n/a', found)).toBe('n/a');
    expect(shownTime('99999999999999999999', 'seconds')).toBeUndefined();
  });
});

describe('what a value is made of', () => {
  it('is JSON laid out with its numbers as spelled', () => {
    expect(prettyOf(cellSections('{"id":9007199254740993,"a":[1]}', 'none'))).toBe(
      '{\n  "id": 9007199254740993,\n  "a": [\n    1\n  ]\n}',
    );
  });

  it('is an address with its parameters decoded', () => {
    const [section] = cellSections('https://shop.example/a%20b?q=gl%C3%BChwein&x#top', 'none');
    expect(section?.facts?.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'scheme=https',
      'host=shop.example',
      'path=/a b',
      '? q=glühwein',
      '? x=no value',
      '#=top',
    ]);
  });

  it('is a time in the unit of its column, said once', () => {
    const sections = cellSections('1700000061123456', 'micros');
    expect(sections.map(({ title }) => title)).toEqual(['Time']);
    expect(sections[0]!.facts![0]!.value).toBe('2023-11-14 22:14:21.123456 UTC');
    expect(cellSections('1700000061123456', 'none').map(({ title }) => title)).toEqual(['May be a time']);
  });

  it('is nothing for plain words, and never a fault', () => {
    expect(cellSections('Wool scarf', 'none')).toEqual([]);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void cellSections(text, 'micros')));
  });
});
