import { formatBytes, formatCount, formatPlural, plural } from '../format';
import { isInternalTable, migrationsTable } from '../manifest';
import {
  type DeliveredDump,
  type ExportHistory,
  type HistoryTable,
  isDelivered,
  type ListedTable,
  newestDelivered,
} from './exportHistory';
import type { HealthProblem } from './healthProblem';

/** An unlisted file may be of a sync that is being written: younger ones are not told. */
const unlistedAgeMs = 24 * 3_600_000;
/** A table that came with at least half of so many dumps, and with none of the newest few, has fallen silent. */
const regularDumps = 8;
const silentDumps = 3;
/** An incremental delivery so many times as large as the median of those before it, or as small a part of it, is a jump. */
const jumpFactor = 5;
const fewestForJump = 4;
const jumpDumps = 10;
/** Less than this does not matter whatever the factor. */
const jumpBytes = 64 * 1024;

/** What is wrong with tables, or has to be known by who loads them. `now`: epoch milliseconds. */
export function checkTables(history: ExportHistory, now: number): readonly HealthProblem[] {
  const delivered = history.dumps.filter(isDelivered);
  const newest = newestDelivered(history);
  if (newest === undefined) return [];
  const starts = startsOf(delivered);
  return [
    ...delivered.flatMap((dump) => checkFiles(dump, starts, now)),
    ...checkResyncs(newest, delivered),
    ...checkFullDumps(starts, newest),
    ...checkSilence(delivered, newest),
    ...checkVolumes(delivered, newest),
  ];
}

/** Of each table the dump that its data starts at; `undefined`: no full one is known. */
function startsOf(delivered: readonly DeliveredDump[]): ReadonlyMap<string, DeliveredDump | undefined> {
  const starts = new Map<string, DeliveredDump | undefined>();
  for (const dump of delivered)
    for (const [name, { mode }] of dump.manifest.tables) {
      if (mode === 'full') starts.set(name, dump);
      else if (!starts.has(name)) starts.set(name, undefined);
    }
  return starts;
}

function checkFiles(
  { dump, manifest, listing }: DeliveredDump,
  starts: ReadonlyMap<string, DeliveredDump | undefined>,
  now: number,
): readonly HealthProblem[] {
  const problems: HealthProblem[] = [];
  for (const [table, listed] of listing?.tables ?? []) {
    const start = starts.get(table);
    const counts = manifest.tables.has(table) && (start === undefined || start.dump <= dump);
    problems.push(...checkMissing(dump, table, listed, counts), ...checkUnlisted(dump, table, listed, now));
  }
  return problems;
}

function checkMissing(
  dump: bigint,
  table: string,
  { missing }: ListedTable,
  counts: boolean,
): readonly HealthProblem[] {
  const [first] = missing;
  if (first === undefined) return [];
  const count = missing.length;
  const others = count === 1 ? '' : ` and ${formatPlural(count - 1, 'other')}`;
  return [
    {
      code: 'missingFiles',
      severity: counts ? 'error' : 'information',
      dump,
      table,
      file: first,
      words: `${formatCount(count)} missing`,
      message: `${formatPlural(count, 'file')} of ${table} ${plural(count, 'is', 'are')} listed by dump ${dump} and not in the bucket: ${first}${others}.`,
      action: counts
        ? `Do not load ${table} until ${plural(count, 'it is', 'they are')} there: rows would be lost. If a lifecycle rule removed ${plural(count, 'it', 'them')}, ask the vendor for a full resync of the table.`
        : 'Nothing: a later full resync has superseded this dump of the table.',
    },
  ];
}

function checkUnlisted(
  dump: bigint,
  table: string,
  { unlisted }: ListedTable,
  now: number,
): readonly HealthProblem[] {
  const old = unlisted.filter(
    ({ key, modified }) => !isMarker(key) && (modified === undefined || now - modified >= unlistedAgeMs),
  );
  const [first] = old;
  if (first === undefined) return [];
  const bytes = old.reduce((sum, file) => sum + file.bytes, 0);
  const others = old.length === 1 ? '' : ` and ${formatPlural(old.length - 1, 'other')}`;
  return [
    {
      code: 'unlistedFiles',
      severity: 'information',
      dump,
      table,
      file: first.key,
      words: `${formatCount(old.length)} ignored`,
      message: `${formatPlural(old.length, 'file')} of ${table} (${formatBytes(bytes)}) ${plural(old.length, 'lies', 'lie')} in the folder of dump ${dump} and ${plural(old.length, 'is', 'are')} in no manifest of it: ${first.key}${others}.`,
      action:
        'They count for nothing, and must not be read; a loader that reads whole folders does. Do not delete them without asking the vendor.',
    },
  ];
}

/** `_SUCCESS` and the like, which writers leave behind and readers pass over. */
function isMarker(key: string): boolean {
  return /\/[_.][^/]*$/.test(key);
}

