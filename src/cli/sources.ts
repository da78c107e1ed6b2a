import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetSource } from '../avro/dataset/dataset';
import { Failure } from '../core/failure';
import { parseObjectKey } from '../core/objectKey';
import { readDump } from './readDump';
import { createStoreSource, type S3Access, withBucket, withPart } from './places';
import { s3Options, UsageError } from './usage';

/** Options of commands that take a part, or a table. */
export const sourceOptions = {
  ...s3Options,
  table: { type: 'string' },
  'as-of': { type: 'string' },
} as const;

export interface SourceAccess extends S3Access {
  readonly table?: string | undefined;
  readonly 'as-of'?: string | undefined;
}

/** The files that were asked for, in the order of their rows. */
export interface LocatedSources {
  readonly sources: readonly DatasetSource[];
  /** Files that the manifests list, and that no place is known for: their rows are missing. */
  readonly unresolved: readonly string[];
  /** For people: what else is to be said. */
  readonly notes: readonly string[];
}

/** Finds one part, or with `--table` the effective files of a table, for `use`, and closes what was opened for that. */
export async function withSources<T>(
  place: string,
  access: SourceAccess,
  usage: string,
  use: (located: LocatedSources) => Promise<T>,
): Promise<T> {
  const { table } = access;
  if (table !== undefined) return withTable(place, { ...access, table }, usage, use);
  if (access['as-of'] !== undefined) throw new UsageError('--as-of goes with --table', usage);
  return withPart(place, access, usage, async (source, uri) => {
    const real = /^[a-z0-9]+:\/\//i.test(uri) ? uri : await realpath(uri).catch(() => uri);
    // A part of an export says by its path which dump it is of.
    const segments = real.split(/[/\\]/);
    const key = parseObjectKey(segments.slice(-3).join('/'));
    const dump = key.kind === 'part' ? { dump: key.dump.toString() } : {};
    const facts = { file: segments.at(-1) ?? uri, uri, ...dump };
    return use({ sources: [{ source, facts }], unresolved: [], notes: [] });
  });
}

async function withTable<T>(
  place: string,
  access: SourceAccess & { readonly table: string },
  usage: string,
  use: (located: LocatedSources) => Promise<T>,
): Promise<T> {
  const { table } = access;
  const asOf = access['as-of'] === undefined ? undefined : readDump(access['as-of'], usage);
  return withBucket(place, access, usage, async ({ store, catalog }) => {
    const effective = await catalog.effectiveFiles(table, asOf);
    const { files, unresolved = [] } = effective;
    if (files.length === 0 && unresolved.length === 0)
      throw new Failure('catalog.noSuchTable', {
        table,
        dump: effective.asOf.toString(),
        detail: 'no file of it is in effect',
      });
    const sources = files.map(({ dump, key }): DatasetSource => {
      const facts = { file: path.posix.basename(key), uri: store.uri(key), dump: dump.toString() };
      return { source: createStoreSource(store, key), facts };
    });
    const notes =
      asOf === undefined || asOf === effective.asOf
        ? []
        : [
            `Dump ${asOf} has no manifest yet, so nothing of it counts: this is the table as of dump ${effective.asOf}.`,
          ];
    return use({ sources, unresolved, notes });
  });
}
