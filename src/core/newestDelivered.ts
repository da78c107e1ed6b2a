import type { SyncSummary } from './catalogModel';
import type { DumpId } from './dumpId';

/** The newest dump with a manifest, of those up to `asOf` if that is given: the dump itself may be gone, or never have had one. `syncs`: newest first. */
export function newestDeliveredAsOf(syncs: readonly SyncSummary[], asOf?: DumpId): DumpId | undefined {
  return syncs.find(({ dump, manifest }) => manifest !== undefined && (asOf === undefined || dump <= asOf))?.dump;
}
