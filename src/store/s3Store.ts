import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { S3Connection } from '../core/connection';
import { Failure, isFailure } from '../core/failure';
import type { ListPage, ListRequest, Log, ObjectInfo, ObjectRead, ObjectStore, ReadRequest } from '../core/ports';
import { abortable } from './abortable';
import { checkRange, formatRangeHeader, isEmptyRange, parseContentRange, resolveRange } from './byteRange';
import { answerOf, regionTold, type RequestContext, toStoreFailure } from './failures';
import { decodeListedKey } from './keyCoding';
import { receiveObject } from './receiveObject';
import { type ClientHolder, createClientHolder, defaultTimeouts, type Timeouts } from './s3Client';
import type { OpenStoreOptions } from './types';

export interface S3StoreOptions extends OpenStoreOptions {
  readonly connection: S3Connection;
  readonly timeouts?: Timeouts;
}

type Context = Omit<RequestContext, 'region'>;
type Send = <T>(context: Context, run: (client: S3Client) => Promise<T>) => Promise<T>;

/**
 * A bucket, or a prefix of one, read with ListObjectsV2, HeadObject and GetObject alone.
 * Nothing is sent before the first request. A region that S3 says is wrong is corrected and remembered; failed tries
 * are repeated with growing pauses (the SDK's standard retries), a read cut in the middle goes on where it stopped.
 */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  const { connection, log } = options;
  const { bucket, prefix } = connection;
  const maxAttempts = options.maxAttempts ?? 5;
  const disposal = new AbortController();
  const holder = createClientHolder({
    connection,
    credentials: options.credentials,
    maxAttempts,
    timeouts: options.timeouts ?? defaultTimeouts,
  });
  const uri = (key: string): string => `s3://${bucket}/${prefix}${key}`;
  const { endpoint, profile } = connection;
  const contextOf = (action: Context['action'], key?: string): Context => ({
    bucket,
    ...(key === undefined ? { uri: uri('') } : { key, uri: uri(key) }),
    action,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
  });

  const send = createSend(holder, connection.bucket, log);
  return {
    uri,
    list: (request, signal) =>
      abortable([signal, disposal.signal], (abortSignal) =>
        send(contextOf('s3:ListBucket'), (client) => listPage(client, connection, request, abortSignal)),
      ),
    head: (key, signal) =>
      abortable([signal, disposal.signal], (abortSignal) =>
        headObject({ send, context: contextOf('s3:GetObject', key), bucket, key: prefix + key, abortSignal }, {}),
      ),
    read: (key, request = {}, signal) =>
      abortable([signal, disposal.signal], async (abortSignal) => {
        checkRange(request.range);
        const target = { send, context: contextOf('s3:GetObject', key), bucket, key: prefix + key, abortSignal };
        return readObject(target, request, maxAttempts);
      }),
    dispose() {
      disposal.abort();
      holder.dispose();
    },
  };
}

/** Runs one request, once more if S3 names another region, and turns what it throws into a failure. */
function createSend(holder: ClientHolder, bucket: string, log: Log): Send {
  return async (context, run) => {
    let region: string | undefined;
    for (let isFirst = true; ; isFirst = false) {
      try {
        const held = await holder.get();
        region = held.region;
        return await run(held.client);
      } catch (error) {
        const told = regionTold(error);
        if (isFirst && told !== undefined && told !== region) {
          log.info(`The bucket ${bucket} is in ${told}, not in ${region ?? 'the region asked'}.`);
          holder.setRegion(told);
          continue;
        }
        const failure = toStoreFailure(error, { ...context, ...(region === undefined ? {} : { region }) });
        if (asksForOtherCredentials(failure)) holder.forgetCredentials();
        if (failure.code !== 'cancelled') log.debug(`${context.action} ${context.uri}: ${failure.code}`);
        throw failure;
      }
    }
  };
}

function asksForOtherCredentials(failure: Failure): boolean {
  return ['store.expiredToken', 'store.badCredentials', 'store.noCredentials'].includes(failure.code);
}

async function listPage(
  client: S3Client,
  { bucket, prefix }: S3Connection,
  request: ListRequest,
  abortSignal: AbortSignal,
): Promise<ListPage> {
  const output = await client.send(
    new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix + request.prefix,
      // Keys may hold characters that XML cannot; as URL text they come through.
      EncodingType: 'url',
      MaxKeys: Math.min(request.maxKeys ?? 1000, 1000),
      Delimiter: request.delimiter,
      StartAfter: request.startAfter === undefined ? undefined : prefix + request.startAfter,
      ContinuationToken: request.pageToken,
    }),
    { abortSignal },
  );
  // Every S3 repeats the bucket's name; another document that happens to be XML does not.
  if (output.Name === undefined)
    throw new Failure('store.protocol', { detail: "the answer is not S3's list of keys" });
  // Taken for the end, it would be a list with keys lost unsaid.
  if (output.IsTruncated === true && !output.NextContinuationToken)
    throw new Failure('store.protocol', { detail: 'its list of keys is cut, and it does not say how to go on' });
  const isEncoded = output.EncodingType === 'url';
  const relative = (listed: string): string => (isEncoded ? decodeListedKey(listed) : listed).slice(prefix.length);
  return {
    objects: (output.Contents ?? [])
      .map((item) => ({
        key: relative(item.Key ?? ''),
        bytes: item.Size ?? 0,
        etag: withoutQuotes(item.ETag),
        ...modifiedOf(item.LastModified),
      }))
      // The empty object that consoles write to make a "folder" of the prefix itself.
      .filter((item) => item.key !== ''),
    folders: (output.CommonPrefixes ?? []).map((item) => relative(item.Prefix ?? '')),
    ...(output.IsTruncated === true && output.NextContinuationToken !== undefined
      ? { nextToken: output.NextContinuationToken }
      : {}),
  };
}

