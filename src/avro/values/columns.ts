import type { Column, ColumnKind } from '../../core/column';
import type { NestedPrinter } from './nestedValues';
import type { ScalarNode } from './scalarText';
import { logicalOf, type TypeNode } from '../container/schema';

/** One column of the part: how it is shown, and the type its values are decoded by (nullability taken off). */
export interface ColumnPlan {
  readonly column: Column;
  /** The column's whole type, as the bytes have it. */
  readonly node: TypeNode;
  /** For a union of null and one type: that type and which branch is null. Otherwise the type itself and -1. */
  readonly value: TypeNode;
  readonly nullBranch: -1 | 0 | 1;
  /** Of a column that is not scalar. `withNestedPrinters` puts it there. */
  readonly printNested?: NestedPrinter;
}

/** The columns of a part, in schema order. Rows that are not records are one column called `value`. */
export function planColumns(schema: TypeNode): readonly ColumnPlan[] {
  if (schema.type !== 'record') return [planColumn('value', schema, undefined)];
  return schema.fields.map((field) => planColumn(field.name, field.node, field.doc));
}

/** The plans made complete for reading values. Loads avsc if there is a nested column (15 ms); fails as it does. */
export async function withNestedPrinters(plans: readonly ColumnPlan[]): Promise<readonly ColumnPlan[]> {
  if (plans.every(({ value }) => isScalar(value))) return plans;
  const { createNestedPrinter } = await import('./nestedValues');
  return plans.map((plan) =>
    isScalar(plan.value) ? plan : { ...plan, printNested: createNestedPrinter(plan.value) },
  );
}

export function isScalar(node: TypeNode): node is ScalarNode {
  return node.type !== 'record' && node.type !== 'union' && node.type !== 'array' && node.type !== 'map';
}

function planColumn(name: string, node: TypeNode, doc: string | undefined): ColumnPlan {
  const { value, nullBranch } = withoutNull(node);
  const nullable = node.type === 'null' || (node.type === 'union' && node.branches.some((b) => b.type === 'null'));
  return {
    column: {
      name,
      kind: kindOf(value),
      typeText: typeText(node),
      nullable,
      ...(doc === undefined ? {} : { doc }),
    },
    node,
    value,
    nullBranch,
  };
}

/** Either order occurs: Spark puts null last, most others first. */
function withoutNull(node: TypeNode): Pick<ColumnPlan, 'value' | 'nullBranch'> {
  if (node.type !== 'union' || node.branches.length !== 2) return { value: node, nullBranch: -1 };
  const [first, second] = node.branches as readonly [TypeNode, TypeNode];
  if (first.type === 'null' && second.type !== 'null') return { value: second, nullBranch: 0 };
  if (second.type === 'null' && first.type !== 'null') return { value: first, nullBranch: 1 };
  return { value: node, nullBranch: -1 };
}

function kindOf(node: TypeNode): ColumnKind {
  const logical = logicalOf(node)?.name;
  switch (node.type) {
    case 'int':
    case 'long':
      return logical === undefined ? 'integer' : 'time';
    case 'float':
    case 'double':
      return 'number';
    case 'string':
    case 'enum':
    case 'null':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'bytes':
    case 'fixed':
      if (logical === 'decimal') return 'number';
      if (logical === 'uuid') return 'text';
      return logical === 'duration' ? 'json' : 'bytes';
    case 'array':
    case 'map':
    case 'union':
    case 'record':
      return 'json';
  }
}

/** A type spelled for people: `long or null`, `list of string`, `record Address`. */
export function typeText(node: TypeNode): string {
  const logical = logicalOf(node);
  if (logical !== undefined) {
    return logical.name === 'decimal' ? `decimal(${logical.precision}, ${logical.scale})` : logical.name;
  }
  switch (node.type) {
    case 'union': {
      const texts = node.branches.filter((branch) => branch.type !== 'null').map(typeText);
      return [...texts, ...(texts.length < node.branches.length ? ['null'] : [])].join(' or ');
    }
    case 'array':
      return `list of ${grouped(node.items)}`;
    case 'map':
      return `map of ${grouped(node.values)}`;
    case 'fixed':
      return `fixed(${node.size})`;
    case 'record':
    case 'enum':
      return `${node.type} ${node.name.slice(node.name.lastIndexOf('.') + 1)}`;
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
    case 'float':
    case 'double':
    case 'bytes':
    case 'string':
      return node.type;
  }
}

function grouped(node: TypeNode): string {
  return node.type === 'union' && node.branches.length > 1 ? `(${typeText(node)})` : typeText(node);
}
