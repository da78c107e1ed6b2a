import { checkFilter } from '../core/checkFilter';
import type { Column } from '../core/column';
import { isFailure } from '../core/failure';
import { pointAt } from '../core/filterTokens';
import { parseFilter } from '../core/parseFilter';
import type { RowFilter } from '../core/rowFilter';
import { requireColumnsOf } from './columnNames';
import { UsageError } from './usage';

/** What `--where` says, all of them together; `undefined` if there is none. Throws `UsageError` that points at the place. */
export function parseWhere(expressions: readonly string[] | undefined, usage: string): RowFilter | undefined {
  if (expressions === undefined) return undefined;
  const of = expressions.map((text) => {
    try {
      return parseFilter(text);
    } catch (error) {
      if (!isFailure(error, 'query.invalid')) throw error;
      const { detail = '', position = 0 } = error.facts;
      throw new UsageError(`--where: ${String(detail)}`, usage, pointAt(text, Number(position)));
    }
  });
  return of.length === 1 ? of[0] : { kind: 'all', of };
}

/** Throws `UsageError` where the filter does not fit the columns. */
export function checkWhere(filter: RowFilter | undefined, columns: readonly Column[], usage: string): void {
  if (filter === undefined) return;
  requireColumnsOf(filter, columns, usage);
  const fault = checkFilter(filter, columns);
  if (fault === undefined) return;
  const { detail = '', column } = fault.facts;
  const of = column === undefined ? '' : ` (column "${String(column)}")`;
  throw new UsageError(`--where: ${String(detail)}${of}`, usage);
}
