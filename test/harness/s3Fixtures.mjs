// Fills buckets for tests. Not product code: the product cannot write.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/**
 * A client that may write.
 * @param {string} endpoint
 * @param {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} credentials
 */
export function createWriter(endpoint, credentials, region = 'us-east-1') {
  return new S3Client({
    endpoint,
    region,
    // The SDK writes into what it is given.
    credentials: { ...credentials },
    forcePathStyle: true,
    // Streams with the SDK's default checksums are refused by RGW 16.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Makes a bucket; one that is ours already is fine. */
export async function createBucket(client, bucket) {
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
  }
}

/**
 * Puts objects, several at a time.
 * @param {import('@aws-sdk/client-s3').S3Client} client
 * @param {string} bucket
 * @param {Iterable<readonly [string, Uint8Array | string]>} objects Key and contents.
 */
export async function putObjects(client, bucket, objects) {
  await inParallel(objects, async ([key, contents]) => {
    const body = typeof contents === 'string' ? Buffer.from(contents) : contents;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  });
}

/** Sets a bucket policy from its statements. `Resource` entries are relative to the bucket: `''`, `/*`. */
export async function putPolicy(client, bucket, statements) {
  const Statement = statements.map(({ Resource, ...rest }) => ({
    ...rest,
    Resource: Resource.map((resource) => `arn:aws:s3:::${bucket}${resource}`),
  }));
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}

/** Empties a bucket and removes it. */
export async function deleteBucket(client, bucket) {
  for (;;) {
    const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    if (Contents.length > 0) {
      const Objects = Contents.map(({ Key }) => ({ Key }));
      await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    }
    if (!IsTruncated) break;
  }
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
}

/**
 * Uploads a folder as it lies there, its relative paths as keys, into a bucket that is made if it is not there.
 * Gives the number of files.
 * @param {string} endpoint
 * @param {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} credentials
 * @param {string} bucket
 * @param {string} folder
 * @param {{ prefix?: string, region?: string }} [options]
 */
export async function uploadFolder(endpoint, credentials, bucket, folder, { prefix = '', region } = {}) {
  const client = createWriter(endpoint, credentials, region);
  try {
    await createBucket(client, bucket);
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    await inParallel(files, async (file) => {
      const key = prefix + path.relative(folder, file).split(path.sep).join('/');
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(file) }));
    });
    return files.length;
  } finally {
    client.destroy();
  }
}

async function inParallel(items, work, width = 16) {
  const iterator = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
