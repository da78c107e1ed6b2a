import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../../src/core/column';
import {
  buildColumns,
  frozenCount,
  initialWidth,
  orderColumns,
  rowNumberWidth,
  type GridColumn,
} from '../../../webview/rows/columnModel';

const column = (name: string, kind: Column['kind'] = 'text'): Column => ({
  name,
  kind,
  typeText: kind,
  nullable: true,
});
const columns = [column('time'), column('event_id', 'integer'), column('user_id', 'integer'), column('path')];
const names = (built: readonly GridColumn[]): string[] => built.map((one) => one.name);
const measure = (text: string): number => text.length * 7;

describe('the columns of the grid', () => {
  it('stand: row number, identity in its own order, the rest as in the schema, absent at the end', () => {
    const built = buildColumns(columns, ['user_id', 'event_id', 'gone_id'], [{ name: 'tier', note: 'in dump 7' }]);
    expect(names(built)).toEqual(['#', 'user_id', 'event_id', 'time', 'path', 'tier']);
    expect(built.map((one) => one.index)).toEqual([-1, 2, 1, 0, 3, -1]);
  });

  it('keep identity first and absent last in any remembered order', () => {
    const built = buildColumns(columns, ['user_id'], [{ name: 'tier', note: '' }]);
    expect(names(orderColumns(built, ['path', 'tier', 'user_id', 'nonsense', 'path']))).toEqual([
      '#',
      'user_id',
      'time',
      'event_id',
      'path',
      'tier',
    ]);
    expect(names(orderColumns(built, ['path', 'event_id', 'time']))).toEqual([
      '#',
      'user_id',
      'path',
      'event_id',
      'time',
      'tier',
    ]);
  });

  it('are all there exactly once after any order', () => {
    const built = buildColumns(columns, ['user_id'], []);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('time', 'path', 'event_id', 'user_id', 'x')), (order) => {
        expect(names(orderColumns(built, order)).toSorted()).toEqual(names(built).toSorted());
      }),
    );
  });

  it('have ids that are safe in the page, whatever their names', () => {
    const built = buildColumns([column('a b"c'), column('')], [], [{ name: '<x>', note: '' }]);
    for (const one of built) expect(one.id).toMatch(/^[a-z]\d*$/);
    expect(new Set(built.map((one) => one.id)).size).toBe(built.length);
  });
});

describe('widths', () => {
  const [, id, , , path] = buildColumns(columns, ['user_id'], []);

  it('leave an id room for the longest 64-bit integer, even if the sample has short ones', () => {
    expect(initialWidth(id!, [['', '1', '2', '']], measure)).toBeGreaterThanOrEqual(
      measure('-9223372036854775808') + 16,
    );
  });

  it('show the longest value of the sample whole, up to a limit', () => {
    const width = (text: string): number =>
      initialWidth(
        path!,
        [
          ['', '1', '2', ''],
          [text, text, text, text],
        ],
        measure,
      );
    expect(width('/a/longer/path/than/the/name')).toBeGreaterThan(measure('/a/longer/path/than/the/name'));
    expect(width('x'.repeat(500))).toBe(320);
  });

  it('lets no long name make a column wide, whatever its kind', () => {
    for (const kind of ['integer', 'number', 'text'] as const) {
      const [, made] = buildColumns([column('a_long_name_'.repeat(20), kind)], [], []);
      expect(initialWidth(made!, [['1']], measure)).toBe(320);
    }
  });

  it('leaves room for values that are not here yet', () => {
    const [, text, id] = buildColumns([column('a'), column('b_id', 'integer')], [], []);
    expect(initialWidth(text!, [], measure)).toBeGreaterThan(measure('n'.repeat(15)));
    expect(initialWidth(id!, [], measure)).toBe(initialWidth(id!, [['12']], measure));
    const whole = measure('2026-11-23 04:12:26.810');
    for (const name of ['time', 'session_time', 'joindate', 'last_order_date']) {
      const [, moment] = buildColumns([column(name)], [], []);
      expect(initialWidth(moment!, [], measure), name).toBeGreaterThan(whole);
    }
    const [, times] = buildColumns([column('times')], [], []);
    expect(initialWidth(times!, [], measure)).toBeLessThan(whole);
  });

  it('give the row number room for the last row', () => {
    expect(rowNumberWidth(3_000_000, measure, String)).toBeGreaterThan(measure('3000000'));
  });

  it('freeze as many columns as leave most of the page to the others', () => {
    expect(frozenCount([60, 170, 170], 1280)).toBe(3);
    expect(frozenCount([60, 170, 170], 400)).toBe(2);
    expect(frozenCount([60, 170, 170], 300)).toBe(1);
    expect(frozenCount([60, 170, 170], 0)).toBe(0);
  });
});