/** Tables that the newest dump delivers anew. The likely cause: the FAQ of the seed, "What triggers a full sync for tables in S3?". */
function checkResyncs(newest: DeliveredDump, delivered: readonly DeliveredDump[]): readonly HealthProblem[] {
  const problems: HealthProblem[] = [];
  for (const [table, { mode, files }] of newest.manifest.tables) {
    if (mode !== 'full' || table === migrationsTable || isInternalTable(table)) continue;
    const before = delivered.filter((dump) => dump !== newest && dump.manifest.tables.has(table));
    if (before.length === 0) continue;
    const bytes = newest.listing?.tables.get(table)?.bytes;
    const size = bytes === undefined ? '' : `, ${formatBytes(bytes)}`;
    problems.push({
      code: 'fullResync',
      severity: 'warning',
      dump: newest.dump,
      table,
      words: 'full resync',
      message: `${table} was resynced in full by dump ${newest.dump}: all its earlier data is invalid. The likely cause is that an event was added, or toggled off and on.`,
      action: `Drop what you loaded of ${table} before dump ${newest.dump}; reload ${files === 1 ? 'this file' : `these ${formatCount(files)} files`}${size}.`,
    });
  }
  return problems;
}

function checkFullDumps(
  starts: ReadonlyMap<string, DeliveredDump | undefined>,
  newest: DeliveredDump,
): readonly HealthProblem[] {
  return [...starts]
    .filter(([table, start]) => start === undefined && !isInternalTable(table))
    .map(([table]) => ({
      code: 'noFullDump',
      severity: 'warning',
      dump: newest.dump,
      table,
      words: 'no full dump known',
      message: `No full dump of ${table} is known: it may have begun before the oldest manifest that is left.`,
      action: `Take all its files, and do not take them for the whole of ${table}; a full resync would make it sure.`,
    }));
}

function checkSilence(delivered: readonly DeliveredDump[], newest: DeliveredDump): readonly HealthProblem[] {
  const silent = delivered.slice(-silentDumps);
  const before = delivered.slice(-silentDumps - regularDumps, -silentDumps);
  if (silent.length < silentDumps || before.length < regularDumps / 2) return [];
  const names = new Set(before.flatMap(({ manifest }) => [...manifest.tables.keys()]));
  const hasFiles = ({ manifest }: DeliveredDump, name: string): boolean =>
    (manifest.tables.get(name)?.files ?? 0) > 0;
  return [...names].flatMap((table): readonly HealthProblem[] => {
    if (isInternalTable(table) || silent.some((dump) => hasFiles(dump, table))) return [];
    const came = before.filter((dump) => hasFiles(dump, table));
    const last = came.at(-1);
    if (last === undefined || came.length * 2 < before.length) return [];
    const since = delivered.filter(({ dump }) => dump > last.dump).length;
    return [
      {
        code: 'tableSilent',
        severity: 'warning',
        dump: newest.dump,
        table,
        words: `silent for ${formatPlural(since, 'dump')}`,
        message: `${table} has had no files for ${formatPlural(since, 'dump')}; it last came with dump ${last.dump}.`,
        action: 'See whether its event is still defined and synced; a table without news is left out too.',
      },
    ];
  });
}

function checkVolumes(delivered: readonly DeliveredDump[], newest: DeliveredDump): readonly HealthProblem[] {
  const before = delivered.filter((dump) => dump !== newest).slice(-jumpDumps);
  return [...newest.manifest.tables].flatMap(([table, known]): readonly HealthProblem[] => {
    const now = sizeOf(newest, table, known);
    const sizes = before
      .flatMap((dump) => sizeOf(dump, table, dump.manifest.tables.get(table)) ?? [])
      .sort((a, b) => a - b);
    const median = sizes[Math.floor(sizes.length / 2)];
    if (now === undefined || median === undefined || sizes.length < fewestForJump) return [];
    const isJump = now > median * jumpFactor || now * jumpFactor < median;
    if (!isJump || Math.abs(now - median) < jumpBytes) return [];
    return [
      {
        code: 'volumeJump',
        severity: 'warning',
        dump: newest.dump,
        table,
        words: now > median ? 'much larger than usual' : 'much smaller than usual',
        message: `${table} came with ${formatBytes(now)} in dump ${newest.dump}; the ${sizes.length} incremental deliveries before it had ${formatBytes(median)} (median).`,
        action:
          now > median
            ? 'See what sends so much; a loop or a bot does.'
            : 'See whether tracking still works everywhere.',
      },
    ];
  });
}

/** Bytes of an incremental delivery that is all there. */
function sizeOf(dump: DeliveredDump, table: string, known: HistoryTable | undefined): number | undefined {
  const listed = dump.listing?.tables.get(table);
  return known?.mode === 'incremental' && listed?.missing.length === 0 ? listed.bytes : undefined;
}
