import type { DumpId } from '../dumpId';
import { isDelivered, type ExportHistory } from './exportHistory';

/** What a table consists of as of a dump, in numbers. */
export interface TableTotals {
  /** The dump of the full resync that it starts at; absent if none is known. */
  readonly since?: DumpId;
  /** Listed in the manifests; one that two of them list is counted twice. */
  readonly files: number;
  /** Of them, those that lie there and those that do not. Absent if one of the dumps was not listed. */
  readonly listed?: { readonly bytes: number; readonly missing: number };
}

/** Why a table cannot be added up: the manifest of this dump cannot be read, and what it lists may count. */
export interface UnknownTable {
  readonly unreadable: DumpId;
}

/**
 * Adds up a table as of a dump from what was read of the export already. `undefined` if no dump has the table. The rule is that of `computeEffectiveFiles`; the mode of user_migrations is always
 * full here.
 */
export function sumTable(
  { dumps }: ExportHistory,
  table: string,
  asOf: DumpId,
): TableTotals | UnknownTable | undefined {
  let files = 0;
  let isKnown = false;
  let bytes = 0;
  let missing = 0;
  let isListed = true;
  let since: DumpId | undefined;
  for (let index = dumps.length - 1; index >= 0; index--) {
    const dump = dumps[index];
    if (dump?.manifest === undefined || dump.dump > asOf) continue;
    if (!isDelivered(dump)) return { unreadable: dump.dump };
    const delivered = dump.manifest.tables.get(table);
    if (delivered === undefined) continue;
    files += delivered.files;
    const here = dump.listing?.tables.get(table);
    bytes += here?.bytes ?? 0;
    missing += here?.missing.length ?? 0;
    isListed &&= here !== undefined;
    isKnown = true;
    if (delivered.mode !== 'full') continue;
    since = dump.dump;
    break;
  }
  if (!isKnown) return undefined;
  return { ...(since === undefined ? {} : { since }), files, ...(isListed ? { listed: { bytes, missing } } : {}) };
}
