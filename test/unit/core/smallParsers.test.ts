import { describe, expect, it } from 'vitest';
import { dedupKey, frozenColumns, isIdColumn, tableRole } from '../../../src/core/columnRoles';
import { parsePropertyDefinitions } from '../../../src/core/propertyDefinitions';
import { parseSyncReport } from '../../../src/core/syncReport';

const context = { key: 'k' };
const report = (value: unknown): ReturnType<typeof parseSyncReport> =>
  parseSyncReport(JSON.stringify(value), context);

describe('a sync report', () => {
  it('is read as the documentation shows it', () => {
    const sample =
      '{"start_time":1566968405225,"finish_time":1566968649169,"status":"succeeded","next_sync_at":1567054800000,"error":null}';
    expect(parseSyncReport(sample, context)).toEqual({
      started: 1566968405225,
      finished: 1566968649169,
      nextSync: 1567054800000,
      status: 'succeeded',
      outcome: 'succeeded',
      problems: [],
    });
  });

  it('has failed if it says so or carries an error, and is unknown otherwise', () => {
    expect(report({ status: 'failed', error: { code: 7 } })).toMatchObject({
      outcome: 'failed',
      error: '{\n  "code": 7\n}',
    });
    expect(report({ status: 'succeeded', error: 'late' }).outcome).toBe('failed');
    expect(report({ status: 'paused' })).toMatchObject({ outcome: 'unknown', status: 'paused' });
    expect(report({})).toEqual({ outcome: 'unknown', problems: ['status is missing'] });
  });

  it('takes times in seconds, microseconds, as text and as dates, and reports what is none', () => {
    expect(report({ start_time: 1566968405 }).started).toBe(1566968405000);
    expect(report({ start_time: 1566968405225123 }).started).toBe(1566968405225);
    expect(report({ start_time: '1566968405225' }).started).toBe(1566968405225);
    expect(report({ start_time: '2019-08-28T05:00:05.225Z' }).started).toBe(1566968405225);
    expect(report({ start_time: 'soon', status: 'x' }).problems).toEqual(['start_time is not a time: "soon"']);
  });

  it('is unreadable if it is no object', () => {
    expect(() => report([])).toThrow('report.unreadable');
    expect(() => parseSyncReport('{', context)).toThrow('report.unreadable');
  });
});

const parse = (value: unknown): ReturnType<typeof parsePropertyDefinitions> =>
  parsePropertyDefinitions(JSON.stringify(value), context);

describe('property definitions', () => {
  const channel = {
    property_name: 'Channel',
    type: 'event',
    cases: [
      {
        value: { type: 'constant', value: 'Paid' },
        condition: {
          clause_combinator: 'and',
          clauses: [
            { property_name: 'utm_medium', operator: 'includedin', value: ['cpc', 'ppc'] },
            {
              clause_combinator: 'or',
              clauses: [
                { property_name: 'referrer', operator: 'isdef' },
                { property_name: 'path', operator: 'matches', value: '/lp/*' },
              ],
            },
          ],
        },
      },
    ],
    default_value: { type: 'property', value: 'utm_source' },
  };

  it('are read with their nesting, lists and defaults', () => {
    const { definitions, problems } = parse([channel]);
    expect(problems).toEqual([]);
    expect(definitions[0]).toMatchObject({
      name: 'Channel',
      entity: 'event',
      cases: [
        {
          value: { kind: 'constant', value: 'Paid' },
          condition: {
            kind: 'group',
            combinator: 'and',
            clauses: [
              { kind: 'clause', property: 'utm_medium', operator: 'includedin', values: ['cpc', 'ppc'] },
              {
                kind: 'group',
                combinator: 'or',
                clauses: [
                  { kind: 'clause', operator: 'isdef', values: [] },
                  { kind: 'clause', operator: 'matches', values: ['/lp/*'] },
                ],
              },
            ],
          },
        },
      ],
      defaultValue: { kind: 'property', name: 'utm_source' },
      notUnderstood: [],
    });
  });

  it('are equal by substance: the order of keys makes no difference', () => {
    const reversed = Object.fromEntries(Object.entries(channel).reverse());
    expect(parse([reversed]).definitions[0]?.canonicalText).toBe(parse([channel]).definitions[0]?.canonicalText);
  });

  it('keep what nobody told us of, and say where it is', () => {
    const { definitions, problems } = parse([
      { property_name: 'f', type: 'account', formula: 'a+b', cases: [{ value: 1, condition: { operator: '~' } }] },
      { property_name: 'g', type: 'user' },
      { type: 'user' },
      7,
    ]);
    expect(definitions.map(({ name }) => name)).toEqual(['f', 'g']);
    expect(definitions[0]?.cases[0]).toEqual({
      value: { kind: 'unknown', text: '1' },
      condition: { kind: 'unknown', text: '{\n  "operator": "~"\n}' },
    });
    expect(definitions[0]?.notUnderstood).toEqual([
      '[0].type is "account"',
      '[0].cases[0].value is 1',
      '[0].cases[0].condition is { "operator": "~" }',
      '[0].formula is not known',
    ]);
    expect(definitions[1]?.notUnderstood).toEqual(['[1].cases is not a list']);
    expect(problems).toHaveLength(2);
  });

  it('do not overflow on hostile nesting', () => {
    const nested = (depth: number): string =>
      `[{"property_name":"p","type":"user","cases":[{"value":{"type":"constant","value":1},"condition":` +
      `${'{"clause_combinator":"and","clauses":['.repeat(depth)}{}${']}'.repeat(depth)}}]}]`;
    const { definitions } = parsePropertyDefinitions(nested(300), context);
    expect(definitions[0]?.notUnderstood).toEqual([expect.stringMatching(/is nested too deeply$/)]);
    expect(() => parsePropertyDefinitions(nested(100_000), context)).toThrow('definitions.unreadable');
  });

  it('are unreadable if there is no list', () => {
    expect(() => parse({})).toThrow('definitions.unreadable');
    expect(parse({ version: 2, properties: [channel] }).definitions).toHaveLength(1);
  });
});

describe('roles', () => {
  it('of tables and their dedup keys', () => {
    expect(
      ['users', 'sessions', 'pageviews', '_add_to_cart_', 'user_migrations', '_event_metadata'].map(tableRole),
    ).toEqual(['users', 'sessions', 'events', 'events', 'migrations', 'internal']);
    expect(dedupKey('users')).toEqual(['user_id']);
    expect(dedupKey('sessions')).toEqual(['session_id', 'user_id']);
    expect(dedupKey('events')).toEqual(['event_id', 'user_id']);
    expect(dedupKey('migrations')).toBeUndefined();
  });

  it('of columns', () => {
    expect(frozenColumns(['time', 'session_id', 'event_id', 'user_id', 'x'])).toEqual([
      'user_id',
      'event_id',
      'session_id',
    ]);
    expect(frozenColumns(['a'])).toEqual([]);
    expect(isIdColumn('to_user_id')).toBe(true);
    expect(isIdColumn('identity')).toBe(false);
  });
});
