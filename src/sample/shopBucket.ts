import { type AvroWriterOptions, createAvroWriter, writePart } from './avroWriter';
import type { SampleCodec } from './codecs';
import { blockOffsets, withFlippedBit } from './damage';
import { definitionsOf } from './definitions';
import * as layout from './layout';
import { type SampleDump, sampleDumps } from './layout';
import { type TableDelivery, printManifest, reportOf } from './manifests';
import type { Moment } from './people';
import { type SampleFile, textFile } from './objects';
import { awkwardSearches, overlapMs, rowsBetween, valuesOf } from './rows';
import { columnNames, columnsOf } from './tables';
import { type SampleRow, type World, createWorld } from './visits';

interface Delivery {
  readonly mode: 'full' | 'incremental';
  /** Part numbers. Absent: one part, number 0. */
  readonly parts?: readonly number[];
  /** Absent: snappy. One for all parts, or one a part. */
  readonly codecs?: readonly SampleCodec[];
}

const full: Delivery = { mode: 'full' };
const incremental: Delivery = { mode: 'incremental' };
const metadata: Delivery = { mode: 'full', codecs: ['null'] };
const fullBuiltIns = { users: full, sessions: full, pageviews: full, user_migrations: full };
const newBuiltIns = { users: incremental, sessions: incremental, pageviews: incremental, user_migrations: full };
const newEvents = {
  checkout_order_placed: incremental,
  _add_to_cart_: incremental,
  product_viewed: incremental,
  search_submitted: incremental,
  _key_events_pm__plp_visit_collection: incremental,
};

/** What each dump delivers. `newsletter_signup` never comes in full, and in some dumps not at all. */
const deliveries: Readonly<Record<string, Readonly<Record<string, Delivery>>>> = {
  '852': fullBuiltIns,
  '998': {
    ...fullBuiltIns,
    pageviews: { mode: 'full', parts: [0, 1, 2] },
    checkout_order_placed: full,
    _add_to_cart_: full,
    product_viewed: { mode: 'full', parts: [0, 1] },
    _key_events_pm__plp_visit_collection: full,
    newsletter_signup: incremental,
    store_locator_opened: full,
    _event_metadata: metadata,
  },
  '999': {
    ...newBuiltIns,
    checkout_order_placed: incremental,
    _add_to_cart_: incremental,
    product_viewed: incremental,
    store_locator_opened: incremental,
  },
  '1000': {
    ...newBuiltIns,
    product_viewed: incremental,
    newsletter_signup: incremental,
    store_locator_opened: incremental,
  },
  '1001': { ...newBuiltIns, product_viewed: incremental },
  '1010103137': { users: full, sessions: full },
  '1010103138': {
    ...fullBuiltIns,
    pageviews: { mode: 'full', parts: [0, 1, 2] },
    checkout_order_placed: full,
    _add_to_cart_: full,
    product_viewed: { mode: 'full', parts: [99999, 100000] },
    search_submitted: full,
    _key_events_pm__plp_visit_collection: full,
    _event_metadata: metadata,
  },
  '1010103139': {
    ...newBuiltIns,
    ...newEvents,
    checkout_order_placed: { mode: 'incremental', parts: [0, 1], codecs: ['snappy', 'xz'] },
    search_submitted: { mode: 'incremental', codecs: ['deflate'] },
    newsletter_signup: { mode: 'incremental', codecs: ['bzip2'] },
  },
  '1010103140': {
    ...newBuiltIns,
    ...newEvents,
    checkout_order_placed: full,
    product_viewed: { mode: 'incremental', codecs: ['zstandard'] },
    _event_metadata: metadata,
  },
  '1010103141': {
    ...newBuiltIns,
    ...newEvents,
    _add_to_cart_: { mode: 'incremental', parts: [0, 1] },
    newsletter_signup: incremental,
    _event_metadata: metadata,
  },
  '1010103142': { users: incremental, wishlist_item_added: { mode: 'full', parts: [0, 1] } },
};

