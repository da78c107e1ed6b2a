import { createServer } from 'node:net';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { S3Connection, StaticCredentials } from '../../src/core/connection';
import { type Failure, toFailure } from '../../src/core/failure';
import type { Log, ObjectStore } from '../../src/core/ports';
import { openStore } from '../../src/store/index';
import { createS3Store } from '../../src/store/s3Store';
import { createFaultProxy, s3Answers } from '../harness/faultProxy.mjs';
import { freePort, startRgw, startS3, whyNoS3 } from '../harness/rgw.mjs';
import { createBucket, createWriter, deleteBucket, putObjects, putPolicy } from '../harness/s3Fixtures.mjs';
import { bytesOf, expectFailure } from './objectStoreContract';

type S3Server = Awaited<ReturnType<typeof startS3>>;
type FaultProxy = Awaited<ReturnType<typeof createFaultProxy>>;

const skipReason = await whyNoS3();
const key = 'sync_1/_heap_table_name=users/part-00000-a.avro';
const contents = bytesOf('part', 3_000_000);
const stores: ObjectStore[] = [];
const logged: string[] = [];
const record = (message: string): void => void logged.push(message);
const log: Log = { debug: record, info: record, warn: record, error: record };

function connectionTo(endpoint: string, bucket: string, more: Partial<S3Connection> = {}): S3Connection {
  return {
    kind: 's3',
    id: 's',
    name: 's',
    bucket,
    prefix: '',
    region: 'us-east-1',
    credentials: 'keys',
    endpoint,
    ...more,
  };
}

async function open(
  endpoint: string,
  bucket: string,
  credentials: StaticCredentials,
  { maxAttempts, ...more }: Partial<S3Connection> & { maxAttempts?: number } = {},
): Promise<ObjectStore> {
  const store = await openStore({
    connection: connectionTo(endpoint, bucket, more),
    credentials,
    log,
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  });
  stores.push(store);
  return store;
}

afterEach(() => {
  for (const store of stores.splice(0)) store.dispose();
});

/** No part of what signs requests may come out: not in facts, not in causes, not in the log. */
function expectNoSecrets(failure: Failure, credentials: StaticCredentials): void {
  const cause = failure.cause as Error | undefined;
  const text = [
    JSON.stringify(failure.facts),
    failure.message,
    cause?.message,
    cause?.stack,
    JSON.stringify(cause),
    ...Object.values((cause ?? {}) as object).map(String),
    ...logged,
  ].join('\n');
  for (const secret of [credentials.secretAccessKey, credentials.sessionToken]) {
    if (secret !== undefined) expect(text).not.toContain(secret);
  }
  expect(text).not.toContain(credentials.accessKeyId);
  expect(text).not.toMatch(/Signature=|AWS4-HMAC-SHA256/);
}

