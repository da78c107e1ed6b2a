import { type DumpId, parseDumpId } from '../core/dumpId';
import { parseSyncFolder } from '../core/objectKey';
import { UsageError } from './usage';

/** `1010103140`, or `sync_1010103140` as the folder is called. Throws `UsageError`. */
export function readDump(text: string, usage: string): DumpId {
  const dump = parseDumpId(text) ?? parseSyncFolder(text.replace(/\/$/, ''));
  if (dump === undefined) throw new UsageError(`"${text}" is no dump id: digits are wanted`, usage);
  return dump;
}
