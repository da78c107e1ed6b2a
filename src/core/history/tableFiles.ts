import type { EffectiveFiles } from '../effectiveFiles';
import type { PartSummary } from '../catalogModel';
import { compareDumps, type DumpId } from '../dumpId';
import { migrationsTable } from '../manifest';
import { comparePartFiles } from '../objectKey';

/** All files of a table: those that make it up as of a dump, and each other one with the reason why it does not count. */
export interface TableFiles {
  readonly table: string;
  /** The newest dump with a manifest that was taken into account. */
  readonly asOf: DumpId;
  /** The dump of the full resync that the data starts at; absent if none is known. */
  readonly since?: DumpId;
  /** Ordered by dump, then part number. All of them are there. */
  readonly files: readonly TableFile[];
  /** In the same order. */
  readonly excluded: readonly ExcludedFile[];
}

export interface TableFile {
  /** The dump that first lists it. */
  readonly dump: DumpId;
  /** Relative to the root. */
  readonly key: string;
  /** Absent if the file's name has no number. */
  readonly part?: number;
  readonly bytes: number;
}

export interface ExcludedFile {
  readonly dump: DumpId;
  /** Relative to the root; of a listed file whose place is not known, as the manifest spells it. */
  readonly key: string;
  readonly code: ExclusionCode;
  /** The dump whose full resync took its place. */
  readonly by?: DumpId;
}

/**
 * `superseded`: older than the table's newest full resync. `olderCopy`: of user_migrations, which is always full. `newer`: of a dump after the one asked for.
 * `unlisted`: its sync is delivered, and no manifest lists it. `noManifest`: its sync has no manifest yet. `unknown`: the manifest of its sync cannot be read.
 * `missing`: it counts, and is not there. `unresolved`: it counts, and nothing in its name tells where it lies.
 */
export type ExclusionCode =
  'superseded' | 'olderCopy' | 'newer' | 'unlisted' | 'noManifest' | 'unknown' | 'missing' | 'unresolved';

/** A table's parts in one sync: those that lie there, and those that its manifest lists. */
export interface PartsOfSync {
  readonly dump: DumpId;
  readonly parts: readonly PartSummary[];
}

/**
 * Says of every file of a table whether it counts, and why not. Takes the table's parts in all syncs, in any order.
 * Source of the rules: `computeEffectiveFiles`; what no manifest lists does not count [seed, "Manifest metadata"].
 */
export function explainTableFiles(effective: EffectiveFiles, syncs: readonly PartsOfSync[]): TableFiles {
  const { table, asOf, since } = effective;
  const counting = new Map(effective.files.map(({ key, dump }) => [key, dump]));
  const merged = mergeFiles(syncs);
  const files: TableFile[] = [];
  const excluded: ExcludedFile[] = [];
  for (const { summary, dump } of merged.values()) {
    const { key, part, bytes } = summary;
    const countsIn = counting.get(key);
    if (countsIn === undefined) excluded.push({ dump, key, ...reasonOf(summary, dump, effective) });
    else if (bytes === undefined) excluded.push({ dump: countsIn, key, code: 'missing' });
    else files.push({ dump: countsIn, key, ...(part === undefined ? {} : { part }), bytes });
    counting.delete(key);
  }
  // Its sync was not among those given, or is gone with all that lay in it.
  for (const [key, dump] of counting) excluded.push({ dump, key, code: 'missing' });
  return {
    table,
    asOf,
    ...(since === undefined ? {} : { since }),
    files: files.sort(compareFiles),
    excluded: excluded.sort(compareFiles),
  };
}

interface MergedFile {
  readonly dump: DumpId;
  readonly summary: PartSummary;
}

/** Each file once: where several syncs know of it, by the oldest that lists it, with its size from wherever it is there. */
function mergeFiles(syncs: readonly PartsOfSync[]): ReadonlyMap<string, MergedFile> {
  const merged = new Map<string, MergedFile>();
  for (const { dump, parts } of [...syncs].sort((a, b) => compareDumps(a.dump, b.dump)))
    for (const summary of parts) {
      const before = merged.get(summary.key);
      if (before === undefined) merged.set(summary.key, { dump, summary });
      else if (!isListed(before.summary) && isListed(summary)) merged.set(summary.key, { dump, summary });
      else if (before.summary.bytes === undefined && summary.bytes !== undefined)
        merged.set(summary.key, { dump: before.dump, summary: { ...before.summary, bytes: summary.bytes } });
    }
  return merged;
}

function isListed({ state }: PartSummary): boolean {
  return state === 'listed' || state === 'missing';
}

function reasonOf(
  summary: PartSummary,
  dump: DumpId,
  { table, asOf, since }: EffectiveFiles,
): Pick<ExcludedFile, 'code' | 'by'> {
  if (!isListed(summary)) {
    const codes = { ignored: 'unlisted', noManifest: 'noManifest', unknown: 'unknown' } as const;
    return { code: codes[summary.state as keyof typeof codes] };
  }
  if (dump > asOf) return { code: 'newer' };
  if (since !== undefined && dump < since)
    return table === migrationsTable ? { code: 'olderCopy', by: since } : { code: 'superseded', by: since };
  return { code: summary.uri === summary.key ? 'unresolved' : 'missing' };
}

function compareFiles(
  a: { readonly dump: DumpId; readonly key: string },
  b: { readonly dump: DumpId; readonly key: string },
): number {
  const byPart = comparePartFiles(fileOf(a.key), fileOf(b.key));
  return compareDumps(a.dump, b.dump) || byPart || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function fileOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** The reason in words, to stand behind a file's name. */
export function describeExclusion({ code, by, dump }: ExcludedFile, { asOf }: Pick<TableFiles, 'asOf'>): string {
  switch (code) {
    case 'superseded':
      return `superseded by the full resync of dump ${String(by)}`;
    case 'olderCopy':
      return `older copy of ${migrationsTable}: the one of dump ${String(by)} counts alone`;
    case 'newer':
      return `newer than as-of dump ${asOf.toString()}`;
    case 'unlisted':
      return 'not in any manifest';
    case 'noManifest':
      return `not in any manifest: dump ${dump.toString()} has none yet`;
    case 'unknown':
      return `unknown: the manifest of dump ${dump.toString()} cannot be read`;
    case 'missing':
      return 'missing: listed in the manifest, not in the bucket';
    case 'unresolved':
      return 'missing: nothing in its name tells where it lies in this bucket';
  }
}
