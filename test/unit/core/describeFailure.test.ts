import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../../src/core/describeFailure';
import { failureCodes, type FailureData } from '../../../src/core/failure';

const rich: FailureData['facts'] = {
  uri: 's3://csq-rs3-acme/sync_1241/_heap_table_name=users/part-00000.avro',
  key: 'sync_1241/_heap_table_name=users/part-00000.avro',
  bucket: 'csq-rs3-acme',
  profile: 'analytics',
  region: 'eu-west-1',
  action: 's3:GetObject',
  endpoint: 'http://127.0.0.1:9000',
  dump: '1241',
  table: 'users',
  name: 'a"b',
  text: 'nonsense',
  folder: '/data',
  codec: 'lzo',
  detail: 'the reason as it was given',
  offset: 18874368,
  block: 312,
  line: 4,
  column: 5,
  maxBytes: 1073741824,
};

const say = (data: FailureData): string => {
  const { message, hint, remedy } = describeFailure(data);
  return `${data.code}${remedy === undefined ? '' : ` [${remedy}]`}\n  ${message}\n  ${hint}\n`;
};

describe('the words for a failure', () => {
  it('say what happened, to which thing, why, and what to do', async () => {
    await expect(failureCodes.map((code) => say({ code, facts: rich })).join('\n')).toMatchFileSnapshot(
      '../../golden/core/failures.txt',
    );
  });

  it('know the reasons that a store gives', async () => {
    const reasons = {
      'store.accessDenied': ['archived', 'encryptionKey', 'role'],
      'store.badCredentials': ['unknownKey', 'wrongSecret', 'clockSkew', 'invalidToken', 'malformedKey'],
      'store.noCredentials': ['noKeys', 'none', 'profile'],
      'store.network': [
        'refused',
        'unknownHost',
        'timeout',
        'reset',
        'unreachable',
        'tls',
        'handshake',
        'serverError',
      ],
    } as const;
    const lines = Object.entries(reasons).flatMap(([code, list]) =>
      list.map((reason) => `${reason}: ${say({ code: code as keyof typeof reasons, facts: { ...rich, reason } })}`),
    );
    lines.push(say({ code: 'store.accessDenied', facts: { ...rich, action: 's3:ListBucket' } }));
    lines.push(say({ code: 'store.accessDenied', facts: { uri: '/data/x', path: '/data' } }));
    lines.push(say({ code: 'store.noSuchBucket', facts: { path: '/data', bucket: '/data' } }));
    lines.push(say({ code: 'store.notFound', facts: { uri: '/data/x', path: '/data', reason: 'notAFile' } }));
    lines.push(say({ code: 'store.notFound', facts: { uri: '/data/x', path: '/data', errorCode: 'ELOOP' } }));
    await expect(lines.join('\n')).toMatchFileSnapshot('../../golden/core/store-failures.txt');
  });

  it('fit the editor and the command line: nothing in them is a button, a view or a setting of one of the two', () => {
    for (const code of failureCodes)
      for (const facts of [rich, {}, { ...rich, reason: 'reset' }]) {
        const { message, hint } = describeFailure({ code, facts });
        expect(message + hint, code).not.toMatch(
          /refresh|this connection|in the connection|the list|extension|log has/i,
        );
      }
  });

  it('name what the kind of SQL lacks', () => {
    const words = (table: string, kind: string): string =>
      describeFailure({ code: 'sql.noKey', facts: { table, kind, detail: 'no column user_id' } }).message;
    expect(words('_event_metadata', 'migrated')).toBe(
      '"_event_metadata" has no users to migrate: no column user_id.',
    );
    expect(words('_event_metadata', 'dedup')).toMatch(/no key to find duplicates by/);
    expect(words('user_migrations', 'dedup')).toMatch(/maps no users/);
  });

  it('are whole sentences also when nothing is known, and never name a fact that is not there', async () => {
    const texts = failureCodes.map((code) => say({ code, facts: {} }));
    for (const code of failureCodes) {
      const { message, hint } = describeFailure({ code, facts: {} });
      expect(message, code).toMatch(/^["A-Z].*[^.]\.$/);
      expect(hint, code).toMatch(/^$|[.?a-z0-9)]$/);
      expect(message + hint, code).not.toMatch(/undefined|NaN| {2}|""|\(\)| \.|!|please/i);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('../../golden/core/failures-bare.txt');
  });
});