describe.skipIf(skipReason !== undefined)(`S3${skipReason === undefined ? '' : ` (${skipReason})`}`, () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let writer: ReturnType<typeof createWriter>;
  const bucket = `dce-s3-${Date.now().toString(36)}`;

  beforeAll(async () => {
    server = await startS3();
    writer = createWriter(server.endpoint, server.credentials, server.region);
    await createBucket(writer, bucket);
    await putObjects(writer, bucket, [
      [key, contents],
      ['empty.avro', ''],
      ['secret/a.avro', 'secret'],
    ]);
    proxy = await createFaultProxy(server.endpoint);
  });
  afterEach(() => {
    proxy.reset();
    logged.length = 0;
  });
  afterAll(async () => {
    await proxy.close();
    if (server.kind === 'given') await deleteBucket(writer, bucket);
    writer.destroy();
    await server.stop();
  });

  describe('what is sent', () => {
    it('is GET and HEAD alone, signed, to the bucket named, whatever is asked of the store', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      await store.list({ prefix: '', delimiter: '/' });
      await store.list({ prefix: 'sync_1/' });
      await store.head(key);
      await store.read(key);
      await store.read(key, { range: { start: 4_000_000, end: 4_000_001 } });
      await store.read('empty.avro', { range: { suffix: 3 } });
      await expectFailure(store.head('missing'), 'store.notFound');
      await expectFailure(store.read('missing'), 'store.notFound');
      expect(new Set(proxy.requests.map((request) => request.method))).toEqual(new Set(['GET', 'HEAD']));
      for (const request of proxy.requests) {
        expect(request.path).toMatch(new RegExp(`^/${bucket}(?:/|$|\\?)`));
        expect(request.path).not.toMatch(/[?&](?:location|acl|policy|uploads|versions)\b/);
        expect(request.region).toBe('us-east-1');
      }
    });

    it('is one request to read, the first time too, and one to list', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      await store.read(key, { range: { start: 0, end: 100 } });
      await store.list({ prefix: '' });
      await store.read(key, { range: { suffix: 10 } });
      expect(proxy.requests.map(({ method, range }) => [method, range])).toEqual([
        ['GET', 'bytes=0-99'],
        ['GET', undefined],
        ['GET', 'bytes=-10'],
      ]);
    });

    it('is nothing before the first request', async () => {
      await open(proxy.endpoint, bucket, server.credentials);
      expect(proxy.requests).toEqual([]);
    });
  });

  describe.skipIf(skipReason !== undefined || process.env['DCE_TEST_S3_ENDPOINT'] !== undefined)(
    'permissions (RGW)',
    () => {
      let reader: StaticCredentials;
      const named = (name: string): string => `${bucket}-${name}`;
      const user = { AWS: ['arn:aws:iam:::user/reader'] };

      beforeAll(async () => {
        reader = server.reader!;
        for (const name of ['closed', 'getonly', 'denied']) {
          await createBucket(writer, named(name));
          await putObjects(writer, named(name), [
            ['open/a.avro', 'readable'],
            ['secret/a.avro', 'secret'],
          ]);
        }
        await putPolicy(writer, named('getonly'), [
          { Effect: 'Allow', Principal: user, Action: ['s3:GetObject'], Resource: ['/*'] },
        ]);
        await putPolicy(writer, named('denied'), [
          { Effect: 'Allow', Principal: user, Action: ['s3:ListBucket'], Resource: [''] },
          { Effect: 'Allow', Principal: user, Action: ['s3:GetObject'], Resource: ['/*'] },
          { Effect: 'Deny', Principal: user, Action: ['s3:GetObject'], Resource: ['/secret/*'] },
        ]);
      });

      it('says that nothing is allowed', async () => {
        const store = await open(server.endpoint, named('closed'), reader);
        const listing = await expectFailure(store.list({ prefix: '' }), 'store.accessDenied');
        expect(listing.facts).toMatchObject({
          action: 's3:ListBucket',
          bucket: named('closed'),
          errorCode: 'AccessDenied',
          status: 403,
        });
        expect(listing.facts['key']).toBeUndefined();
        for (const request of [() => store.head('open/a.avro'), () => store.read('open/a.avro')]) {
          const failure = await expectFailure(request(), 'store.accessDenied');
          expect(failure.facts).toMatchObject({
            action: 's3:GetObject',
            key: 'open/a.avro',
            uri: `s3://${named('closed')}/open/a.avro`,
          });
          expectNoSecrets(failure, reader);
        }
      });

      it('reads without being allowed to list', async () => {
        const store = await open(server.endpoint, named('getonly'), reader);
        await expectFailure(store.list({ prefix: '' }), 'store.accessDenied');
        expect(Buffer.from((await store.read('open/a.avro')).bytes).toString()).toBe('readable');
        // Without ListBucket S3 does not tell a missing object from a forbidden one.
        await expectFailure(store.read('open/missing'), 'store.accessDenied');
        await expectFailure(store.head('open/missing'), 'store.accessDenied');
      });

      it('lists what it is not allowed to read', async () => {
        const store = await open(server.endpoint, named('denied'), reader);
        const { objects } = await store.list({ prefix: '' });
        expect(objects.map((object) => object.key)).toEqual(['open/a.avro', 'secret/a.avro']);
        await store.read('open/a.avro');
        await expectFailure(store.read('open/missing'), 'store.notFound');
        await expectFailure(store.read('secret/a.avro'), 'store.accessDenied');
        await expectFailure(store.head('secret/a.avro'), 'store.accessDenied');
      });

      it('tells an unknown key from a wrong secret', async () => {
        const wrongSecret = { ...reader, secretAccessKey: 'wrong-wrong-wrong-wrong-wrong' };
        const unknownKey = { ...reader, accessKeyId: 'AKIANOBODY0000000000' };
        for (const [credentials, reason, errorCode] of [
          [wrongSecret, 'wrongSecret', 'SignatureDoesNotMatch'],
          [unknownKey, 'unknownKey', 'InvalidAccessKeyId'],
        ] as const) {
          const store = await open(server.endpoint, named('denied'), credentials);
          for (const request of [
            () => store.list({ prefix: '' }),
            () => store.head('open/a.avro'),
            () => store.read('open/a.avro'),
          ]) {
            const failure = await expectFailure(request(), 'store.badCredentials');
            expect(failure.facts).toMatchObject({ reason, errorCode });
            expectNoSecrets(failure, credentials);
          }
        }
      });
    },
  );

  it('tells a bucket that is not there from an object that is not there', async () => {
    const store = await open(server.endpoint, `${bucket}-nowhere`, server.credentials);
    for (const request of [() => store.list({ prefix: '' }), () => store.read(key), () => store.head(key)]) {
      const failure = await expectFailure(request(), 'store.noSuchBucket');
      expect(failure.facts).toMatchObject({ bucket: `${bucket}-nowhere`, endpoint: server.endpoint });
    }
  });

  describe('credentials that end', () => {
    it('says that a token has expired, and looks for new ones at the next request', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      proxy.add({ answer: s3Answers.expiredToken() });
      const failure = await expectFailure(store.read(key), 'store.expiredToken');
      expect(failure.facts).toMatchObject({ errorCode: 'ExpiredToken', key });
      expectNoSecrets(failure, server.credentials);
      expect((await store.read(key)).totalBytes).toBe(contents.byteLength);
    });

    it('says that a clock is wrong', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      proxy.add({ times: 10, answer: s3Answers.clockSkew() });
      const failure = await expectFailure(store.read(key), 'store.badCredentials');
      expect(failure.facts).toMatchObject({ reason: 'clockSkew' });
    });
  });

  describe('a wrong region', () => {
    const euWest = (request: { region?: string | undefined }): boolean => request.region !== 'eu-west-1';
    it.each([
      ['a redirect', s3Answers.permanentRedirect('eu-west-1')],
      ['a refused signature', s3Answers.malformedHeader('us-east-1', 'eu-west-1')],
      ['a redirect that names only the host', { ...s3Answers.permanentRedirect('eu-west-1'), headers: {} }],
    ])('is followed from %s, and remembered', async (name, answer) => {
      // A bucket of its own for each: what is remembered is remembered for the whole process.
      const own = `${bucket}-${name.length}`;
      await createBucket(writer, own);
      await putObjects(writer, own, [[key, 'here']]);
      proxy.add({ when: euWest, times: Infinity, answer });
      const store = await open(proxy.endpoint, own, server.credentials);
      expect((await store.list({ prefix: '' })).objects).toHaveLength(1);
      await store.read(key);
      const again = await open(proxy.endpoint, own, server.credentials);
      await again.read(key);
      expect(proxy.requests.map((request) => request.region)).toEqual([
        'us-east-1',
        'eu-west-1',
        'eu-west-1',
        'eu-west-1',
      ]);
      await deleteBucket(writer, own);
    });

    it('is followed from an answer to HEAD, which has no body', async () => {
      const own = `${bucket}-head`;
      await createBucket(writer, own);
      await putObjects(writer, own, [[key, 'here']]);
      const answer = { status: 400, headers: { 'x-amz-bucket-region': 'eu-west-1' } };
      proxy.add({ when: euWest, times: Infinity, answer });
      const store = await open(proxy.endpoint, own, server.credentials);
      expect((await store.head(key)).bytes).toBe(4);
      expect(proxy.requests.map((request) => request.region)).toEqual(['us-east-1', 'eu-west-1']);
      await deleteBucket(writer, own);
    });

    it('is said when nobody knows the right one', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      const { body } = s3Answers.permanentRedirect('eu-west-1');
      const answer = {
        status: 301,
        headers: { 'content-type': 'application/xml' },
        body: body.replace(/<Endpoint>.*<\/Endpoint>/, ''),
      };
      proxy.add({ times: Infinity, answer });
      const failure = await expectFailure(store.read(key), 'store.wrongRegion');
      expect(failure.facts).toMatchObject({ region: 'us-east-1', bucket });
    });
  });

  describe('the way to the server', () => {
    it('is said to be closed when nobody listens there', async () => {
      const endpoint = `http://127.0.0.1:${await freePort()}`;
      const store = await open(endpoint, bucket, server.credentials, { maxAttempts: 2 });
      const failure = await expectFailure(store.list({ prefix: '' }), 'store.network');
      expect(failure.facts).toMatchObject({ reason: 'refused', endpoint, attempts: 2 });
    });

    it('is said to be unknown when the host has no address', async () => {
      const store = await open('http://nowhere.invalid', bucket, server.credentials, { maxAttempts: 1 });
      const failure = await expectFailure(store.read(key), 'store.network');
      expect(failure.facts).toMatchObject({ reason: 'unknownHost' });
    });

    it('is said to speak no TLS', async () => {
      const endpoint = proxy.endpoint.replace('http:', 'https:');
      const store = await open(endpoint, bucket, server.credentials, { maxAttempts: 1 });
      const failure = await expectFailure(store.read(key), 'store.network');
      expect(failure.facts).toMatchObject({ reason: 'handshake' });
    });

    it.each(['list', 'read', 'head'] as const)('is tried again after a hang-up (%s)', async (verb) => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      proxy.add({ times: 2, hangUp: true });
      await (verb === 'list' ? store.list({ prefix: '' }) : store[verb](key));
      expect(proxy.requests).toHaveLength(3);
    });

    it.each(['before it answers', 'in the middle of an object'])(
      'is given up when it is silent %s',
      async (when) => {
        const store = createS3Store({
          connection: connectionTo(proxy.endpoint, bucket),
          credentials: server.credentials,
          log,
          maxAttempts: 2,
          timeouts: { connectMs: 1000, idleMs: 150 },
        });
        stores.push(store);
        const isSilentAtOnce = when.startsWith('before');
        proxy.add({ times: Infinity, ...(isSilentAtOnce ? { delayMs: 2000 } : { stallAfterBytes: 100_000 }) });
        const failure = await expectFailure(store.read(key), 'store.network');
        expect(failure.facts).toMatchObject({ reason: 'timeout', attempts: 2 });
      },
    );
  });

  describe('throttling', () => {
    it('is waited out', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      proxy.add({ times: 2, answer: s3Answers.slowDown() });
      expect((await store.read(key)).bytes.byteLength).toBe(contents.byteLength);
      expect(proxy.requests).toHaveLength(3);
    });

    it.each([503, 429])('is said when it does not end (%i)', async (status) => {
      const store = await open(proxy.endpoint, bucket, server.credentials, { maxAttempts: 3 });
      proxy.add({ times: Infinity, answer: { ...s3Answers.slowDown(), status } });
      const failure = await expectFailure(store.list({ prefix: '' }), 'store.throttled');
      expect(failure.facts).toMatchObject({ attempts: 3, status });
      expect(proxy.requests).toHaveLength(3);
    });

    it('does not hold up a cancel', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials, { maxAttempts: 50 });
      const controller = new AbortController();
      const before = (): void => {
        if (proxy.requests.length === 3) setImmediate(() => controller.abort());
      };
      proxy.add({ times: Infinity, before, answer: s3Answers.slowDown() });
      await expectFailure(store.read(key, {}, controller.signal), 'cancelled');
      expect(proxy.requests.length).toBeLessThan(6);
    });
  });

  describe('an object cut in the middle', () => {
    it('is read on from where it was cut, pinned to its version', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      proxy.add({ cutAfterBytes: 1_000_000 });
      proxy.add({ cutAfterBytes: 500_000 });
      const read = await store.read(key, { range: { start: 100, end: 2_500_000 } });
      expect(Buffer.compare(read.bytes, contents.subarray(100, 2_500_000))).toBe(0);
      expect(proxy.requests[0]).toMatchObject({ range: 'bytes=100-2499999', ifMatch: undefined });
      expect(proxy.requests[1]!.ifMatch).toBe(`"${read.etag}"`);
      expect(proxy.requests).toHaveLength(3);
      const got = proxy.requests.map((request) => Number(/bytes=(\d+)-/.exec(request.range!)![1]));
      expect(got[1]).toBeGreaterThan(got[0]!);
      expect(got[2]).toBeGreaterThan(got[1]!);
    });

    it('is said when it is cut every time', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials, { maxAttempts: 3 });
      proxy.add({ times: Infinity, cutAfterBytes: 1000 });
      const failure = await expectFailure(store.read(key), 'store.network');
      expect(failure.facts).toMatchObject({ reason: 'reset', attempts: 3, key });
    });

    it('is read anew when it was replaced meanwhile, and never mixed', async () => {
      const second = bytesOf('second', 2_000_000);
      const store = await open(proxy.endpoint, bucket, server.credentials);
      await putObjects(writer, bucket, [['replaced.bin', contents]]);
      proxy.add({ cutAfterBytes: 1_000_000 });
      proxy.add({ before: () => putObjects(writer, bucket, [['replaced.bin', second]]) });
      const read = await store.read('replaced.bin');
      expect(read.totalBytes).toBe(second.byteLength);
      expect(Buffer.compare(read.bytes, second)).toBe(0);
    });

    it('is said to have changed when it was replaced and the caller insists on the version', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      await putObjects(writer, bucket, [['replaced.bin', contents]]);
      const { etag } = await store.head('replaced.bin');
      proxy.add({ cutAfterBytes: 1_000_000 });
      proxy.add({ before: () => putObjects(writer, bucket, [['replaced.bin', 'x']]) });
      await expectFailure(store.read('replaced.bin', { ifMatch: etag }), 'store.changed');
    });

    it('ends at once when it is cancelled', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      const controller = new AbortController();
      proxy.add({ stallAfterBytes: 1_000_000, before: () => setImmediate(() => controller.abort()) });
      await expectFailure(store.read(key, {}, controller.signal), 'cancelled');
      expect((await store.read(key, { range: { start: 0, end: 1 } })).bytes.byteLength).toBe(1);
    });

    it('ends when the store is disposed of', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      proxy.add({ stallAfterBytes: 1_000_000, before: () => setImmediate(() => store.dispose()) });
      await expectFailure(store.read(key), 'cancelled');
      await expectFailure(store.list({ prefix: '' }), 'cancelled');
    });
  });

  describe('something else than S3', () => {
    const page = '<!doctype html><html><head><title>Sign in</title></head><body>Wi-Fi</body></html>';
    it.each([
      ['a login page', { status: 200, headers: { 'content-type': 'text/html' }, body: page }],
      [
        'a login page that is proper XML',
        { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Wi-Fi</body></html>' },
      ],
      ['a refusing proxy', { status: 403, headers: { 'content-type': 'text/html' }, body: page }],
      ['nothing', { status: 200, headers: {}, body: '' }],
      ['garbage', { status: 200, headers: { 'content-type': 'application/xml' }, body: '\u0000<<<>' }],
    ])('is told from it: %s', async (_name, answer) => {
      const store = await open(proxy.endpoint, bucket, server.credentials, { maxAttempts: 2 });
      proxy.add({ times: Infinity, answer });
      await expectFailure(store.list({ prefix: '' }), 'store.protocol');
      await expectFailure(store.read(key), 'store.protocol');
    });

    it('is told from it: a server that ignores ranges is read all the same', async () => {
      const store = await open(proxy.endpoint, bucket, server.credentials);
      const body = 'abcdefghij';
      proxy.add({ times: 3, answer: { status: 200, headers: { etag: '"1"' }, body } });
      const text = async (range: { start: number; end: number } | { suffix: number }) =>
        Buffer.from((await store.read(key, { range })).bytes).toString();
      expect(await text({ start: 2, end: 5 })).toBe('cde');
      expect(await text({ suffix: 3 })).toBe('hij');
      expect(await text({ start: 8, end: 90 })).toBe('ij');
    });
  });

  it('says so when what answers there does not speak HTTP', async () => {
    const greeter = createServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => greeter.listen(0, '127.0.0.1', resolve));
    const { port } = greeter.address() as { port: number };
    const store = await open(`http://127.0.0.1:${port}`, bucket, server.credentials, { maxAttempts: 1 });
    await expectFailure(store.list({ prefix: '' }), 'store.protocol');
    await new Promise((resolve) => greeter.close(resolve));
  });
});

