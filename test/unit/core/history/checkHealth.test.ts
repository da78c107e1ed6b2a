import { describe, expect, it } from 'vitest';
import { checkHealth, type HealthContext, summarizeHealth } from '../../../../src/core/history/checkHealth';
import type {
  ExportHistory,
  HistoryDump,
  HistoryReport,
  HistoryTable,
  ListedTable,
} from '../../../../src/core/history/exportHistory';
import type { HealthCode, HealthProblem } from '../../../../src/core/history/healthProblem';
import { printHealthMarkdown } from '../../../../src/core/history/printHealth';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 22, 9);
const columns = ['user_id', 'time'];

const incremental: HistoryTable = { mode: 'incremental', files: 1, columns };
const full: HistoryTable = { mode: 'full', files: 2, columns };
const listed = (bytes = 1000, more: Partial<ListedTable> = {}): ListedTable => ({
  files: 1,
  bytes,
  missing: [],
  unlisted: [],
  ...more,
});

interface DumpParts {
  readonly delivered?: number;
  readonly tables?: Readonly<Record<string, HistoryTable>>;
  readonly listing?: Readonly<Record<string, ListedTable>>;
}

function dump(id: number, { delivered, tables = { users: full }, listing = {} }: DumpParts = {}): HistoryDump {
  return {
    dump: BigInt(id),
    folder: `sync_${id}/`,
    manifest: {
      key: `manifests/sync_${id}.json`,
      ...(delivered === undefined ? {} : { delivered }),
      problems: [],
      tables: new Map(Object.entries(tables)),
    },
    listing: { tables: new Map(Object.entries(listing)) },
  };
}

const history = (dumps: readonly HistoryDump[], reports: readonly HistoryReport[] = []): ExportHistory => ({
  dumps,
  strays: [],
  reports,
});

function check(of: ExportHistory, context: Partial<HealthContext> = {}): readonly HealthProblem[] {
  return checkHealth(of, { now, ...context });
}

const only = (problems: readonly HealthProblem[], code: HealthCode): readonly HealthProblem[] =>
  problems.filter((problem) => problem.code === code);
const codes = (problems: readonly HealthProblem[]): readonly string[] =>
  problems.map(({ severity, code, table }) => `${severity} ${code}${table === undefined ? '' : ` ${table}`}`);

