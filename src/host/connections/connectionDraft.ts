import { exportPrefix, parseBucketAddress } from '../../core/bucketAddress';
import { normalisePrefix, type S3Connection, type StaticCredentials } from '../../core/connection';

/** What the steps collect. Later steps read it, *Back* keeps it. */
export interface Draft {
  address: string;
  credentials:
    | { readonly kind: 'default' }
    | { readonly kind: 'profile'; readonly profile: string }
    | { readonly kind: 'keys' };
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  server: 'aws' | 'other';
  region: string;
  endpoint: string;
  /** Not asked for: what the settings say of a connection stays when it is edited. Absent: as the server needs it. */
  pathStyle?: boolean;
  name: string;
}

export type StepName =
  | 'bucket'
  | 'credentials'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'sessionToken'
  | 'server'
  | 'endpoint'
  | 'region'
  | 'name';

export function emptyDraft(): Draft {
  return {
    address: '',
    credentials: { kind: 'default' },
    accessKeyId: '',
    secretAccessKey: '',
    sessionToken: '',
    server: 'aws',
    region: '',
    endpoint: '',
    name: '',
  };
}

/** Which steps this draft needs: the answers decide. */
export function stepsOf(draft: Draft): readonly StepName[] {
  return [
    'bucket',
    'credentials',
    ...(draft.credentials.kind === 'keys' ? (['accessKeyId', 'secretAccessKey', 'sessionToken'] as const) : []),
    'server',
    ...(draft.server === 'other' ? (['endpoint'] as const) : []),
    'region',
    'name',
  ];
}

/** A connection taken apart again, to be edited. */
export function draftOf(connection: S3Connection, keys: StaticCredentials | undefined): Draft {
  return {
    ...emptyDraft(),
    address: `s3://${connection.bucket}/${connection.prefix}`,
    credentials:
      connection.credentials === 'keys'
        ? { kind: 'keys' }
        : connection.profile === undefined
          ? { kind: 'default' }
          : { kind: 'profile', profile: connection.profile },
    accessKeyId: keys?.accessKeyId ?? '',
    secretAccessKey: keys?.secretAccessKey ?? '',
    sessionToken: keys?.sessionToken ?? '',
    server: connection.endpoint === undefined ? 'aws' : 'other',
    region: connection.region ?? '',
    endpoint: connection.endpoint ?? '',
    ...(connection.pathStyle === undefined ? {} : { pathStyle: connection.pathStyle }),
    name: connection.name,
  };
}

/** The finished connection. Its address was checked when it was asked for. */
export function connectionOf(draft: Draft, id: string): S3Connection {
  const address = parseBucketAddress(draft.address);
  if (address === undefined) throw new Error('the bucket step lets only addresses through');
  const region = draft.region === '' ? address.region : draft.region;
  return {
    kind: 's3',
    id,
    name: draft.name,
    bucket: address.bucket,
    prefix: normalisePrefix(exportPrefix(address.key)),
    credentials: draft.credentials.kind === 'keys' ? 'keys' : 'chain',
    ...(draft.credentials.kind === 'profile' ? { profile: draft.credentials.profile } : {}),
    ...(region === undefined ? {} : { region }),
    ...(draft.server === 'other'
      ? { endpoint: draft.endpoint.replace(/\/$/, ''), pathStyle: draft.pathStyle ?? true }
      : draft.pathStyle === undefined
        ? {}
        : { pathStyle: draft.pathStyle }),
  };
}

/** The typed keys, if the draft has some. */
export function keysOf(draft: Draft): StaticCredentials | undefined {
  if (draft.credentials.kind !== 'keys') return undefined;
  return {
    accessKeyId: draft.accessKeyId,
    secretAccessKey: draft.secretAccessKey,
    ...(draft.sessionToken === '' ? {} : { sessionToken: draft.sessionToken }),
  };
}
