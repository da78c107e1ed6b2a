import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { S3Connection, StaticCredentials } from '../core/connection';
import { Failure } from '../core/failure';
import { CredentialsFault } from './failures';
import { listProfiles } from './profiles';
import { addReadOnlyGuard } from './readOnlyGuard';

/** How long to wait for the network, in milliseconds. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the answer begins, and between any two pieces of it. */
  readonly idleMs: number;
}

export const defaultTimeouts: Timeouts = { connectMs: 10_000, idleMs: 30_000 };

export interface ClientOptions {
  readonly connection: S3Connection;
  readonly credentials: StaticCredentials | undefined;
  readonly maxAttempts: number;
  readonly timeouts: Timeouts;
}

/** The client of one store: made at the first request, made anew for another region or after credentials were refused. */
export interface ClientHolder {
  get(): Promise<HeldClient>;
  /** Requests from now on are signed for, and sent to, this region. Requests under way end as they began. */
  setRegion(region: string): void;
  /** Forgets the credentials got so far, so that the next request looks for them again: people sign in meanwhile. */
  forgetCredentials(): void;
  dispose(): void;
}

export interface HeldClient {
  readonly client: S3Client;
  readonly region: string;
}

/** Regions that S3 told us, by endpoint and bucket: asked once, known to every store of this process. */
const toldRegions = new Map<string, string>();

export function createClientHolder(options: ClientOptions): ClientHolder {
  const { connection } = options;
  const place = `${connection.endpoint ?? ''} ${connection.bucket}`;
  const clients: S3Client[] = [];
  let credentials = createCredentials(options);
  let firstRegion: Promise<string> | undefined;
  let current: HeldClient | undefined;
  return {
    async get() {
      const region =
        toldRegions.get(place) ?? connection.region ?? (await (firstRegion ??= defaultRegion(connection.profile)));
      if (current?.region !== region) {
        const client = new S3Client(clientConfig(options, credentials, region));
        addReadOnlyGuard(client);
        clients.push(client);
        current = { client, region };
      }
      return current;
    },
    setRegion(region) {
      toldRegions.set(place, region);
    },
    forgetCredentials() {
      credentials = createCredentials(options);
      current = undefined;
    },
    dispose() {
      for (const client of clients) client.destroy();
    },
  };
}

function clientConfig(
  { connection, maxAttempts, timeouts }: ClientOptions,
  credentials: NonNullable<S3ClientConfig['credentials']>,
  region: string,
): S3ClientConfig {
  const { endpoint, profile } = connection;
  return {
    region,
    credentials,
    ...(profile === undefined ? {} : { profile }),
    ...(endpoint === undefined ? {} : { endpoint }),
    // Few S3-compatible servers have a wildcard name for their buckets; those of AWS all do.
    forcePathStyle: connection.pathStyle ?? endpoint !== undefined,
    maxAttempts,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: timeouts.connectMs,
      requestTimeout: timeouts.idleMs,
      socketTimeout: timeouts.idleMs,
      throwOnRequestTimeout: true,
      logger: silentLogger,
    },
    // The SDK's optional checksums are not known to every S3-compatible server, and ETag and Range need none.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Regions are followed in s3Store.ts: the SDK's own way knows 301 with a header only, and asks the bucket anew each time.
    followRegionRedirects: false,
    useArnRegion: true,
    disableS3ExpressSessionAuth: true,
    customUserAgent: 'data-connect-explorer',
    logger: silentLogger,
  };
}

/** The SDK would otherwise write to the console of the extension host. */
const silent = (): void => undefined;
const silentLogger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

type Credentials = NonNullable<S3ClientConfig['credentials']>;

/** Typed keys, or the default chain (or a profile's: SSO, role, process, static). Errors come as `CredentialsFault`. */
function createCredentials({ connection, credentials }: ClientOptions): Credentials {
  if (connection.credentials === 'keys') {
    if (credentials !== undefined) return { ...credentials };
    return () =>
      Promise.reject(
        new CredentialsFault(new Failure('store.noCredentials', { reason: 'noKeys', detail: 'no keys' })),
      );
  }
  const { profile } = connection;
  const chain = fromNodeProviderChain({
    ...(profile === undefined ? {} : { profile }),
    // Files are read anew: the SDK would keep what it read at first for the life of the process.
    ignoreCache: true,
    // For the metadata service of EC2, which outside of AWS is an address that never answers.
    timeout: 1000,
    maxRetries: 0,
    logger: silentLogger,
  });
  return async (args?: Parameters<typeof chain>[0]) => {
    try {
      await checkProfile(profile);
      return await chain(args);
    } catch (error) {
      throw new CredentialsFault(error);
    }
  };
}

/** Without this check a mistyped profile would fall through to the credentials of the machine it runs on. */
async function checkProfile(named: string | undefined): Promise<void> {
  const profile = named ?? process.env['AWS_PROFILE'];
  if (profile === undefined || profile === '' || profile === 'default') return;
  if ((await listProfiles()).includes(profile)) return;
  throw new Failure('store.noCredentials', {
    profile,
    reason: 'noSuchProfile',
    detail: `the profile "${profile}" is in neither of the AWS config files`,
  });
}

/** The profile's or the environment's region, as the SDK finds it; us-east-1 if there is none. */
async function defaultRegion(profile: string | undefined): Promise<string> {
  const probe = new S3Client(profile === undefined ? {} : { profile });
  try {
    return await probe.config.region();
  } catch {
    return process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  } finally {
    probe.destroy();
  }
}
