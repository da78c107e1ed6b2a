import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { RangeSource } from '../avro/container/rangeSource';
import { type BucketAddress, exportPrefix, parseBucketAddress } from '../core/bucketAddress';
import { createCatalog } from '../core/catalog';
import type { Catalog } from '../core/catalogModel';
import type { S3Connection } from '../core/connection';
import { isFailure, withFacts } from '../core/failure';
import type { Log, ObjectStore } from '../core/ports';
import { loadBundle } from './loadBundle';
import { UsageError } from './usage';

/** How to reach S3, from the command's options. */
export interface S3Access {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly 'path-style'?: boolean | undefined;
}

export interface OpenedBucket {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  /** The bucket's or the folder's name. */
  readonly name: string;
}

/** Errors reach the user by being thrown; the rest is of no interest on a command line. */
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // Nothing to do.
}

/** Opens an export for `use`, and closes it. `place` is a folder, or `s3://bucket/prefix…`, also of something inside the export. */
export async function withBucket<T>(
  place: string,
  access: S3Access,
  usage: string,
  use: (bucket: OpenedBucket) => Promise<T>,
): Promise<T> {
  const address = s3Address(place, usage);
  if (address === undefined) {
    const folder = path.resolve(place);
    return withStore(openFolder(folder), (store) =>
      use({ store, catalog: createCatalog(store), name: path.basename(folder) }),
    );
  }
  const prefix = exportPrefix(address.key);
  const { bucket } = address;
  return withStore(openS3(address, prefix, access, usage), (store) =>
    use({ store, catalog: createCatalog(store, { bucket, prefix }), name: bucket }),
  );
}

/** Opens one part for `use`, and closes it. `place` is a file, or `s3://bucket/key`. */
export async function withPart<T>(
  place: string,
  access: S3Access,
  usage: string,
  use: (source: RangeSource, uri: string) => Promise<T>,
): Promise<T> {
  const address = s3Address(place, usage);
  if (address === undefined) {
    // The folder that the file really lies in: a folder's store does not follow links out of it.
    const file = await realpath(place).catch(() => path.resolve(place));
    const key = path.basename(file);
    return withStore(openFolder(path.dirname(file)), (store) => usePart(store, key, use));
  }
  const { key } = address;
  if (key === '' || key.endsWith('/')) throw new UsageError(`${place} names no part`, usage);
  return withStore(openS3(address, '', access, usage), (store) => usePart(store, key, use));
}

/** The reader of a part does not know where it lies: what it finds wrong is told with the part's name. */
async function usePart<T>(
  store: ObjectStore,
  key: string,
  use: (source: RangeSource, uri: string) => Promise<T>,
): Promise<T> {
  const uri = store.uri(key);
  try {
    return await use(createStoreSource(store, key), uri);
  } catch (error) {
    throw isFailure(error) ? withFacts(error, { uri }) : error;
  }
}

/** Reads of one version of an object: `store.changed` if it is replaced in between. */
export function createStoreSource(store: ObjectStore, key: string): RangeSource {
  let etag: string | undefined;
  return {
    async read(start, end, signal, into) {
      const request = {
        range: { start, end },
        ...(etag === undefined ? {} : { ifMatch: etag }),
        ...(into === undefined ? {} : { into }),
      };
      const read = await store.read(key, request, signal);
      etag ??= read.etag;
      return { bytes: read.bytes, totalBytes: read.totalBytes, isOwned: true };
    },
  };
}

/** `undefined`: a path. Bare names are paths here; S3 is named by its scheme. */
function s3Address(place: string, usage: string): BucketAddress | undefined {
  if (!/^(s3[an]?|https?):\/\/|^arn:/i.test(place)) return undefined;
  const address = parseBucketAddress(place);
  if (address === undefined) throw new UsageError(`"${place}" names no bucket`, usage);
  return address;
}

async function withStore<T>(opening: Promise<ObjectStore>, use: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = await opening;
  try {
    return await use(store);
  } finally {
    store.dispose();
  }
}

function openFolder(folder: string): Promise<ObjectStore> {
  const connection = { kind: 'folder', id: 'cli', name: path.basename(folder), path: folder } as const;
  return loadBundle('./store.js').openStore({ connection, log: silent });
}

async function openS3(
  address: BucketAddress,
  prefix: string,
  access: S3Access,
  usage: string,
): Promise<ObjectStore> {
  const endpoint = access.endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  // `localhost:9000` is a URL too, with the scheme `localhost`.
  if (endpoint !== undefined && !(URL.canParse(endpoint) && /^https?:\/\//i.test(endpoint)))
    throw new UsageError(`"${endpoint}" is no endpoint: one is wanted like http://host:9000`, usage);
  const region = access.region ?? address.region;
  const connection: S3Connection = {
    kind: 's3',
    id: 'cli',
    name: address.bucket,
    bucket: address.bucket,
    prefix,
    credentials: 'chain',
    ...(region === undefined ? {} : { region }),
    ...(access.profile === undefined ? {} : { profile: access.profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(access['path-style'] === undefined ? {} : { pathStyle: access['path-style'] }),
  };
  return loadBundle('./store.js').openStore({ connection, log: silent });
}
