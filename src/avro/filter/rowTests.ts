import { checkFilter } from '../../core/checkFilter';
import type { FilterGroup, RowFilter } from '../../core/rowFilter';
import type { RowBatch } from '../engine/blockEngine';
import type { RowTester } from '../tasks/blockTask';
import { compileColumnTest } from './columnTests';
import type { ColumnPlan } from '../values/columns';
import { compileFind } from './findTest';

/** Part of a filter at work on a batch. */
export interface RowTest {
  /** What a row costs, roughly, in comparisons of a short text: cheap tests go first. */
  readonly cost: number;
  /** Turns `mask[row]` from 1 to 0 for the rows that do not pass; looks at no row that has 0. */
  refine(batch: RowBatch, mask: Uint8Array): void;
}

/**
 * A filter made ready for a schema. Rows are tested on their bytes: numbers as 64 bits, texts as UTF-8. The plans must have their
 * printers if there are nested columns (`withNestedPrinters`). Fails with `query.invalid`.
 *
 * A regular expression is the user's own and runs as long as it takes: nothing can stop it but the end of the thread it runs in. Where a
 * scan must stay cancellable, filters with `matches` or a regular expression to find belong on threads that may be ended.
 */
export function createRowTester(plans: readonly ColumnPlan[], filter: RowFilter): RowTester {
  const failure = checkFilter(
    filter,
    plans.map(({ column }) => column),
  );
  if (failure !== undefined) throw failure;
  const test = compileFilter(plans, filter);
  return {
    test(batch, out) {
      const mask = out.subarray(0, batch.rows);
      mask.fill(1);
      test.refine(batch, mask);
    },
  };
}

function compileFilter(plans: readonly ColumnPlan[], filter: RowFilter): RowTest {
  switch (filter.kind) {
    case 'all':
      return compileAll(plans, filter);
    case 'any':
      return compileAny(plans, filter);
    case 'test':
      return compileColumnTest(plans, filter);
    case 'find':
      return compileFind(plans, filter);
  }
}

function compileMembers(plans: readonly ColumnPlan[], group: FilterGroup): readonly RowTest[] {
  return group.of.map((member) => compileFilter(plans, member)).sort((a, b) => a.cost - b.cost);
}

function costOf(members: readonly RowTest[]): number {
  return members.reduce((sum, { cost }) => sum + cost, 0);
}

/** Each member sees only the rows that passed those before. */
function compileAll(plans: readonly ColumnPlan[], group: FilterGroup): RowTest {
  const members = compileMembers(plans, group);
  return {
    cost: costOf(members),
    refine(batch, mask) {
      for (const [index, member] of members.entries()) {
        if (index > 0 && !mask.includes(1)) return;
        member.refine(batch, mask);
      }
    },
  };
}

/** Each member sees only the rows that passed none of those before. */
function compileAny(plans: readonly ColumnPlan[], group: FilterGroup): RowTest {
  const members = compileMembers(plans, group);
  let room = new Uint8Array(0);
  return {
    cost: costOf(members),
    refine(batch, mask) {
      const rows = mask.length;
      if (room.length < rows * 2) room = new Uint8Array(rows * 2);
      const open = room.subarray(0, rows);
      const passed = room.subarray(rows, rows * 2);
      open.set(mask);
      mask.fill(0);
      for (const member of members) {
        if (!open.includes(1)) return;
        passed.set(open);
        member.refine(batch, passed);
        for (let row = 0; row < rows; row++) {
          if (passed[row] === 0) continue;
          mask[row] = 1;
          open[row] = 0;
        }
      }
    },
  };
}
