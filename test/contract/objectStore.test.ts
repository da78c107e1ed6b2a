import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log } from '../../src/core/ports';
import { openStore } from '../../src/store/index';
import { createMemoryObjectStore } from '../fakes/memoryObjectStore';
import { startS3, whyNoS3 } from '../harness/rgw.mjs';
import { createBucket, createWriter, deleteBucket, putObjects } from '../harness/s3Fixtures.mjs';
import { describeObjectStore } from './objectStoreContract';

const silent = (): void => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

describeObjectStore('the fake in memory', (objects) => {
  const store = createMemoryObjectStore({}, { bucket: 'memory' });
  const put = (key: string, contents: Uint8Array): Promise<void> => {
    store.put(key, contents, { modified: Date.now() });
    return Promise.resolve();
  };
  for (const [key, contents] of objects) void put(key, contents);
  return Promise.resolve({
    store,
    replace: put,
    uriOf: (key) => `s3://memory/${key}`,
    close: () => {
      store.dispose();
      return Promise.resolve();
    },
  });
});

describeObjectStore('a folder', async (objects) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dce-folder-'));
  const put = async (key: string, contents: Uint8Array): Promise<void> => {
    const file = path.join(folder, ...key.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, contents);
  };
  for (const [key, contents] of objects) await put(key, contents);
  return {
    store: await openStore({ connection: { kind: 'folder', id: 'f', name: 'f', path: folder }, log }),
    replace: put,
    uriOf: (key) => path.join(folder, key),
    close: () => rm(folder, { recursive: true }),
  };
});

const skipReason = await whyNoS3();

for (const prefix of ['', 'exports/acme+co 1/']) {
  describeObjectStore(
    `an S3 server, ${prefix === '' ? 'a whole bucket' : 'below a prefix'}`,
    async (objects) => {
      const server = await startS3();
      const bucket = `dce-contract-${Date.now().toString(36)}`;
      const writer = createWriter(server.endpoint, server.credentials, server.region);
      await createBucket(writer, bucket);
      await putObjects(
        writer,
        bucket,
        [...objects].map(([key, contents]) => [prefix + key, contents] as const),
      );
      // Neighbours that a prefix must keep out.
      if (prefix !== '')
        await putObjects(writer, bucket, [
          ['exports/acme+co 1', 'x'],
          ['exports/acme+co 10/a', 'x'],
        ]);
      const store = await openStore({
        connection: {
          kind: 's3',
          id: 's',
          name: 's',
          bucket,
          prefix,
          region: server.region,
          endpoint: server.endpoint,
          credentials: 'keys',
        },
        credentials: server.credentials,
        log,
      });
      return {
        store,
        replace: (key, contents) => putObjects(writer, bucket, [[prefix + key, contents]]),
        uriOf: (key) => `s3://${bucket}/${prefix}${key}`,
        async close() {
          store.dispose();
          if (server.kind === 'given') await deleteBucket(writer, bucket);
          writer.destroy();
          await server.stop();
        },
      };
    },
    skipReason,
  );
}
