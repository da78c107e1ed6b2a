import {
  copiedBucket,
  definitionsKey,
  formerBucket,
  manifestKey,
  partKey,
  reportKey,
  tableFolder,
  unreadableManifestKey,
} from './layout';
import { missingPartKey } from './manifests';

/**
 * Every trap of the export's format and where it lies in the sample bucket. The tests look each one up in the files;
 * the documentation lists them. A place that ends in `/` is a folder.
 */
export interface Trap {
  /** One sentence: what is there, and what it does to the careless. */
  readonly what: string;
  /** Keys or folders, relative to the bucket. Not there for `missingFile`. */
  readonly places: readonly string[];
}

const newestMigrations = partKey('1010103141', 'user_migrations', 0);

/** What lies in the bucket, and what does not. */
function bucketTraps(now: number) {
  return {
    digitCounts: trap(
      'Dump ids of 3, 4 and 10 digits: sorted as text, 852 comes last and 1000 before 998.',
      ...['852', '998', '999', '1000', '1010103140'].map((id) => `sync_${id}/`),
    ),
    oldLayout: trap(
      'The oldest dump has no _heap_table_name= in its folders.',
      'sync_852/users/',
      'sync_852/pageviews/',
    ),
    resync: trap(
      'A full resync in the middle of incremental dumps: all the older files of these tables are invalid.',
      partKey('1010103138', 'pageviews', 0),
      partKey('1010103140', 'checkout_order_placed', 0),
    ),
    noFullDump: trap('A table that no dump delivers in full.', manifestKey('998'), manifestKey('1010103141')),
    absentTable: trap(
      'The same table is not in every dump.',
      manifestKey('999'),
      manifestKey('1010103138'),
      manifestKey('1010103140'),
    ),
    goneTable: trap('A table that stopped: store_locator_opened was toggled off.', manifestKey('1010103138')),
    inProgress: trap('The newest folder has no manifest yet: nothing in it counts.', 'sync_1010103142/'),
    failedSync: trap(
      'A sync that failed: files, a report, no manifest.',
      'sync_1010103137/',
      reportKey('1010103137', now),
    ),
    unknownStatus: trap('A report with a status that nobody documents.', reportKey('1000', now)),
    noReport: trap('A sync without a report.', 'sync_852/'),
    unreadableManifest: trap('A manifest whose upload broke off: not JSON.', unreadableManifestKey),
    markerObject: trap('A zero-byte object among the manifests.', 'manifests/.keep'),
    foreignPrefix: trap("Consumers' own files in the bucket.", 'imported_manifests/', 'athena_results/'),
    unlistedFile: trap(
      'Files in a sync that its manifest does not list: an abandoned attempt, and a success marker.',
      partKey('1010103140', 'users', 0, 'abandoned'),
      `${tableFolder('1010103140', 'pageviews')}_SUCCESS`,
    ),
    missingFile: trap('A file that the manifest lists and that is not there.', missingPartKey),
    oddTableNames: trap(
      'Leading, trailing and double underscores in names.',
      tableFolder('1010103141', '_key_events_pm__plp_visit_collection'),
      tableFolder('1010103141', '_add_to_cart_'),
    ),
    internalTable: trap("A table of the vendor's own.", tableFolder('1010103141', '_event_metadata')),
    partNumbers: trap(
      'Part 100000 comes after part 99999, and as text before it.',
      partKey('1010103138', 'product_viewed', 99999),
      partKey('1010103138', 'product_viewed', 100000),
    ),
    dumpGap: trap('Dump ids that are missing: 853 to 997.', 'sync_852/', 'sync_998/'),
  };
}

/** What manifests and definitions say. */
const manifestTraps = {
  formerBucketName: trap(
    `A manifest that names the bucket by its former name, ${formerBucket}.`,
    manifestKey('852'),
  ),
  otherBucket: trap(`A manifest that names somebody else's bucket, ${copiedBucket}.`, manifestKey('1000')),
  duplicateFile: trap('A manifest that lists the same file twice.', manifestKey('1010103140')),
  tableWithoutFiles: trap('A table in the manifest with an empty list of files.', manifestKey('1010103138')),
  incrementalMigrations: trap('user_migrations said to be incremental, which it never is.', manifestKey('999')),
  columnsDisagree: trap(
    "The manifest's columns are not the file's.",
    manifestKey('999'),
    partKey('999', 'sessions', 0),
  ),
  missingKeys: trap('A table without columns and incremental in the manifest.', manifestKey('1010103140')),
  extraKey: trap('A key at the top of the manifest that nobody documents.', manifestKey('1010103141')),
  noDefinitions: trap('A manifest without property_definitions.', manifestKey('852')),
  definitions: trap(
    'Property definitions with all ten operators, changed from dump to dump, one of an unknown kind.',
    definitionsKey('1010103139'),
    definitionsKey('1010103140'),
    definitionsKey('1010103141'),
  ),
};

