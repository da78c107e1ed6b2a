import type { Cell, Column } from '../../src/core/column';
import { maskValue } from '../../src/core/maskValue';
import type { RowsArrangement, TimeUnit } from '../../src/core/rowsArrangement';
import { unitWords } from '../../src/core/timeUnits';
import { textOf } from './cellText';
import type { GridColumn } from './columnModel';
import { shownTime, timeHint, type TimeColumns } from './timeColumns';

/** How a column's values are shown where that is not as they are: as times, or masked. */

/** The unit in which a column is shown: what the person chose, else what was found. `none`: raw. */
export function unitOf(name: string, index: number, arrangement: RowsArrangement, times: TimeColumns): TimeUnit {
  return arrangement.timeUnits[name] ?? times.guess(index)?.unit ?? 'none';
}

/** The column with what the person chose and what was found about it. */
export function dressColumn(
  column: GridColumn,
  schema: Column | undefined,
  arrangement: RowsArrangement,
  times: TimeColumns,
): GridColumn {
  if (column.index < 0 || schema === undefined) return column;
  const unit = unitOf(column.name, column.index, arrangement, times);
  const isMasked = arrangement.masked.includes(column.name);
  const personal = times.personal(column.index)?.reason;
  if (unit === 'none' && !isMasked && personal === undefined) return column;
  const lines = [column.tooltip];
  if (unit !== 'none') {
    const chosen = arrangement.timeUnits[column.name] !== undefined;
    const evidence = times.guess(column.index)?.evidence ?? '';
    lines.push(
      chosen ? `Read as ${unitWords(unit)}, as you chose` : `Looks like ${unitWords(unit)}: ${evidence}`,
      'Shown in UTC; copied as it is',
    );
  }
  if (personal !== undefined) lines.push(`May be personal. ${personal}`);
  if (isMasked) lines.push('Masked, also when copied');
  return {
    ...column,
    tooltip: lines.join('\n'),
    hint: unit === 'none' ? column.hint : timeHint(unit),
    ...(unit === 'none' ? {} : { unit }),
    ...(isMasked ? { isMasked } : {}),
    ...(personal === undefined ? {} : { personal }),
  };
}

/** The cell as it is to be shown: masked, as a time, or as it is. */
export function shownCell(cell: Cell, column: Pick<GridColumn, 'unit' | 'isMasked'>): Cell {
  if (column.isMasked === true) return maskedCell(cell);
  if (column.unit === undefined || column.unit === 'text' || typeof cell !== 'string') return cell;
  return shownTime(cell, column.unit) ?? cell;
}

/** NULL stays NULL: that there is no value is nobody's secret. */
export function maskedCell(cell: Cell): Cell {
  const text = textOf(cell);
  return text === null ? cell : maskValue(text);
}
