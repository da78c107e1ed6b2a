import { type SampleDump, dayMs, definitionsKey, dumpStart, partKey, syncDurationMs, tableFolder } from './layout';

import { columnNames } from './tables';

/** One table of one dump, as its manifest should list it. */
export interface TableDelivery {
  readonly table: string;
  readonly mode: 'full' | 'incremental';
  readonly keys: readonly string[];
  readonly columns: readonly string[];
}

interface ManifestEntry {
  readonly name: string;
  readonly files: readonly string[];
  readonly columns?: readonly string[];
  readonly incremental?: boolean;
}

/** A dump's manifest as text, with the odd things that manifests have. */
export function printManifest(dump: SampleDump, deliveries: readonly TableDelivery[]): string {
  const uri = (key: string): string => `s3://${dump.bucket}/${key}`;
  const entries = deliveries.map(({ table, mode, keys, columns }): ManifestEntry => ({
    name: table,
    files: keys.map(uri),
    columns,
    incremental: mode === 'incremental',
  }));
  const odd = entries.map((entry) => withOddities(dump, entry, uri));
  // Toggled off after 1000; its last manifest entry lists nothing.
  if (dump.id === '1010103138') {
    const name = 'store_locator_opened';
    odd.push({ name, files: [], columns: columnNames(name, dump), incremental: true });
  }
  const text = printManifestText(dump.id, odd, {
    ...(Number(dump.id) < 998 ? {} : { property_definitions: uri(definitionsKey(dump.id)) }),
    // A key that nobody has documented.
    ...(dump.id === '1010103141' ? { schema_version: 2 } : {}),
  });
  return dump.state === 'unreadable' ? text.slice(0, Math.floor(text.length * 0.6)) : text;
}

/** The id goes in as digits: a JavaScript number would round a long one. */
export function printManifestText(
  dumpId: string,
  tables: readonly unknown[],
  more: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({ dump_id: 0, tables, ...more }).replace('"dump_id":0', `"dump_id":${dumpId}`);
}

function withOddities(dump: SampleDump, entry: ManifestEntry, uri: (key: string) => string): ManifestEntry {
  const { name, files, columns = [] } = entry;
  switch (`${dump.id} ${name}`) {
    case '999 user_migrations':
      // Against the documentation: always full, whatever is said here.
      return { ...entry, incremental: true };
    case '999 sessions':
      // The manifest and the files disagree.
      return { ...entry, columns: [...columns.filter((column) => column !== 'carrier'), 'session_quality'] };
    case '1010103140 product_viewed':
      return { ...entry, files: [...files, ...files] };
    case '1010103140 sessions':
      return { ...entry, files: [...files, uri(missingPartKey)] };
    case '1010103140 _event_metadata':
      return { name, files };
    default:
      return entry;
  }
}

/** Listed, and not there. */
export const missingPartKey = partKey('1010103140', 'sessions', 1);

/** A dump's sync report; `undefined` where there is none: too old, or still running. */
export function reportOf(dump: SampleDump, now: number): Readonly<Record<string, unknown>> | undefined {
  if (dump.id === '852' || dump.state === 'running') return undefined;
  const start = dumpStart(dump, now);
  const isFailed = dump.state === 'failed';
  return {
    start_time: start,
    finish_time: start + syncDurationMs + 15_000,
    status: isFailed ? 'failed' : dump.id === '1000' ? 'succeeded_with_warnings' : 'succeeded',
    next_sync_at: start + dayMs,
    error: isFailed
      ? `Could not write s3://${dump.bucket}/${tableFolder(dump.id, 'pageviews')}: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)`
      : null,
  };
}
