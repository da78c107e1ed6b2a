import type { PartSummary } from '../../core/catalogModel';
import { parsePartNumber } from '../../core/objectKey';
import type { ObjectStore } from '../../core/ports';
import type { PartNode, TableDumpNode, TableNode } from './nodes';

/** The parts of a table in a dump as nodes, in the order given: called by their numbers, where those are unique. */
export function partNodes(
  parent: TableNode | TableDumpNode,
  table: string,
  parts: readonly PartSummary[],
  store: Pick<ObjectStore, 'uri'>,
): readonly PartNode[] {
  const numbers = new Map<number, number>();
  for (const { file } of parts) {
    const number = parsePartNumber(file);
    if (number !== undefined) numbers.set(number, (numbers.get(number) ?? 0) + 1);
  }
  return parts.map((part): PartNode => {
    const number = parsePartNumber(part.file);
    const isUnique = number !== undefined && numbers.get(number) === 1;
    return {
      kind: 'part',
      id: `${parent.id}/part/${part.key}`,
      parent,
      connectionId: parent.connectionId,
      dump: parent.dump,
      table,
      part,
      label: isUnique ? (/^part-\d+/.exec(part.file)?.[0] ?? part.file) : part.file,
      uri: part.uri ?? store.uri(part.key),
    };
  });
}
