import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../../../src/core/failure';
import { addReadOnlyGuard } from '../../../src/store/readOnlyGuard';

describe('the guard', () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.method ?? '');
    response.writeHead(200, { etag: '"1"', 'content-type': 'application/xml' });
    response.end('<ListBucketResult><Name>b</Name></ListBucketResult>');
  });
  let client: S3Client;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    addReadOnlyGuard(client);
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  const bucket = { Bucket: 'b' };
  const object = { ...bucket, Key: 'k' };

  it('lets the three reads through', async () => {
    await client.send(new ListObjectsV2Command(bucket));
    await client.send(new HeadObjectCommand(object));
    await (await client.send(new GetObjectCommand(object))).Body?.transformToByteArray();
    expect(seen.splice(0)).toEqual(['GET', 'HEAD', 'GET']);
  });

  it.each([
    ['PutObject', (send: S3Client) => send.send(new PutObjectCommand({ ...object, Body: 'x' }))],
    ['DeleteObject', (send: S3Client) => send.send(new DeleteObjectCommand(object))],
    ['CreateBucket', (send: S3Client) => send.send(new CreateBucketCommand(bucket))],
    ['ListBuckets, though it is a GET', (send: S3Client) => send.send(new ListBucketsCommand({}))],
    ['GetBucketLocation, though it is a GET', (send: S3Client) => send.send(new GetBucketLocationCommand(bucket))],
  ])('refuses %s before anything is sent', async (_name, run) => {
    const error: unknown = await run(client).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isFailure(error, 'internal')).toBe(true);
    expect(seen).toEqual([]);
  });

  it('refuses a read that was turned into something else on the way', async () => {
    const turned = new GetObjectCommand(object);
    turned.middlewareStack.add(
      (next) => (args) => {
        (args.request as { method: string }).method = 'DELETE';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(client.send(turned)).rejects.toThrow(/refused to send HTTP DELETE/);
    expect(seen).toEqual([]);
  });
});
