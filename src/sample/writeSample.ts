import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, toFailure } from '../core/failure';
import { buildHostileFiles, hostileDumps } from './hostile';
import { type LargeOptions, writeLarge } from './large';
import { defaultNow, sampleDumps } from './layout';
import { writeManyParts, writeManySyncs } from './many';
import { type Tally, setModified, writeObjects } from './objects';
import { buildShopBucket } from './shopBucket';

export interface SampleOptions {
  /** What "now" is, epoch milliseconds: the newest sync is of the night before. Absent: a fixed morning, `defaultNow`. */
  readonly now?: number;
  /** Also the things that spoil the picture: ids beyond 2^53, names that need quoting, parts spoiled in every way. */
  readonly hostile?: boolean;
  /** Instead of the shop: one table of this many rows, for benchmarks. */
  readonly large?: LargeOptions;
  /** Instead of the shop: a bucket of this many tiny syncs. */
  readonly syncs?: number;
  /** Instead of the shop: one sync, one table, this many tiny parts. */
  readonly partsInOneTable?: number;
}

export interface SampleSummary {
  /** Absolute. */
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** Rows in parts that are whole. */
  readonly rows: number;
  /** Sync folders. */
  readonly dumps: number;
}

export type { LargeOptions };

/** Marks a folder as written by this function, and says by which version: it may be overwritten. */
const markerFile = '.sample.json';
/** Raise it when the bucket's contents change, so that hosts write it anew. */
export const sampleVersion = 1;

/**
 * Writes a sample bucket into a folder: the layout of an export, as if it had been copied down. The same options write the
 * same contents and file times. The folder is made if need be; it must be empty, or hold a sample, which is replaced.
 * Rejects with `sample.cannotWrite` (facts `folder`, `detail`).
 */
export async function writeSample(folder: string, options: SampleOptions = {}): Promise<SampleSummary> {
  const root = path.resolve(folder);
  const now = options.now ?? defaultNow;
  const tally: Tally = { files: 0, bytes: 0, rows: 0, dumps: 0 };
  try {
    await prepareFolder(root);
    if (options.large !== undefined) await writeLarge(root, options.large, now, tally);
    else if (options.syncs !== undefined) await writeManySyncs(root, options.syncs, now, tally);
    else if (options.partsInOneTable !== undefined) await writeManyParts(root, options.partsInOneTable, now, tally);
    else {
      await writeObjects(
        root,
        [...buildShopBucket(now), ...(options.hostile ? buildHostileFiles(now) : [])],
        tally,
      );
      tally.dumps += sampleDumps.length + (options.hostile ? hostileDumps.length : 0);
    }
    // Last: a folder whose writing broke off has no version, and is written anew.
    await writeFile(path.join(root, markerFile), `{"sampleVersion":${sampleVersion}}\n`);
    await setModified(path.join(root, markerFile), now);
  } catch (error) {
    throw cannotWrite(root, error);
  }
  return { folder: root, ...tally };
}

/** The version of the sample in a folder; `undefined` if there is none. */
export async function readSampleVersion(folder: string): Promise<number | undefined> {
  const text = await readFile(path.join(folder, markerFile), 'utf8').catch(() => '');
  const version = /"sampleVersion":(\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

async function prepareFolder(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const entries = await readdir(root);
  if (entries.length > 0 && !entries.includes(markerFile))
    throw new Failure('sample.cannotWrite', {
      folder: root,
      detail: 'the folder is not empty, and what it holds is not a sample',
    });
  for (const entry of entries.filter(isOurs)) await rm(path.join(root, entry), { recursive: true });
  await writeFile(path.join(root, markerFile), '{}\n');
}

/** Only what this function writes is removed, even from a folder of its own. */
function isOurs(entry: string): boolean {
  return (
    /^sync_\d+$/.test(entry) ||
    ['manifests', 'sync_reports', 'imported_manifests', 'athena_results'].includes(entry)
  );
}

function cannotWrite(folder: string, error: unknown): Failure {
  const failure = toFailure(error);
  if (failure.code !== 'internal') return failure;
  return new Failure('sample.cannotWrite', { folder, detail: failure.facts['detail'] ?? '' }, error);
}
