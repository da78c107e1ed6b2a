import type { DumpId } from './dumpId';

/** Which files make up a table as of a dump, and why each other file does not. Rule and sources: `computeEffectiveFiles`. */
export interface EffectiveFiles {
  readonly table: string;
  /** The newest dump taken into account. */
  readonly asOf: DumpId;
  /** The dump of the full resync that the table's data starts at; `undefined` if no full dump was seen: then all of it, with a warning. */
  readonly since?: DumpId;
  /** Ordered by dump, then part number. */
  readonly files: readonly EffectiveFile[];
  /** Dumps that contribute, in order, with the columns the manifest gives the table there. */
  readonly dumps: readonly EffectiveDump[];
  /** All columns over `dumps`, in the order of the newest dump, then of first appearance. */
  readonly columns: readonly string[];
  /** Listed files, as spelled, that could not be found a key for: they count, and cannot be read. Absent if there are none. */
  readonly unresolved?: readonly string[];
}

export interface EffectiveFile {
  readonly dump: DumpId;
  readonly key: string;
  /** As spelled in the manifest. */
  readonly uri: string;
}

export interface EffectiveDump {
  readonly dump: DumpId;
  /** The folder that holds the table's parts in this dump, relative to the root, with a trailing slash. */
  readonly folder: string;
  readonly columns?: readonly string[];
  readonly incremental?: boolean;
}
