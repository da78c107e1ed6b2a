import type { Column, ColumnKind } from '../../core/column';

/** The columns of several parts as those of one table: by name, with an index once given staying. */
export interface ColumnUnion {
  /** Replaced, not changed, when a part brings something new. */
  readonly columns: readonly Column[];
  /** Takes in the columns of one more part; true if that changed anything. */
  add(columns: readonly Column[]): boolean;
  /** For each column of the table: its index among those given, or -1 where they have none of that name. */
  mapTo(columns: readonly Column[]): Int32Array;
}

export function createColumnUnion(): ColumnUnion {
  let all: readonly Column[] = [];
  const indexes = new Map<string, number>();
  const merge = (column: Column): boolean => {
    const index = indexes.get(column.name);
    if (index === undefined) {
      indexes.set(column.name, all.length);
      all = [...all, column];
      return true;
    }
    const known = all[index] as Column;
    const merged = mergedColumn(known, column);
    if (merged === known) return false;
    all = all.map((other, at) => (at === index ? merged : other));
    return true;
  };
  return {
    get columns() {
      return all;
    },
    add(columns) {
      // A name stands once in a record: no part brings the same column twice.
      return columns.filter(merge).length > 0;
    },
    mapTo(columns) {
      const places = new Map(columns.map(({ name }, index) => [name, index]));
      return Int32Array.from(all, ({ name }) => places.get(name) ?? -1);
    },
  };
}

const between = ' / ';

function mergedColumn(known: Column, more: Column): Column {
  const texts = known.typeText.split(between);
  const kind = widerKind(known.kind, more.kind);
  const nullable = known.nullable || more.nullable;
  if (texts.includes(more.typeText) && kind === known.kind && nullable === known.nullable) return known;
  const typeText = texts.includes(more.typeText) ? known.typeText : [...texts, more.typeText].join(between);
  return { ...known, kind, nullable, typeText };
}

/** The kind that holds the values of both: numbers hold integers, and what has nothing else in common is text. */
function widerKind(one: ColumnKind, other: ColumnKind): ColumnKind {
  if (one === other) return one;
  const isNumeric = (kind: ColumnKind): boolean => kind === 'integer' || kind === 'number';
  if (isNumeric(one) && isNumeric(other)) return 'number';
  return one === 'json' || other === 'json' ? 'json' : 'text';
}