/** One object, and how to ask for it. `key` is the whole key in the bucket. */
interface Target {
  readonly send: Send;
  readonly context: Context;
  readonly bucket: string;
  readonly key: string;
  readonly abortSignal: AbortSignal;
}

/** Without a key the same request means the bucket, and would be answered with a list. */
function checkKey(context: Context): void {
  if (context.key === '') throw new Failure('store.notFound', { ...context });
}

/** HEAD. An answer to HEAD has no body to say why not, so a refusal is asked again as a GET of one byte. */
async function headObject(target: Target, { ifMatch }: { readonly ifMatch?: string }): Promise<ObjectInfo> {
  const { context, bucket, key, abortSignal } = target;
  checkKey(context);
  return target.send(context, async (client) => {
    const input = { Bucket: bucket, Key: key, IfMatch: ifMatch === undefined ? undefined : `"${ifMatch}"` };
    try {
      return infoOf(await client.send(new HeadObjectCommand(input), { abortSignal }), context);
    } catch (error) {
      const { status } = answerOf(error);
      const isExplained = regionTold(error) !== undefined;
      if (status === undefined || ![400, 401, 403, 404].includes(status) || isExplained) throw error;
      const output = await client.send(new GetObjectCommand({ ...input, Range: 'bytes=0-0' }), { abortSignal });
      discard(output);
      return infoOf(output, context);
    }
  });
}

/** Size, version and time, from a HEAD or a GET of any range. */
function infoOf(
  output: Pick<GetObjectCommandOutput, 'ContentRange' | 'ContentLength' | 'ETag' | 'LastModified'>,
  context: Context,
): ObjectInfo {
  const bytes = parseContentRange(output.ContentRange)?.totalBytes ?? output.ContentLength;
  if (bytes === undefined || output.ETag === undefined) {
    throw new Failure('store.protocol', { detail: "the answer is not S3's (no size or no ETag)" });
  }
  return {
    key: context.key ?? '',
    bytes,
    etag: withoutQuotes(output.ETag),
    ...modifiedOf(output.LastModified),
  };
}

async function readObject(target: Target, request: ReadRequest, maxAttempts: number): Promise<ObjectRead> {
  const { range } = request;
  checkKey(target.context);
  if (range !== undefined && isEmptyRange(range)) return readNothing(target, request);
  try {
    return await receiveObject(
      (next) => openBody(target, next),
      request,
      { maxAttempts, signal: target.abortSignal },
      (error) => toStoreFailure(error, target.context),
    );
  } catch (error) {
    // 416: the range begins at or past the end. Then the answer tells neither version nor (everywhere) size.
    if (isFailure(error) && error.facts['status'] === 416) return readNothing(target, request);
    throw error;
  }
}

/** An empty range of an existing object. */
async function readNothing(target: Target, request: ReadRequest): Promise<ObjectRead> {
  const info = await headObject(target, request);
  const { start } = resolveRange(request.range, info.bytes);
  const { etag, modified } = info;
  return {
    bytes: new Uint8Array(0),
    start,
    totalBytes: info.bytes,
    etag,
    ...(modified === undefined ? {} : { modified }),
  };
}

/** Sends one GET; gives its body still to be received, with what the answer's head says. */
async function openBody(target: Target, { range, ifMatch }: ReadRequest) {
  const { context, bucket, key, abortSignal } = target;
  return target.send(context, async (client) => {
    const output = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: range === undefined ? undefined : formatRangeHeader(range),
        IfMatch: ifMatch === undefined ? undefined : `"${ifMatch}"`,
      }),
      { abortSignal },
    );
    const body = output.Body as (AsyncIterable<Uint8Array> & { destroy(): void }) | undefined;
    if (body === undefined) throw new Failure('store.protocol', { detail: 'the answer has no body' });
    const { bytes: totalBytes, etag, modified } = infoOf(output, context);
    return { body, bodyStart: parseContentRange(output.ContentRange)?.start ?? 0, totalBytes, etag, modified };
  });
}

function discard(output: GetObjectCommandOutput): void {
  (output.Body as { destroy?: () => void } | undefined)?.destroy?.();
}

function withoutQuotes(etag: string | undefined): string {
  return (etag ?? '').replace(/^(?:W\/)?"(.*)"$/, '$1');
}

function modifiedOf(date: Date | undefined): { readonly modified?: number } {
  const modified = date?.getTime();
  return modified === undefined || Number.isNaN(modified) ? {} : { modified };
}
