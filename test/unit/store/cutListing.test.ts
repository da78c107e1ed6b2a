import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { toFailure } from '../../../src/core/failure';
import { openStore } from '../../../src/store/index';

const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** Some servers say that a list is cut and forget to say how to go on: taken for whole, files would be lost unsaid. */
it('a list that is cut without a way to go on is a failure, not the end of the list', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(
      '<ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated><Contents><Key>a</Key><Size>1</Size><ETag>"e"</ETag></Contents></ListBucketResult>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = await openStore({
    connection: {
      kind: 's3',
      id: 'a',
      name: 'a',
      bucket: 'b',
      prefix: '',
      region: 'us-east-1',
      credentials: 'keys',
      endpoint,
    },
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    log,
    maxAttempts: 1,
  });
  try {
    const failure = await store.list({ prefix: '' }).then(() => undefined, toFailure);
    expect(failure?.code).toBe('store.protocol');
    expect(failure?.facts['detail']).toMatch(/cut/);
  } finally {
    store.dispose();
    server.closeAllConnections();
    server.close();
  }
});