describe('the health of syncs', () => {
  const succeeded = (finished: number, nextSync?: number): HistoryReport => ({
    key: `sync_reports/${finished}.json`,
    report: {
      started: finished - hour,
      finished,
      ...(nextSync === undefined ? {} : { nextSync }),
      status: 'succeeded',
      outcome: 'succeeded',
      problems: [],
    },
  });

  it('is good where the last dump came in time', () => {
    const last = now - 3 * hour;
    const good = history([dump(7, { delivered: last })], [succeeded(last, last + day)]);
    expect(check(good)).toEqual([]);
    expect(summarizeHealth(good, [])).toBe('dump 7 · healthy');
  });

  it.each([
    [5 * hour, []],
    [7 * hour, ['warning syncOverdue']],
    [31 * hour, ['error syncOverdue']],
  ])('is overdue by what the newest report announced, %d ms ago', (late, expected) => {
    const due = now - late;
    const last = due - day;
    expect(codes(check(history([dump(7, { delivered: last })], [succeeded(last, due)])))).toEqual(expected);
  });

  it('is not overdue once a manifest is there, whatever an old report announced', () => {
    const due = now - 2 * day;
    expect(check(history([dump(7, { delivered: now - hour })], [succeeded(due - day, due)]))).toEqual([]);
  });

  it('is overdue by the rhythm of earlier dumps where no report tells', () => {
    const daily = (newest: number): ExportHistory =>
      history([5, 4, 3, 2, 1, 0].map((nights, index) => dump(index + 1, { delivered: newest - nights * day })));
    expect(only(check(daily(now - 29 * hour)), 'syncOverdue')).toEqual([]);
    expect(only(check(daily(now - 31 * hour)), 'syncOverdue')).toHaveLength(1);
  });

  it('fails with the newest report, and not with an older one', () => {
    const failed = (finished: number): HistoryReport => ({
      key: `sync_reports/${finished}.json`,
      report: { finished, status: 'failed', outcome: 'failed', error: 'Access Denied', problems: [] },
    });
    const dumps = [dump(7, { delivered: now - hour })];
    expect(only(check(history(dumps, [failed(now - hour), succeeded(now - day)])), 'syncFailed')[0]?.message).toBe(
      'The newest sync failed. It ended at 2026-11-22 08:00:00 UTC. It says: Access Denied',
    );
    // As listed, the failed one stands first all the same.
    expect(check(history(dumps, [failed(now - day), succeeded(now - hour)]))).toEqual([]);
  });

  it('tells a sync in progress from one that was given up', () => {
    const open = (id: number, newest: number | undefined): HistoryDump => ({
      dump: BigInt(id),
      folder: `sync_${id}/`,
      listing: { tables: new Map(), ...(newest === undefined ? {} : { newest }) },
    });
    const done = dump(7);
    expect(codes(check(history([done, open(8, now - hour)])))).toEqual(['information syncInProgress']);
    expect(codes(check(history([done, open(8, now - 2 * day)])))).toEqual(['warning syncStale']);
    expect(codes(check(history([done, open(8, undefined)])))).toEqual(['warning syncStale']);
    expect(codes(check(history([open(6, now - hour), done])))).toEqual(['information syncStale']);
  });

  it('says which manifest cannot be read, and whether by right or by fault', () => {
    const broken = (code: 'manifest.unreadable' | 'store.accessDenied'): ExportHistory => {
      const whole = dump(7);
      const failure = { code, facts: code === 'store.accessDenied' ? {} : { detail: 'it ends early' } };
      return history([
        {
          ...whole,
          manifest: { key: 'manifests/sync_7.json', failure, problems: [], tables: new Map() },
        },
      ]);
    };
    expect(check(broken('manifest.unreadable'))[0]?.message).toBe(
      'The manifest of dump 7 cannot be read: it ends early.',
    );
    expect(check(broken('store.accessDenied'))[0]?.action).toContain('s3:GetObject');
  });

  it('says what a bucket holds that is no export', () => {
    const [problem] = check(history([]), { found: ['logs/', 'readme.txt'] });
    expect([problem?.code, problem?.severity]).toEqual(['notAnExport', 'error']);
    expect(problem?.message).toContain('it has logs/, readme.txt');
  });
});

describe('the health of tables', () => {
  it('is bad where files that count are missing, and not where they are superseded', () => {
    const key = 'sync_5/_heap_table_name=users/part-00000-a.avro';
    const missing = { users: listed(0, { missing: [key] }) };
    const counting = history([dump(5, { listing: missing }), dump(6, { tables: { users: incremental } })]);
    expect(codes(check(counting))).toEqual(['error missingFiles users']);
    expect(check(counting)[0]?.file).toBe(key);
    const superseded = history([dump(5, { listing: missing }), dump(6, { tables: { users: full } })]);
    expect(codes(only(check(superseded), 'missingFiles'))).toEqual(['information missingFiles users']);
  });

  it('tells unlisted files when they are old enough, and never markers', () => {
    const unlisted = (modified: number, name = 'part-00001-b.avro'): ExportHistory =>
      history([
        dump(5, {
          listing: { users: listed(1, { unlisted: [{ key: `sync_5/users/${name}`, bytes: 9, modified }] }) },
        }),
      ]);
    expect(codes(check(unlisted(now - 25 * hour)))).toEqual(['information unlistedFiles users']);
    expect(check(unlisted(now - 23 * hour))).toEqual([]);
    expect(check(unlisted(now - 25 * hour, '_SUCCESS'))).toEqual([]);
    expect(check(unlisted(now - 25 * hour))[0]?.action).toContain('Do not delete');
  });

  it('tells a full resync with what to drop and to reload', () => {
    const resynced = history([
      dump(5, { tables: { users: full, pageviews: full } }),
      dump(6, {
        tables: { users: incremental, pageviews: { ...full, files: 61 }, new_event: full, user_migrations: full },
        listing: { pageviews: listed(3_330_000_000) },
      }),
    ]);
    const [problem, ...others] = only(check(resynced), 'fullResync');
    expect(others).toEqual([]);
    expect(problem?.message).toContain('pageviews was resynced in full by dump 6');
    expect(problem?.action).toBe('Drop what you loaded of pageviews before dump 6; reload these 61 files, 3.1 GB.');
  });

  it('tells a table without a full dump', () => {
    const never = history([dump(5, { tables: { users: full, clicks: incremental } }), dump(6, { tables: {} })]);
    expect(codes(check(never))).toEqual(['warning noFullDump clicks']);
  });

  it('tells a table that has fallen silent, after three dumps', () => {
    const dumps = (silent: number): ExportHistory =>
      history(
        Array.from({ length: 11 }, (_, index) =>
          dump(index + 1, {
            tables:
              index === 0 ? { users: full, clicks: full } : index < 11 - silent ? { clicks: incremental } : {},
          }),
        ),
      );
    expect(only(check(dumps(2)), 'tableSilent')).toEqual([]);
    expect(only(check(dumps(3)), 'tableSilent')[0]?.message).toBe(
      'clicks has had no files for 3 dumps; it last came with dump 8.',
    );
  });

  it.each([
    [1_000_000, []],
    [5_000_001, ['warning volumeJump clicks']],
    [199_999, ['warning volumeJump clicks']],
    [4_000_000, []],
  ])('tells a delivery out of line with those before it: %d bytes', (bytes, expected) => {
    const dumps = Array.from({ length: 6 }, (_, index) =>
      dump(index + 1, {
        tables: { clicks: index === 0 ? full : incremental },
        listing: { clicks: listed(index === 5 ? bytes : 1_000_000) },
      }),
    );
    expect(codes(only(check(history(dumps)), 'volumeJump'))).toEqual(expected);
  });
});

