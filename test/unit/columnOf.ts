import type { Column, ColumnKind } from '../../src/core/column';

/** A column that may be NULL; `typeText`: its Avro type, where that matters. */
export const columnOf = (name: string, kind: ColumnKind = 'text', typeText: string = kind): Column => ({
  name,
  kind,
  typeText,
  nullable: true,
});