/** Every object of the sample bucket, by key. */
export function buildShopBucket(now: number): SampleFile[] {
  const world = createWorld();
  const files = sampleDumps.flatMap((dump) => buildDump(world, dump, now));
  return [...files, ...foreignFiles(now)].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function buildDump(world: World, dump: SampleDump, now: number): SampleFile[] {
  const start = layout.dumpStart(dump, now);
  const finish = start + layout.syncDurationMs;
  const parts: SampleFile[] = [];
  const tables: TableDelivery[] = [];
  for (const [table, delivery] of Object.entries(deliveries[dump.id] ?? {})) {
    const keys = buildTable(world, dump, table, delivery, now);
    parts.push(
      ...keys.map((file, i) => ({ ...file, modified: start + 60_000 + (tables.length * 37 + i * 11) * 1000 })),
    );
    tables.push({
      table,
      mode: delivery.mode,
      keys: keys.map(({ key }) => key),
      columns: columnNames(table, dump),
    });
  }
  const files = [...parts, ...unlistedFiles(world, dump, now)];
  const definitions = definitionsOf(dump);
  if (definitions !== undefined && dump.state !== 'failed' && dump.state !== 'running')
    files.push(textFile(layout.definitionsKey(dump.id), JSON.stringify(definitions, null, 2), start + 30_000));
  if (dump.state === 'whole' || dump.state === 'unreadable')
    files.push(textFile(manifestKeyOf(dump), printManifest(dump, tables), finish));
  const report = reportOf(dump, now);
  if (report !== undefined)
    files.push(textFile(layout.reportKey(dump.id, now), JSON.stringify(report), finish + 22_000));
  return files;
}

function manifestKeyOf(dump: SampleDump): string {
  return dump.state === 'unreadable' ? layout.unreadableManifestKey : layout.manifestKey(dump.id);
}

function buildTable(world: World, dump: SampleDump, table: string, delivery: Delivery, now: number): SampleFile[] {
  const rows = deliveredRows(world, dump, table, delivery.mode);
  const numbers = delivery.parts ?? [0];
  // Tonight's second part of the carts has a header and no rows, as Spark writes for an empty partition.
  const size = dump.id === '1010103141' ? rows.length : Math.ceil(rows.length / numbers.length);
  return numbers.map((number, i) => {
    const slice = rows.slice(i * size, (i + 1) * size);
    // The last part of the resync repeats rows of its first.
    const repeated = dump.id === '1010103138' && table === 'pageviews' && number === 2 ? rows.slice(0, 3) : [];
    const codec = delivery.codecs?.[i] ?? delivery.codecs?.[0] ?? 'snappy';
    return buildPart(dump, table, layout.partKey(dump.id, table, number), [...slice, ...repeated], codec, now);
  });
}

function buildPart(
  dump: SampleDump,
  table: string,
  key: string,
  rows: readonly SampleRow[],
  codec: SampleCodec,
  now: number,
): SampleFile {
  const columns = columnsOf(table, dump);
  const options: AvroWriterOptions = { columns, codec, seed: key };
  const bytes = writePart(
    options,
    rows.map((row) => valuesOf(row, columns, dump, now)),
  );
  const marker = createAvroWriter(options).syncMarker;
  if (key === layout.partKey('998', 'pageviews', 1))
    return { key, bytes: withFlippedBit(bytes, blockOffsets(bytes, marker)[2] ?? 0), modified: 0 };
  if (key === layout.partKey('998', 'product_viewed', 1)) {
    const last = blockOffsets(bytes, marker).at(-1) ?? 0;
    return { key, bytes: bytes.subarray(0, last + Math.floor((bytes.length - last) / 2)), modified: 0 };
  }
  return { key, bytes, modified: 0, rows: rows.length };
}

/** The moment up to which a dump has data. */
function horizon(dump: SampleDump): Moment {
  return dump.state === 'running' ? 35 * 60_000 : -dump.nightsAgo * layout.dayMs;
}

function deliveredRows(
  world: World,
  dump: SampleDump,
  table: string,
  mode: Delivery['mode'],
): readonly SampleRow[] {
  const until = horizon(dump);
  const before = sampleDumps[sampleDumps.indexOf(dump) - 1];
  const since = mode === 'full' || before === undefined ? -Infinity : horizon(before) - overlapMs;
  const rows = rowsBetween(world, table, since, until);
  return [...rows, ...oddRows(world, dump, table, rows, until)];
}

/** Rows that are traps: twice in one part, without ids, the same user twice, texts that break things. */
function oddRows(
  world: World,
  dump: SampleDump,
  table: string,
  rows: readonly SampleRow[],
  until: Moment,
): readonly SampleRow[] {
  const first = rows[0] ?? {};
  switch (`${dump.id} ${table}`) {
    case '1010103138 search_submitted':
      return awkwardSearches(world, until);
    case '1010103139 checkout_order_placed':
      return [first];
    case '1010103139 users':
      return [
        { email: 'imported.contact@example.org', identity: null, joindate: until - 60_000, last_modified: until },
      ];
    case '1010103140 users': {
      const twice = rows.find((row) => row['identity'] !== null) ?? first;
      return [{ ...twice, newsletter_opt_in: twice['newsletter_opt_in'] === 'true' ? 'false' : 'true' }];
    }
    case '1010103140 pageviews':
      return [
        { ...first, event_id: 9_200_000_000_000_001n, user_id: null, title: 'Seen before consent | Nordlys' },
        { ...first, event_id: null, user_id: null, session_id: null, title: 'Nothing known | Nordlys' },
      ];
    default:
      return [];
  }
}

/** Files that lie in a sync's folder and that its manifest does not list. */
function unlistedFiles(world: World, dump: SampleDump, now: number): SampleFile[] {
  if (dump.id !== '1010103140') return [];
  const modified = layout.dumpStart(dump, now) + 40_000;
  const rows = deliveredRows(world, dump, 'users', 'incremental').slice(0, 7);
  const key = layout.partKey(dump.id, 'users', 0, 'abandoned');
  return [
    { ...buildPart(dump, 'users', key, rows, 'snappy', now), modified },
    { key: `${layout.tableFolder(dump.id, 'pageviews')}_SUCCESS`, bytes: new Uint8Array(0), modified },
  ];
}

/** What others have left in the bucket. */
function foreignFiles(now: number): SampleFile[] {
  const modified = layout.lastNight(now) - 6 * layout.dayMs;
  return [
    { key: 'manifests/.keep', bytes: new Uint8Array(0), modified: modified - 90 * layout.dayMs },
    textFile(
      'imported_manifests/sync_998.json',
      JSON.stringify({ imported_by: 'nordlys-loader', dump: 998 }),
      modified,
    ),
    textFile(
      'imported_manifests/sync_999.json',
      JSON.stringify({ imported_by: 'nordlys-loader', dump: 999 }),
      modified,
    ),
    textFile('athena_results/tables_overview.csv', '"table","rows"\n"users","612"\n', modified + layout.dayMs),
  ];
}
