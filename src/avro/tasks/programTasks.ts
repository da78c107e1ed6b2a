import type { RowFilter } from '../../core/rowFilter';
import type { BlockTask, RowTester } from './blockTask';
import { createCellsTask } from './cellsTask';
import type { ColumnPlan } from '../values/columns';
import type { ScanTask } from './scanProgram';
import { createRowTester } from '../filter/rowTests';
import { createSortKeysTask } from './sortKeysTask';
import { createStatisticsTask } from '../statistics/statisticsTask';
import { createTextTask } from './textTask';

/** The filter made ready for these columns. Throws `query.invalid`. */
export function createTester(plans: readonly ColumnPlan[], filter: RowFilter): RowTester {
  return createRowTester(plans, filter);
}

/** What gathers a task's result; `undefined` where nothing is to be gathered. Throws `query.invalid`. */
export function createProgramTask(
  plans: readonly ColumnPlan[],
  task: Exclude<ScanTask, { readonly kind: 'match' }>,
): BlockTask | undefined {
  switch (task.kind) {
    case 'count':
      return undefined;
    case 'text':
      return createTextTask(plans, task.text);
    case 'cells':
      return createCellsTask(plans, task.columns);
    case 'sortKeys':
      return createSortKeysTask(plans, task.keys);
    case 'statistics':
      return createStatisticsTask(plans, task.columns);
  }
}
