import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultNow } from '../../../src/sample/layout';
import { guestCount, knownIds } from '../../../src/sample/people';
import { awkwardTexts } from '../../../src/sample/shop';
import { sampleTraps, type TrapId } from '../../../src/sample/traps';
import { writeSample } from '../../../src/sample/writeSample';
import { readBack, type ReadBack, type Row } from './readBack';

const traps = sampleTraps(defaultNow);
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dc-traps-'));
  await writeSample(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (key: string): Buffer => readFileSync(path.join(folder, key));
const text = (key: string): string => file(key).toString('utf8');
const isThere = (key: string): boolean => existsSync(path.join(folder, key));
const names = (key: string): string[] => readdirSync(path.join(folder, key));
const part = (key: string | undefined): ReadBack => readBack(file(key!));
const column = (rows: readonly Row[], name: string): unknown[] => rows.map((row) => row[name]);

interface ManifestJson {
  readonly dump_id: number;
  readonly tables: readonly {
    readonly name: string;
    readonly files: readonly string[];
    readonly columns?: readonly string[];
    readonly incremental?: boolean;
  }[];
  readonly property_definitions?: string;
}
const manifest = (key: string): ManifestJson => JSON.parse(text(key)) as ManifestJson;
const table = (key: string, name: string) => manifest(key).tables.find((t) => t.name === name);
const fieldNames = (key: string): string[] => part(key).schema.fields.map(({ name }) => name);
const typeOf = (key: string, name: string): unknown => part(key).schema.fields.find((f) => f.name === name)?.type;
const migrations = (key: string) =>
  part(key).rows.map((row) => ({ from: row['from_user_id'] as bigint, to: row['to_user_id'] as bigint | null }));
const eventKeys = (rows: readonly Row[]): string[] => rows.map((row) => `${row['event_id']}/${row['user_id']}`);
const wholeManifests = (): string[] =>
  names('manifests')
    .filter((name) => /^sync_\d+\.json$/.test(name))
    .map((name) => `manifests/${name}`);

/** One check for each trap: the compiler holds the list complete. */
const checks: Record<TrapId, (places: readonly string[]) => void> = {
  digitCounts: (places) => {
    for (const place of places) expect(statSync(path.join(folder, place)).isDirectory()).toBe(true);
    const ids = names('.').flatMap((name) => /^sync_(\d+)$/.exec(name)?.[1] ?? []);
    expect(new Set(ids.map((id) => id.length))).toEqual(new Set([3, 4, 10]));
    expect([...ids].sort()).not.toEqual([...ids].sort((a, b) => Number(a) - Number(b)));
  },
  oldLayout: (places) => {
    for (const place of places) expect(names(place)).toContainEqual(expect.stringMatching(/^part-00000-.*\.avro$/));
    expect(names('sync_852').some((name) => name.includes('='))).toBe(false);
  },
  resync: ([pageviews, orders]) => {
    expect(table('manifests/sync_1010103138.json', 'pageviews')?.incremental).toBe(false);
    expect(table('manifests/sync_1010103139.json', 'checkout_order_placed')?.incremental).toBe(true);
    expect(table('manifests/sync_1010103140.json', 'checkout_order_placed')?.incremental).toBe(false);
    expect(table('manifests/sync_1010103141.json', 'checkout_order_placed')?.incremental).toBe(true);
    expect(part(pageviews).rows.length).toBeGreaterThan(500);
    expect(part(orders).rows.length).toBeGreaterThan(20);
  },
  noFullDump: () => {
    const modes = wholeManifests().flatMap((key) => table(key, 'newsletter_signup')?.incremental ?? []);
    expect(modes).toEqual([true, true, true, true]);
  },
  absentTable: (places) => {
    for (const place of places) expect(table(place, 'newsletter_signup')).toBeUndefined();
  },
  goneTable: () => {
    const having = wholeManifests().filter((key) => (table(key, 'store_locator_opened')?.files.length ?? 0) > 0);
    expect(having.sort()).toEqual(['998', '999', '1000'].map((id) => `manifests/sync_${id}.json`).sort());
  },
  tableWithoutFiles: ([key]) => expect(table(key!, 'store_locator_opened')?.files).toEqual([]),
  inProgress: ([key]) => {
    expect(names(key!)).toContain('_heap_table_name=wishlist_item_added');
    expect(isThere('manifests/sync_1010103142.json')).toBe(false);
    const ids = names('.').flatMap((name) => /^sync_(\d+)$/.exec(name)?.[1] ?? []);
    expect(Math.max(...ids.map(Number))).toBe(1010103142);
  },
  failedSync: ([key, report]) => {
    expect(names(key!)).toEqual(['_heap_table_name=sessions', '_heap_table_name=users']);
    expect(isThere('manifests/sync_1010103137.json')).toBe(false);
    expect(JSON.parse(text(report!))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('AccessDenied') as string,
    });
  },
  unknownStatus: ([report]) =>
    expect(JSON.parse(text(report!))).toMatchObject({ status: 'succeeded_with_warnings', error: null }),
  noReport: () => {
    const first = statSync(path.join(folder, 'manifests/sync_998.json')).mtimeMs;
    for (const name of names('sync_reports'))
      expect(
        (JSON.parse(text(`sync_reports/${name}`)) as { finish_time: number }).finish_time,
      ).toBeGreaterThanOrEqual(first);
  },
  unreadableManifest: ([key]) => {
    expect(text(key!)).toMatch(/^\{"dump_id":1001,/);
    expect(() => manifest(key!)).toThrow(SyntaxError);
    expect(isThere('sync_1001/')).toBe(true);
  },
  markerObject: ([key]) => expect(file(key!)).toHaveLength(0),
  foreignPrefix: ([imported, results]) => {
    expect(names(imported!)).toContain('sync_998.json');
    expect(names(results!)).toHaveLength(1);
  },
  formerBucketName: ([key]) =>
    expect(table(key!, 'users')?.files[0]).toMatch(/^s3:\/\/heap-rs3-nordlys\/sync_852\/users\//),
  otherBucket: ([key]) => expect(table(key!, 'users')?.files[0]).toMatch(/^s3:\/\/customer-bucket\/sync_1000\//),
  duplicateFile: ([key]) => {
    const files = table(key!, 'product_viewed')?.files ?? [];
    expect(files).toHaveLength(2);
    expect(files[0]).toBe(files[1]);
  },
  missingFile: ([key]) => {
    expect(text('manifests/sync_1010103140.json')).toContain(key);
    expect(isThere(key!)).toBe(false);
  },
  unlistedFile: (places) => {
    for (const place of places) {
      expect(isThere(place)).toBe(true);
      expect(text('manifests/sync_1010103140.json')).not.toContain(path.basename(place));
    }
    expect(part(places[0]).rows).toHaveLength(7);
  },
  incrementalMigrations: ([key]) => expect(table(key!, 'user_migrations')?.incremental).toBe(true),
  columnsDisagree: ([key, partKey]) => {
    const said = table(key!, 'sessions')?.columns ?? [];
    const written = fieldNames(partKey!);
    expect(said.filter((name) => !written.includes(name))).toEqual(['session_quality']);
    expect(written.filter((name) => !said.includes(name))).toEqual(['carrier']);
  },
  missingKeys: ([key]) => expect(Object.keys(table(key!, '_event_metadata') ?? {})).toEqual(['name', 'files']),
  extraKey: ([key]) => expect(manifest(key!)).toHaveProperty('schema_version', 2),
  noDefinitions: ([key]) => {
    expect(manifest(key!)).not.toHaveProperty('property_definitions');
    expect(isThere('sync_852/property_definitions.json')).toBe(false);
  },
  columnAdded: ([users, pageviews]) => {
    expect(fieldNames(users!)).toContain('loyalty_tier');
    expect(table('manifests/sync_1010103138.json', 'users')?.columns).not.toContain('loyalty_tier');
    expect(fieldNames(pageviews!)).toContain('experiment_variant');
    expect(table('manifests/sync_1010103139.json', 'pageviews')?.columns).not.toContain('experiment_variant');
  },
  columnDropped: ([pageviews, users]) => {
    expect(fieldNames(pageviews!)).not.toContain('ab_bucket');
    expect(table('manifests/sync_1010103138.json', 'pageviews')?.columns).toContain('ab_bucket');
    expect(fieldNames(users!)).not.toContain('favourite_store');
    expect(table('manifests/sync_1010103140.json', 'users')?.columns).toContain('favourite_store');
  },
  columnOrder: ([key]) => {
    const before = table('manifests/sync_1010103140.json', 'pageviews')?.columns ?? [];
    const after = fieldNames(key!);
    expect(after).not.toEqual(before);
    expect([...after].sort()).toEqual([...before].sort());
  },
  typeChange: ([key]) => {
    expect(typeOf(key!, 'last_modified')).toBe('long');
    expect(typeOf('sync_998/' + usersOf998(), 'last_modified')).toEqual(['string', 'null']);
  },
  bareTypes: ([users, sessions]) => {
    expect(typeOf(users!, 'last_modified')).toBe('long');
    expect(typeOf(sessions!, 'user_id')).toBe('long');
  },
  nullFirst: ([key]) => expect(typeOf(key!, 'event_name')).toEqual(['null', 'string']),
  bigIds: ([key]) => {
    const ids = column(part(key).rows, 'user_id');
    const { twinA, twinB, largest, smallest, minusOne, exactLimit, pastExactLimit } = knownIds;
    for (const id of [twinA, twinB, largest, smallest, minusOne, exactLimit, pastExactLimit])
      expect(ids).toContain(id);
    expect(Number(twinA)).toBe(Number(twinB));
    expect(Number(exactLimit)).toBe(Number(pastExactLimit));
    expect([largest, smallest]).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  },
  nullIds: ([users, pageviews]) => {
    expect(column(part(users).rows, 'user_id')).toContain(null);
    const views = part(pageviews).rows;
    expect(views.some((row) => row['user_id'] === null && row['event_id'] !== null)).toBe(true);
    expect(views.some((row) => row['event_id'] === null && row['session_id'] === null)).toBe(true);
  },
  chainedMigrations: ([key]) => {
    const all = migrations(key!);
    const next = (id: bigint) => all.find(({ from }) => from === id)?.to;
    const [a, b, c] = knownIds.chain;
    expect([next(a), next(b)]).toEqual([b, c]);
    expect(typeof next(c)).toBe('bigint');
  },
  duplicateMigrations: ([key]) => {
    const spelled = migrations(key!).map(({ from, to }) => `${from}>${to}`);
    expect(spelled.length - new Set(spelled).size).toBe(1);
  },
  twoTargets: ([key]) => {
    const targets = migrations(key!).filter(({ from }) => from === knownIds.twoTargets);
    expect(new Set(targets.map(({ to }) => to)).size).toBe(2);
  },
  selfMigration: ([key]) => expect(migrations(key!).filter(({ from, to }) => from === to)).toHaveLength(1),
  migrationCycle: ([key]) => {
    const all = migrations(key!);
    const cyclic = all.filter((a) => a.from !== a.to && all.some((b) => b.from === a.to && b.to === a.from));
    expect(cyclic).toHaveLength(2);
  },
  migrationFanIn: ([key]) => {
    const count = new Map<bigint | null, number>();
    for (const { to } of migrations(key!)) count.set(to, (count.get(to) ?? 0) + 1);
    expect(count.get(knownIds.guest)).toBe(guestCount);
    expect([...count.values()].sort((a, b) => b - a)[1]).toBeLessThan(5);
  },
  nullTarget: ([key]) => expect(migrations(key!)).toContainEqual({ from: knownIds.nullTarget, to: null }),
  lateMigration: ([pageviews, key]) => {
    const earlier = new Set(
      migrations('sync_1010103138/' + keyOf('1010103138', 'user_migrations')).map(({ from }) => from),
    );
    const late = new Set(
      migrations(key!)
        .map(({ from }) => from)
        .filter((from) => !earlier.has(from)),
    );
    expect(late.size).toBeGreaterThan(0);
    const users = column(
      [pageviews!, pageviews!.replace('00000', '00001'), pageviews!.replace('00000', '00002')].flatMap(
        (k) => part(k).rows,
      ),
      'user_id',
    );
    expect(users.some((id) => late.has(id as bigint))).toBe(true);
  },
  updatedUsers: (places) => {
    const [first, second, third] = places.map((place) => part(place).rows);
    const before = new Map(first!.map((row) => [row['user_id'], row]));
    const updated = second!.filter((row) => {
      const old = before.get(row['user_id']);
      return old !== undefined && Number(old['last_modified']) < Number(row['last_modified']);
    });
    expect(updated.length).toBeGreaterThan(0);
    const ids = column(third!, 'user_id');
    const twice = third!.filter((row) => ids.indexOf(row['user_id']) !== ids.lastIndexOf(row['user_id']));
    expect(twice).toHaveLength(2);
    expect(twice[0]!['last_modified']).toBe(twice[1]!['last_modified']);
    expect(twice[0]!['newsletter_opt_in']).not.toBe(twice[1]!['newsletter_opt_in']);
  },
  duplicateEventsInPart: ([key]) => {
    const keys = [key!.replace('00001', '00000'), key!].flatMap((k) => eventKeys(part(k).rows));
    expect(keys.length - new Set(keys).size).toBe(1);
  },
  duplicateEventsInDump: ([first, last]) => {
    const keys = new Set(eventKeys(part(first).rows));
    expect(eventKeys(part(last).rows).filter((key) => keys.has(key))).toHaveLength(3);
  },
  duplicateEventsAcrossDumps: ([before, after]) => {
    const keys = new Set(eventKeys(part(before).rows));
    const repeated = eventKeys(part(after).rows).filter((key) => keys.has(key));
    expect(repeated.length).toBeGreaterThan(2);
    expect(repeated.length).toBeLessThan(part(after).rows.length / 2);
  },
  sharedEventIds: ([pageviews, viewed]) => {
    const ids = new Set(column(part(pageviews).rows, 'event_id'));
    const events = part(viewed).rows;
    expect(events.length).toBeGreaterThan(5);
    expect(events.every((row) => ids.has(row['event_id']))).toBe(true);
  },
  oddTableNames: (places) => {
    for (const place of places) expect(names(place).length).toBeGreaterThan(0);
  },
  internalTable: ([key]) => expect(names(key!)).toHaveLength(1),
  partNumbers: ([before, after]) => {
    expect(part(before).rows.length + part(after).rows.length).toBeGreaterThan(600);
    const listed = (table('manifests/sync_1010103138.json', 'product_viewed')?.files ?? []).map((f) =>
      path.basename(f),
    );
    expect(listed).toEqual([expect.stringMatching(/^part-99999-/), expect.stringMatching(/^part-100000-/)]);
    expect([...listed].sort()).not.toEqual(listed);
  },
  codecs: (places) => {
    const parts = places.map(part);
    expect(parts.map(({ codec }) => codec)).toEqual(['null', 'deflate', 'zstandard', 'bzip2', 'xz', 'snappy']);
    for (const { rows } of parts) expect(rows.length).toBeGreaterThan(0);
  },
  timeUnits: ([longs, utc, micros, millis]) => {
    expect(part(longs).rows.every((row) => /^\d{16}$/.test(String(row['joindate'])))).toBe(true);
    expect(typeof part(longs).rows[0]!['joindate']).toBe('bigint');
    expect(
      part(utc).rows.every((row) => /^2\d{3}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/.test(String(row['time']))),
    ).toBe(true);
    expect(part(micros).rows.every((row) => /^\d{16}$/.test(String(row['joindate'])))).toBe(true);
    expect(part(millis).rows.every((row) => /^\d{13}$/.test(String(row['time'])))).toBe(true);
  },
  awkwardTexts: ([key]) => {
    const searched = column(part(key).rows, 'search_query');
    for (const { text: awkward } of awkwardTexts) expect(searched).toContain(awkward);
  },
  emptyAndNull: ([key]) => {
    const campaigns = column(part(key).rows, 'utm_campaign');
    expect(campaigns).toContain('');
    expect(campaigns).toContain(null);
  },
  damagedPart: ([key]) => {
    const { blocks } = part(key);
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    expect(blocks.map(({ fault }) => fault ?? 'good')).toEqual(
      blocks.map((_, i) => (i === 2 ? 'checksum' : 'good')),
    );
  },
  truncatedPart: ([key]) => {
    const { blocks, rows } = part(key);
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    expect(blocks.map(({ fault }) => fault ?? 'good')).toEqual(
      blocks.map((_, i) => (i === blocks.length - 1 ? 'truncated' : 'good')),
    );
    expect(rows.length).toBeGreaterThan(100);
  },
  emptyPart: ([key]) => {
    expect(part(key).blocks).toEqual([]);
    expect(table('manifests/sync_1010103141.json', '_add_to_cart_')?.files[1]).toContain(key);
  },
  definitions: ([first, second, third]) => {
    const operators = new Set([...text(first!).matchAll(/"operator": "([^"]+)"/g)].map((match) => match[1]));
    expect([...operators].sort()).toEqual([
      '!=',
      '=',
      'contains',
      'includedin',
      'isdef',
      'matches',
      'notcontains',
      'notdef',
      'notincludedin',
      'notmatches',
    ]);
    expect(new Set([first, second, third].map((key) => text(key!))).size).toBe(3);
    expect(text(third!)).toContain('"formula"');
  },
  dumpGap: () => {
    expect(isThere('sync_853')).toBe(false);
    expect(isThere('sync_997')).toBe(false);
  },
};

const keyOf = (dump: string, name: string): string =>
  `_heap_table_name=${name}/${names(`sync_${dump}/_heap_table_name=${name}`)[0]!}`;
const usersOf998 = (): string => keyOf('998', 'users');

describe('the sample bucket has', () => {
  it.each(Object.entries(traps))('%s', (id, { places }) => {
    expect.hasAssertions();
    checks[id as TrapId](places);
  });
});

describe('the list of traps', () => {
  it('names only places that are there, but for the missing file', () => {
    const absent = Object.entries(traps).flatMap(([id, { places }]) =>
      places.every((place) => isThere(place)) ? [] : [id],
    );
    expect(absent).toEqual(['missingFile']);
  });

  it('says in a sentence what each is', () => {
    for (const { what } of Object.values(traps)) expect(what).toMatch(/^[A-Z_a-z].*\.$/);
  });
});