/** What the parts are like. */
const fileTraps = {
  columnAdded: trap(
    'Columns that appear: users.loyalty_tier, pageviews.experiment_variant. Older parts do not have them.',
    partKey('1010103139', 'users', 0),
    partKey('1010103140', 'pageviews', 0),
  ),
  columnDropped: trap(
    'Columns that go: pageviews.ab_bucket, users.favourite_store.',
    partKey('1010103139', 'pageviews', 0),
    partKey('1010103141', 'users', 0),
  ),
  columnOrder: trap('The same columns in another order.', partKey('1010103141', 'pageviews', 0)),
  typeChange: trap('last_modified is a long in the oldest dump, and text later.', partKey('852', 'users', 0)),
  bareTypes: trap('Types without a union.', partKey('852', 'users', 0), partKey('852', 'sessions', 0)),
  nullFirst: trap('Unions with null first.', partKey('1010103141', '_event_metadata', 0)),
  codecs: trap(
    'Every codec, most parts being snappy: null, deflate, zstandard, bzip2 and xz in this order, then snappy.',
    partKey('1010103141', '_event_metadata', 0),
    partKey('1010103139', 'search_submitted', 0),
    partKey('1010103140', 'product_viewed', 0),
    partKey('1010103139', 'newsletter_signup', 0),
    partKey('1010103139', 'checkout_order_placed', 1),
    partKey('1010103141', 'pageviews', 0),
  ),
  damagedPart: trap(
    'A part with one wrong bit: a block in the middle fails its checksum.',
    partKey('998', 'pageviews', 1),
  ),
  truncatedPart: trap('A part that was cut off in its last block.', partKey('998', 'product_viewed', 1)),
  emptyPart: trap('A part with a header and no rows.', partKey('1010103141', '_add_to_cart_', 1)),
};

/** What the rows hold. */
const rowTraps = {
  bigIds: trap(
    'Ids beyond 2^53: two customers that are one as JavaScript numbers, both ends of int64, and -1.',
    partKey('1010103138', 'users', 0),
  ),
  nullIds: trap('Rows without ids.', partKey('1010103139', 'users', 0), partKey('1010103140', 'pageviews', 0)),
  chainedMigrations: trap('A migration to an id that migrates itself, twice over.', newestMigrations),
  duplicateMigrations: trap('The same migration twice.', newestMigrations),
  twoTargets: trap('An id that migrates to two customers.', newestMigrations),
  selfMigration: trap('An id that migrates to itself.', newestMigrations),
  migrationCycle: trap('Two ids that migrate to each other.', newestMigrations),
  migrationFanIn: trap('One "guest" that every guest checkout migrates to.', newestMigrations),
  nullTarget: trap('A migration to NULL: the user must not vanish.', newestMigrations),
  lateMigration: trap(
    'Events delivered with the anonymous id, before the migration was known.',
    partKey('1010103138', 'pageviews', 0),
    newestMigrations,
  ),
  updatedUsers: trap(
    'Users that come again with other properties, in a later dump and in the same.',
    partKey('1010103138', 'users', 0),
    partKey('1010103139', 'users', 0),
    partKey('1010103140', 'users', 0),
  ),
  duplicateEventsInPart: trap('An event twice in one part.', partKey('1010103139', 'checkout_order_placed', 1)),
  duplicateEventsInDump: trap(
    'Events in two parts of one dump.',
    partKey('1010103138', 'pageviews', 0),
    partKey('1010103138', 'pageviews', 2),
  ),
  duplicateEventsAcrossDumps: trap(
    'Dumps overlap by three hours.',
    partKey('1010103138', 'pageviews', 2),
    partKey('1010103139', 'pageviews', 0),
  ),
  sharedEventIds: trap(
    'One event_id in several event tables: that is not a duplicate.',
    partKey('1010103141', 'pageviews', 0),
    partKey('1010103141', 'product_viewed', 0),
  ),
  timeUnits: trap(
    'Times as longs of microseconds, as UTC text, as digits of micro- and of milliseconds.',
    partKey('852', 'users', 0),
    partKey('998', 'pageviews', 0),
    partKey('998', 'users', 0),
    partKey('1010103138', 'pageviews', 0),
  ),
  awkwardTexts: trap(
    'What visitors type: quotes, formulas, HTML, emoji, NULs, line breaks, 20,000 characters, and nothing.',
    partKey('1010103138', 'search_submitted', 0),
  ),
  emptyAndNull: trap('Empty text and NULL in one column.', partKey('1010103138', 'sessions', 0)),
};

/** By name. Reports are called after the start of their sync, so two places depend on `now`. */
export function sampleTraps(now: number) {
  return { ...bucketTraps(now), ...manifestTraps, ...fileTraps, ...rowTraps } satisfies Record<string, Trap>;
}

export type TrapId = keyof ReturnType<typeof sampleTraps>;

function trap(what: string, ...places: readonly string[]): Trap {
  return { what, places };
}
