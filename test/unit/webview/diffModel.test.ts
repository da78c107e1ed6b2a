import { describe, expect, it } from 'vitest';
import type { ManifestDiff, TableDiff, TableSide } from '../../../src/core/manifestDiff';
import { buildDiffModel } from '../../../webview/diff/diffModel';
import { createFormats } from '../../../webview/ui/format';

const formats = createFormats('en-GB', 'UTC');
const megabyte = 1024 ** 2;

const side = (files: number, megabytes?: number, more: Partial<TableSide> = {}): TableSide => ({
  mode: 'incremental',
  files,
  missingFiles: 0,
  columns: 10,
  ...(megabytes === undefined ? {} : { bytes: megabytes * megabyte }),
  ...more,
});
const table = (name: string, change: TableDiff['change'], more: Partial<TableDiff> = {}): TableDiff => ({
  name,
  change,
  columnsAdded: [],
  columnsRemoved: [],
  isInternal: false,
  from: side(1, 1),
  to: side(2, 3),
  ...more,
});
const diff = (tables: readonly TableDiff[], more: Partial<ManifestDiff> = {}): ManifestDiff => ({
  from: '1240',
  to: '1241',
  tables,
  definitions: { added: [], removed: [], changed: [] },
  summary: '',
  ...more,
});
const steps = (value: ManifestDiff): string[] =>
  buildDiffModel(value, formats).steps.map((step) => `${step.label}: ${step.text}`);

describe('what to do', () => {
  it('says it for each table by what happened to it, and folds the plain ones', () => {
    const bare = { columnsAdded: [], columnsRemoved: [], isInternal: false };
    const added: TableDiff = { ...bare, name: '_cart_opened', change: 'added', to: side(2, 3, { columns: 31 }) };
    const gone: TableDiff = { ...bare, name: '_quiz', change: 'gone', from: side(1, 1) };
    expect(
      steps(
        diff([
          table('pageviews', 'resynced', { to: side(61, 3100) }),
          gone,
          added,
          table('users', 'delivered', { columnsAdded: ['loyalty_tier'] }),
          table('sessions', 'delivered', { columnsRemoved: ['slot'] }),
          table('user_migrations', 'migrations', { to: side(1, 8) }),
          table('a', 'delivered'),
          table('b', 'incremental'),
          table('c', 'unchanged'),
          table('_event_metadata', 'delivered', { isInternal: true }),
        ]),
      ),
    ).toEqual([
      'pageviews: delete what was loaded before 1241, load 61 files (3.03 GB)',
      '_quiz: not in 1241: nothing to load; keep what was loaded',
      '_cart_opened: create with 31 columns, load 2 files (3 MB)',
      'users: append 2 files (3 MB); add column loyalty_tier (no values before 1241)',
      'sessions: append 2 files (3 MB); column slot has no values from 1241 on',
      'user_migrations: replace with 1 file (8 MB): only the newest copy counts',
      '2 other tables: append 4 files (6 MB)',
    ]);
  });

  it('names a single plain table, and leaves a size out that is not known', () => {
    expect(steps(diff([table('a', 'delivered', { to: side(2) })]))).toEqual(['a: append 2 files']);
  });

  it('warns of listed files that are not there instead of folding them away', () => {
    const model = buildDiffModel(
      diff([table('a', 'delivered', { to: side(2, undefined, { missingFiles: 1 }) }), table('b', 'delivered')]),
      formats,
    );
    expect(model.steps[0]).toMatchObject({ label: 'a', isWarning: true });
    expect(model.steps[0]?.text).toContain('wait: 1 listed file is not in the bucket');
    expect(model.groups[0]?.rows[0]?.missing).toBe('1 file missing');
  });

  it('names defined properties to compute again', () => {
    expect(steps(diff([], { definitions: { added: ['Channel'], removed: [], changed: ['Segment'] } }))).toEqual([
      '2 defined properties: compute again: Segment, Channel',
    ]);
  });

  it('cautions about dumps in between, also beyond 2^53', () => {
    const caution = (from: string, to: string): string => buildDiffModel(diff([], { from, to }), formats).caution;
    expect(caution('1240', '1241')).toBe('');
    expect(caution('999', '1000')).toBe('');
    expect(caution('1238', '1241')).toContain('between 1238 and 1241');
    expect(caution('9007199254740992', '9007199254740993')).toBe('');
    expect(caution('9007199254740992', '9007199254740994')).not.toBe('');
  });

  it('has no steps back in time', () => {
    const model = buildDiffModel(diff([table('a', 'delivered')], { from: '1000', to: '999' }), formats);
    expect(model.steps).toEqual([]);
    expect(model.caution).toContain('backwards');
  });
});

describe('the facts', () => {
  it('come riskiest first, without empty groups', () => {
    const model = buildDiffModel(
      diff([
        table('d', 'delivered'),
        table('i', 'incremental'),
        table('n', 'added'),
        table('g', 'gone'),
        table('r', 'resynced', { columnsAdded: ['x', 'y'], columnsRemoved: ['z'] }),
      ]),
      formats,
    );
    expect(model.groups.map((group) => `${group.title} ${group.count}`)).toEqual([
      'Full resyncs 1',
      'Columns +2 −1',
      'Gone tables 1',
      'New tables 1',
      'Back to incremental 1',
      'Delivered 1',
    ]);
  });

  it('give files and sizes before and after, the unit once', () => {
    const rows = buildDiffModel(
      diff([
        table('a', 'resynced', { from: side(58, 2900), to: side(61, 3100) }),
        table('b', 'resynced', { from: side(1, 900), to: side(1, 2048) }),
        table('c', 'resynced', { from: side(1, 5), to: side(1, 5) }),
        table('d', 'resynced', { from: side(1, 5), to: side(2) }),
      ]),
      formats,
    ).groups[0]!.rows;
    expect(rows.map((row) => `${row.files} | ${row.size}`)).toEqual([
      '58 → 61 files | 2.83 → 3.03 GB',
      '1 file | 900 MB → 2 GB',
      '1 file | 5 MB',
      '1 → 2 files | ',
    ]);
  });

  it('are none when only the dump id is different', () => {
    const model = buildDiffModel(diff([table('a', 'unchanged')]), formats);
    expect(model).toMatchObject({ isEmpty: true, groups: [], steps: [] });
    expect(model.unchanged.map((row) => row.label)).toEqual(['a']);
  });

  it('say when property definitions could not be compared', () => {
    const definitions = { added: [], removed: [], changed: [], note: '1240 lists none' };
    const [group] = buildDiffModel(diff([], { definitions }), formats).groups;
    expect(group?.rows).toEqual([expect.objectContaining({ label: 'Not compared', note: '1240 lists none' })]);
  });
});
