import type { RowFilter } from '../../core/rowFilter';
import type { ScanProgram, ScanTask } from './scanProgram';

/** The columns whose values a program looks at; `undefined`: it may be all of them. */
export function programColumns({ where, task }: ScanProgram): ReadonlySet<string> | undefined {
  const names = new Set<string>(namesOf(task));
  const filters = [...(where === undefined ? [] : [where]), ...(task.kind === 'match' ? task.tests : [])];
  return filters.every((filter) => addColumns(filter, names)) ? names : undefined;
}

function namesOf(task: ScanTask): readonly string[] {
  switch (task.kind) {
    case 'count':
    case 'match':
      return [];
    case 'text':
      return task.text.columns;
    case 'cells':
    case 'statistics':
      return task.columns;
    case 'sortKeys':
      return task.keys.map(({ column }) => column);
  }
}

/** False if the filter looks at columns that it does not name. */
function addColumns(filter: RowFilter, names: Set<string>): boolean {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return filter.of.every((member) => addColumns(member, names));
    case 'test':
      names.add(filter.column);
      return true;
    case 'find':
      for (const name of filter.columns ?? []) names.add(name);
      return filter.columns !== undefined;
  }
}