describe('the health of columns', () => {
  const table = (names: readonly string[], mode: HistoryTable['mode'] = 'incremental'): HistoryTable => ({
    mode,
    files: 1,
    columns: names,
  });

  it('tells those gained and lost since the table was last there', () => {
    const changed = history([
      dump(5, { tables: { users: table(['user_id', 'plan'], 'full') } }),
      dump(6, { tables: {} }),
      dump(7, { tables: { users: table(['user_id', 'tier']) } }),
    ]);
    expect(codes(check(changed))).toEqual(['warning columnDropped users', 'information columnAdded users']);
    expect(only(check(changed), 'columnAdded')[0]?.message).toBe(
      'users has gained column tier in dump 7; no backfill: no values before dump 7.',
    );
  });

  it('tells where the manifest and the parts differ', () => {
    const schemas = new Map([['users', ['user_id', 'email']]]);
    const differing = check(history([dump(5, { tables: { users: table(['user_id', 'plan'], 'full') } })]), {
      schemas,
    });
    expect(differing.map(({ message }) => message)).toEqual([
      'The columns of users in dump 5 differ: the manifest lists 1 column that the parts lack (plan); the parts have 1 column that the manifest does not list (email).',
    ]);
  });
});

describe('a health report', () => {
  it('puts errors first, and marks nothing up that others have written', () => {
    const odd = '_<b>[x](y)';
    const of = history([
      dump(5, { tables: { [odd]: full }, listing: { [odd]: listed(0, { missing: ['sync_5/x/part-0.avro'] }) } }),
      dump(6, { delivered: now, tables: { [odd]: incremental, other: incremental } }),
    ]);
    const text = printHealthMarkdown(of, check(of), { name: 'shop', now });
    expect(text.split('\n')[0]).toBe('# Health: dump 6 · 1 error, 1 warning');
    expect(text.indexOf('## Errors (1)')).toBeLessThan(text.indexOf('## Warnings (1)'));
    expect(text).not.toContain('<b>');
    expect(text).not.toContain('[x](y)');
  });

  it('tells of many things of a kind one, where they are only to be known, and everything that is to be done', () => {
    const gone = (id: number): HistoryDump => {
      const { dump: number, manifest } = dump(id);
      return { dump: number, manifest: manifest! };
    };
    const ids = Array.from({ length: 40 }, (_, index) => index + 1);
    const names = Object.fromEntries(ids.map((id) => [`table_${id}`, full]));
    const of = history([
      ...ids.map(gone),
      dump(98, { tables: names }),
      dump(99, { delivered: now, tables: names }),
    ]);
    const text = printHealthMarkdown(of, check(of), { name: 'shop', now });
    expect(text).toContain('## To be known (40)');
    expect(text.match(/`folderGone`/g)).toHaveLength(1);
    expect(text).toContain('And 39 more of this kind: dumps 39, 38, 37,');
    expect(text.match(/Drop what you loaded of table_\d+ before dump 99/g)).toHaveLength(40);
  });
});
