import { seededUuid } from './random';

/**
 * Where things lie in the sample bucket, and when they happened. Everything here is a function of names and of the night of
 * the newest complete sync, so that `traps.ts` can point at a file without the bucket having been written.
 */

/** What the bucket is called in its own manifests; upload the folder to a bucket of this name to have them agree. */
export const sampleBucket = 'csq-rs3-nordlys';
/** The bucket's name before the shop moved; manifest 852 still says it. */
export const formerBucket = 'heap-rs3-nordlys';
/** Named by manifest 1000, which was made for somebody else's copy. */
export const copiedBucket = 'customer-bucket';

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

export interface SampleDump {
  /** Decimal. */
  readonly id: string;
  /** Nights before the newest complete sync. */
  readonly nightsAgo: number;
  /** `plain`: the older layout. */
  readonly layout: 'named' | 'plain';
  /** How this dump spells times: see `printTime`. */
  readonly era: Era;
  /** Bucket named in the manifest's URIs. */
  readonly bucket: string;
  /**
   * `whole`: manifest and report. `unreadable`: the manifest's upload broke off, and left a piece under another name. `failed`: no manifest, the report says why.
   * `running`: no manifest, no report, and newer than the rest.
   */
  readonly state: 'whole' | 'unreadable' | 'failed' | 'running';
}

/** `longs`: users' times are Avro longs of microseconds. `micros`: text of microseconds. `millis`: text of milliseconds. Before `millis`, events' times are UTC text. */
export type Era = 'longs' | 'micros' | 'millis';

const old = { layout: 'named', era: 'micros', bucket: sampleBucket, state: 'whole' } as const;
const recent = { ...old, era: 'millis' } as const;

/** In order. 853 to 997 were removed by a lifecycle rule; 1001 to 1010103137 is the vendor's change of platform. */
export const sampleDumps: readonly SampleDump[] = [
  { ...old, id: '852', nightsAgo: 58, layout: 'plain', era: 'longs', bucket: formerBucket },
  { ...old, id: '998', nightsAgo: 9 },
  { ...old, id: '999', nightsAgo: 8 },
  { ...old, id: '1000', nightsAgo: 7, bucket: copiedBucket },
  { ...old, id: '1001', nightsAgo: 6, state: 'unreadable' },
  { ...recent, id: '1010103137', nightsAgo: 4, state: 'failed' },
  { ...recent, id: '1010103138', nightsAgo: 3 },
  { ...recent, id: '1010103139', nightsAgo: 2 },
  { ...recent, id: '1010103140', nightsAgo: 1 },
  { ...recent, id: '1010103141', nightsAgo: 0 },
  { ...recent, id: '1010103142', nightsAgo: 0, state: 'running' },
];

/** The default for `now`: a fixed morning, so that two runs write the same bytes. 2026-02-20 08:30 UTC. */
export const defaultNow = Date.UTC(2026, 1, 20, 8, 30);

const nightlyStartMs = 130 * minuteMs;

/** Start of the newest complete sync: the last 02:10 UTC that is more than an hour before `now`. Epoch milliseconds. */
export function lastNight(now: number): number {
  return Math.floor((now - nightlyStartMs - 60 * minuteMs) / dayMs) * dayMs + nightlyStartMs;
}

/** When a dump's sync started. The running one is a few minutes old: somebody has just toggled an event on. */
export function dumpStart(dump: SampleDump, now: number): number {
  return dump.state === 'running' ? now - 17 * minuteMs : lastNight(now) - dump.nightsAgo * dayMs;
}

/** From the start of a sync to its manifest; reports follow a little later. */
export const syncDurationMs = 9 * minuteMs + 41_000;

export function findDump(id: string): SampleDump {
  const dump = sampleDumps.find((d) => d.id === id);
  if (dump === undefined) throw new RangeError(`the sample has no dump ${id}`);
  return dump;
}

/** With a trailing slash. */
export function tableFolder(dumpId: string, table: string): string {
  const isPlain = sampleDumps.find((d) => d.id === dumpId)?.layout === 'plain';
  return `sync_${dumpId}/${isPlain ? '' : '_heap_table_name='}${table}/`;
}

/** Key of a part. All parts of a table in a dump share their writer's UUID, except those of an abandoned `attempt`. */
export function partKey(dumpId: string, table: string, part: number, attempt = ''): string {
  const uuid = seededUuid(`${dumpId}/${table}/${attempt}`);
  const suffix = dumpId.length > 4 ? '.c000' : '-c000';
  return `${tableFolder(dumpId, table)}part-${String(part).padStart(5, '0')}-${uuid}${suffix}.avro`;
}

export function manifestKey(dumpId: string): string {
  return `manifests/sync_${dumpId}.json`;
}

export function definitionsKey(dumpId: string): string {
  return `sync_${dumpId}/property_definitions.json`;
}

/** What is left of 1001's manifest: its first half, under the name of an upload. */
export const unreadableManifestKey = 'manifests/sync_1001.partial.json';

/** Reports are named by the time they start at; nothing in them names the dump. */
export function reportKey(dumpId: string, now: number): string {
  return `sync_reports/sync_report_${dumpStart(findDump(dumpId), now)}.json`;
}

/**
 * A moment as the export spells it. `eventText`: `2026-02-11 09:30:12.123`, UTC; the others are digits.
 */
export function printTime(ms: number, form: 'eventText' | 'seconds' | 'millis' | 'micros'): string {
  switch (form) {
    case 'eventText':
      return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
    case 'seconds':
      return String(Math.floor(ms / 1000));
    case 'millis':
      return String(ms);
    case 'micros':
      return `${ms}000`;
  }
}