describe.skipIf(skipReason !== undefined || process.env['DCE_TEST_S3_ENDPOINT'] !== undefined)(
  'S3 with session tokens (RGW)',
  () => {
    let server: S3Server;
    let session: StaticCredentials;
    const bucket = 'dce-sts';

    beforeAll(async () => {
      server = await startRgw({ hasSts: true });
      const { endpoint, region, credentials } = server;
      const writer = createWriter(endpoint, credentials);
      await createBucket(writer, bucket);
      await putObjects(writer, bucket, [[key, 'contents']]);
      writer.destroy();
      const trust = {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/demo'] }, Action: ['sts:AssumeRole'] },
        ],
      };
      const rights = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetObject'], Resource: ['arn:aws:s3:::*'] }],
      };
      await server.admin([
        'role',
        'create',
        '--role-name=analyst',
        '--path=/',
        `--assume-role-policy-doc=${JSON.stringify(trust)}`,
      ]);
      await server.admin([
        'role-policy',
        'put',
        '--role-name=analyst',
        '--policy-name=read',
        `--policy-doc=${JSON.stringify(rights)}`,
      ]);
      session = await fromTemporaryCredentials({
        masterCredentials: { ...credentials },
        params: { RoleArn: 'arn:aws:iam:::role/analyst', RoleSessionName: 'test' },
        clientConfig: { endpoint, region },
      })();
    });
    afterAll(() => server.stop());

    it('reads with them', async () => {
      const store = await open(server.endpoint, bucket, session);
      expect((await store.list({ prefix: '' })).objects).toHaveLength(1);
      expect((await store.read(key)).totalBytes).toBe(8);
    });

    it.each(['tampered with', 'left out'])('is refused with a token %s', async (what) => {
      const { sessionToken, ...keys } = session;
      const tampered = `${sessionToken!.slice(0, 40)}${sessionToken![40] === 'A' ? 'B' : 'A'}${sessionToken!.slice(41)}`;
      const credentials = what === 'left out' ? keys : { ...keys, sessionToken: tampered };
      const store = await open(server.endpoint, bucket, credentials);
      for (const request of [() => store.list({ prefix: '' }), () => store.read(key)]) {
        const failure = toFailure(await request().catch((error: unknown) => error));
        // RGW calls a token that it cannot decipher an invalid argument, and one that it can, but that is wrong, denied.
        expect(['store.accessDenied', 'store.protocol']).toContain(failure.code);
        expect([400, 403]).toContain(failure.facts['status']);
        expectNoSecrets(failure, credentials);
      }
    });
  },
);
