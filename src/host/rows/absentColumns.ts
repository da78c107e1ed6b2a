import type { Catalog } from '../../core/catalogModel';
import type { Column } from '../../core/column';
import type { DumpId } from '../../core/dumpId';
import type { AbsentColumn } from '../../protocol/rows';

/**
 * Columns that the table's manifests name, in the part's own dump or in the newest one, and that the part's schema lacks.
 * They are *absent* from the part: other than NULL, nothing was ever said of their values there.
 */
export async function findAbsentColumns(
  catalog: Catalog,
  table: string,
  dump: DumpId,
  columns: readonly Column[],
  signal: AbortSignal,
): Promise<readonly AbsentColumn[]> {
  const known = new Set(columns.map((column) => column.name));
  const syncs = await catalog.syncs(signal);
  const newest = syncs.find((sync) => sync.state === 'delivered');
  const dumps = [...new Set([dump, ...(newest === undefined ? [] : [newest.dump])])].filter((id) =>
    syncs.some((sync) => sync.dump === id && sync.manifest !== undefined),
  );
  const absent: AbsentColumn[] = [];
  for (const id of dumps) {
    const { manifest } = await catalog.readManifest(id, signal);
    for (const name of manifest.tables.find((item) => item.name === table)?.columns ?? []) {
      if (known.has(name)) continue;
      known.add(name);
      absent.push({
        name,
        note:
          id === dump
            ? `listed in the manifest of dump ${id}, not in this part`
            : `in dump ${id}; this part is of dump ${dump}`,
      });
    }
  }
  return absent;
}
