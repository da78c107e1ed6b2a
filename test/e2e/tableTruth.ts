import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { trueRows } from './truth';

interface SampleManifest {
  readonly dump_id: number;
  readonly tables: readonly {
    readonly name: string;
    readonly files: readonly string[];
    readonly incremental?: boolean;
  }[];
}

/** A row of the sample with the dump that it came in. */
export type TrueRow = Readonly<Record<string, unknown>>;

/**
 * All rows of a table of the sample as of a dump, in the order of the dumps, parts and rows: made out here anew, by the rule
 * in the documentation of the export, and read by avsc.
 */
export async function trueTable(table: string, asOf: bigint): Promise<TrueRow[]> {
  const bucket = inject('prepared').sample;
  const manifests = readdirSync(path.join(bucket, 'manifests'))
    .flatMap((name): SampleManifest[] => {
      try {
        const manifest = JSON.parse(
          readFileSync(path.join(bucket, 'manifests', name), 'utf8'),
        ) as Partial<SampleManifest>;
        return manifest.tables === undefined ? [] : [manifest as SampleManifest];
      } catch {
        // The sample has a manifest that broke off, and an empty marker.
        return [];
      }
    })
    .filter(({ dump_id: dump }) => BigInt(dump) <= asOf)
    .sort((a, b) => a.dump_id - b.dump_id);
  const having = manifests.flatMap(({ tables }) => tables.filter(({ name }) => name === table));
  const isFull = (one: (typeof having)[number]): boolean =>
    one.incremental === false || table === 'user_migrations';
  const from = Math.max(0, having.findLastIndex(isFull));
  const files = having.slice(from).flatMap((one) => {
    const keys = [...new Set(one.files.map((uri) => uri.replace(/^s3:\/\/[^/]+\//, '')))];
    return keys.sort((a, b) => partOf(a) - partOf(b));
  });
  // The sample lists a file that is not there.
  const there = files.map((key) => path.join(bucket, key)).filter((file) => existsSync(file));
  const rows = await Promise.all(there.map((file) => trueRows(file)));
  return rows.flat();
}

function partOf(key: string): number {
  return Number(/part-(\d+)/.exec(key)?.[1]);
}

/** As the view shows a value. */
export function shownText(value: unknown): string {
  return value === null ? 'NULL' : `${value as string | bigint}`;
}
