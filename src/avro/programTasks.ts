import type { RowFilter } from '../core/rowFilter';
import { Failure } from '../core/failure';
import type { BlockTask, RowTester } from './blockTask';
import type { ColumnPlan } from './columns';
import type { ScanTask } from './scanProgram';

/** The filter made ready for these columns. Throws `query.invalid`. */
export function createTester(_plans: readonly ColumnPlan[], _filter: RowFilter): RowTester {
  throw new Failure('internal', { detail: 'filters are not built yet' });
}

/** What gathers a task's result; `undefined` where nothing is to be gathered. Throws `query.invalid`. */
export function createProgramTask(
  _plans: readonly ColumnPlan[],
  task: Exclude<ScanTask, { readonly kind: 'match' }>,
): BlockTask | undefined {
  if (task.kind === 'count') return undefined;
  throw new Failure('internal', { detail: `the task ${task.kind} is not built yet` });
}
