import type { ColumnTest, TestName } from '../../core/rowFilter';
import type { RowBatch } from '../engine/blockEngine';
import type { ColumnPlan } from '../values/columns';
import { compileDecimalTest, compileFloatTest, compileIntegerTest } from './numberTests';
import type { RowTest } from './rowTests';
import { logicalOf } from '../container/schema';
import { compileEnumTest, compileShownTextTest, compileTextTest } from './textTests';
import { isNullBranch } from '../values/values';

/** Says of a value that is there whether a positive test holds. */
export interface ValueTest {
  readonly cost: number;
  holds(data: Buffer, start: number, end: number): boolean;
}

/** The tests that are the opposite of another: what they say of a value, and of NULL and absent values, is turned round. */
const opposites: Partial<Readonly<Record<TestName, TestName>>> = {
  differs: 'equals',
  notIn: 'in',
  containsNot: 'contains',
  startsWithNot: 'startsWith',
  endsWithNot: 'endsWith',
  matchesNot: 'matches',
  isNotNull: 'isNull',
  isNotEmpty: 'isEmpty',
  isPresent: 'isAbsent',
};

/** A test of one column; its values have been checked (`checkFilter`). */
export function compileColumnTest(plans: readonly ColumnPlan[], given: ColumnTest): RowTest {
  const opposite = opposites[given.test];
  const isNegative = opposite !== undefined;
  const test: ColumnTest = isNegative ? { ...given, test: opposite } : given;
  const column = plans.findIndex((plan) => plan.column.name === test.column);
  const plan = plans[column];
  if (plan === undefined) return constant((test.test === 'isAbsent') !== isNegative);
  switch (test.test) {
    case 'isAbsent':
      return constant(isNegative);
    case 'isNull':
      return nullTest(plan, column, isNegative);
    default:
      return valueTest(plan, column, compileValueTest(plan, test), isNegative);
  }
}

function compileValueTest(plan: ColumnPlan, test: ColumnTest): ValueTest {
  if (test.test === 'isEmpty') return compileEmptyTest(plan);
  const { value } = plan;
  const logical = logicalOf(value);
  if (comparesByValue.has(test.test)) {
    if (value.type === 'int' || value.type === 'long') return compileIntegerTest(value, test);
    if (value.type === 'float' || value.type === 'double') return compileFloatTest(value.type, test);
    if (logical?.name === 'decimal') return compileDecimalTest(logical.scale, test);
  }
  if (value.type === 'string') return compileTextTest(test);
  if (value.type === 'enum') return compileEnumTest(value.symbols, test);
  return compileShownTextTest(plan, test);
}

const comparesByValue: ReadonlySet<TestName> = new Set<TestName>([
  'equals',
  'in',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'between',
]);

function compileEmptyTest(plan: ColumnPlan): ValueTest {
  const { value } = plan;
  const isText = value.type === 'string' || value.type === 'bytes' || value.type === 'fixed';
  if (isText && logicalOf(value)?.name !== 'decimal') return { cost: 1, holds: (_, start, end) => start === end };
  if (value.type === 'enum') {
    return compileEnumTest(value.symbols, { kind: 'test', column: '', test: 'equals', values: [''] });
  }
  // Numbers, times, booleans and JSON always have characters.
  return { cost: 0, holds: () => false };
}

function constant(isTrue: boolean): RowTest {
  return {
    cost: 0,
    refine(_, mask) {
      if (!isTrue) mask.fill(0);
    },
  };
}

function nullTest(plan: ColumnPlan, column: number, isNegative: boolean): RowTest {
  const mayHoldNull = plan.value.type === 'union';
  const kept = isNegative ? 0 : 1;
  return {
    cost: 0.5,
    refine({ data, starts, stride }: RowBatch, mask) {
      const first = column * stride;
      for (let row = 0; row < mask.length; row++) {
        if (mask[row] === 0) continue;
        const start = starts[first + row] as number;
        const isNull = start < 0 || (mayHoldNull && isNullBranch(plan.value, data, start));
        mask[row] = isNull ? kept : 1 - kept;
      }
    },
  };
}

function valueTest(plan: ColumnPlan, column: number, test: ValueTest, isNegative: boolean): RowTest {
  const mayHoldNull = plan.value.type === 'union';
  const kept = isNegative ? 0 : 1;
  return {
    cost: test.cost,
    refine({ data, starts, ends, stride }: RowBatch, mask) {
      const first = column * stride;
      for (let row = 0; row < mask.length; row++) {
        if (mask[row] === 0) continue;
        const start = starts[first + row] as number;
        const isValue = start >= 0 && !(mayHoldNull && isNullBranch(plan.value, data, start));
        mask[row] = isValue && test.holds(data, start, ends[first + row] as number) ? kept : 1 - kept;
      }
    },
  };
}
