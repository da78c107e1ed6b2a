import type { DumpId } from '../dumpId';

/**
 * One thing that is not as it should be, or that whoever loads the export has to know. `error`: data is missing, late or cannot be read. `warning`: somebody has
 * to do something. `information`: to be known.
 */
export interface HealthProblem {
  readonly code: HealthCode;
  readonly severity: HealthSeverity;
  /** Absent for what is about the whole export. */
  readonly dump?: DumpId;
  readonly table?: string;
  /** Key of the object that it is about. */
  readonly file?: string;
  /** The same in a few words, for a line in a tree that says already what it is about. */
  readonly words: string;
  /** What is so: one or two sentences, with the facts. */
  readonly message: string;
  /** What to do. */
  readonly action: string;
}

export const healthSeverities = ['error', 'warning', 'information'] as const;
export type HealthSeverity = (typeof healthSeverities)[number];

export type HealthCode =
  | 'notAnExport'
  | 'syncFailed'
  | 'syncOverdue'
  | 'syncInProgress'
  | 'syncStale'
  | 'folderGone'
  | 'reportUnreadable'
  | 'manifestUnreadable'
  | 'manifestDuplicate'
  | 'manifestProblem'
  | 'foreignBucket'
  | 'migrationsIncremental'
  | 'missingFiles'
  | 'unlistedFiles'
  | 'fullResync'
  | 'noFullDump'
  | 'tableSilent'
  | 'volumeJump'
  | 'columnAdded'
  | 'columnDropped'
  | 'columnsDiffer';
