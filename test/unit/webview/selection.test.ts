import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cellsIn,
  isInRange,
  rangeOf,
  selectByKey,
  type CellPlace,
  type GridSize,
  type Selection,
} from '../../../webview/rows/selection';

const size: GridSize = { rows: 1000, columns: 31, pageRows: 20 };
const at = (row: number, cell: number): CellPlace => ({ row, cell });
const press = (
  key: string,
  modifiers: 'shift' | 'command' | 'both' | 'none',
  active: CellPlace,
  selection?: Selection,
  within = size,
): Selection | undefined =>
  selectByKey(
    {
      key,
      shiftKey: modifiers === 'shift' || modifiers === 'both',
      isCommand: modifiers === 'command' || modifiers === 'both',
    },
    active,
    selection,
    within,
  );

describe('a selection of cells', () => {
  it('goes from the anchor to the other corner, whichever way', () => {
    const selection: Selection = { anchor: at(7, 9), focus: at(3, 4), span: 'cells' };
    expect(rangeOf(selection, size)).toEqual({ top: 3, bottom: 7, left: 4, right: 9 });
  });

  it('grows and shrinks with Shift and arrows', () => {
    const once = press('ArrowDown', 'shift', at(5, 5))!;
    const twice = press('ArrowRight', 'shift', at(5, 5), once)!;
    expect(rangeOf(twice, size)).toEqual({ top: 5, bottom: 6, left: 5, right: 6 });
    const back = press('ArrowUp', 'shift', at(5, 5), twice)!;
    expect(rangeOf(back, size)).toEqual({ top: 5, bottom: 5, left: 5, right: 6 });
  });

  it('reaches the edges with Ctrl, and a page with the page keys', () => {
    expect(press('ArrowDown', 'both', at(5, 5))?.focus).toEqual(at(999, 5));
    expect(press('ArrowLeft', 'both', at(5, 5))?.focus).toEqual(at(5, 1));
    expect(press('Home', 'both', at(5, 5))?.focus).toEqual(at(0, 1));
    expect(press('End', 'both', at(5, 5))?.focus).toEqual(at(999, 30));
    expect(press('End', 'shift', at(5, 5))?.focus).toEqual(at(5, 30));
    expect(press('PageDown', 'shift', at(5, 5))?.focus).toEqual(at(25, 5));
    expect(press('PageUp', 'shift', at(5, 5))?.focus).toEqual(at(0, 5));
  });

  it('is whole rows, whole columns, or both one after the other', () => {
    const rows = press(' ', 'shift', at(5, 5))!;
    expect(rangeOf(rows, size)).toEqual({ top: 5, bottom: 5, left: 1, right: 30 });
    const columns = press(' ', 'command', at(5, 5))!;
    expect(rangeOf(columns, size)).toEqual({ top: 0, bottom: 999, left: 5, right: 5 });
    expect(press(' ', 'command', at(5, 5), rows)?.span).toBe('all');
    expect(cellsIn(rangeOf(press('a', 'command', at(5, 5))!, size)!)).toBe(30_000);
  });

  it('leaves other keys alone', () => {
    for (const [key, modifiers] of [
      ['ArrowDown', 'none'],
      ['ArrowDown', 'command'],
      [' ', 'none'],
      [' ', 'both'],
      ['Tab', 'shift'],
      ['a', 'none'],
      ['A', 'both'],
    ] as const)
      expect(press(key, modifiers, at(5, 5))).toBeUndefined();
  });

  it('never leaves the grid, and never holds the numbers of the rows', () => {
    const places = fc.record({ row: fc.integer({ min: -5, max: 2000 }), cell: fc.integer({ min: 0, max: 60 }) });
    const selections = fc.record({
      anchor: places,
      focus: places,
      span: fc.constantFrom('cells', 'rows', 'columns', 'all'),
    });
    const keys = fc.constantFrom(
      'ArrowUp',
      'ArrowDown',
      'ArrowLeft',
      'ArrowRight',
      'Home',
      'End',
      'PageUp',
      'PageDown',
    );
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 500 }),
      columns: fc.integer({ min: 2, max: 40 }),
      pageRows: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(selections, keys, fc.boolean(), sizes, (selection, key, isCommand, within) => {
        const next = selectByKey({ key, shiftKey: true, isCommand }, selection.anchor, selection, within);
        const range = rangeOf(next!, within)!;
        expect(range.top).toBeGreaterThanOrEqual(0);
        expect(range.left).toBeGreaterThanOrEqual(1);
        expect(range.bottom).toBeLessThan(within.rows);
        expect(range.right).toBeLessThan(within.columns);
        expect(range.bottom).toBeGreaterThanOrEqual(range.top);
        expect(range.right).toBeGreaterThanOrEqual(range.left);
        expect(isInRange(range, range.top, range.left)).toBe(true);
        expect(isInRange(range, range.bottom, range.right + 1)).toBe(false);
      }),
    );
  });

  it('is nothing in a grid without rows', () => {
    expect(rangeOf({ anchor: at(0, 1), focus: at(3, 3), span: 'all' }, { ...size, rows: 0 })).toBeUndefined();
  });
});
