/** Where an export lies, as the user described it. Holds no secret: typed keys are kept under `id` by the host. */
export type Connection = S3Connection | FolderConnection | SampleConnection;

export interface S3Connection {
  readonly kind: 's3';
  /** Stable and unique among the user's connections; names the authority of the product's URIs. `[a-z0-9-]+`. */
  readonly id: string;
  readonly name: string;
  readonly bucket: string;
  /** `''` or `exports/acme/`: no leading slash, one trailing. Keys in the product are relative to it. */
  readonly prefix: string;
  /** Absent: the profile's or the environment's region, then us-east-1; a wrong one is corrected from S3's answer. */
  readonly region?: string;
  /** A profile of the shared AWS config files. Absent: the default credential chain. */
  readonly profile?: string;
  /** `keys`: an access key typed by hand, in SecretStorage. `chain`: profile or default chain. */
  readonly credentials: 'chain' | 'keys';
  /** For S3-compatible servers: `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
}

/** An export copied down: the same layout in a local folder. */
export interface FolderConnection {
  readonly kind: 'folder';
  readonly id: string;
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/** The built-in sample bucket; the host writes it to its storage on first use. */
export interface SampleConnection {
  readonly kind: 'sample';
  readonly id: string;
  readonly name: string;
}

/** An access key typed by hand. Lives in SecretStorage and memory only. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const idPattern = /^[a-z0-9-]+$/;

/**
 * A connection from a setting or any other outside text, checked field by field; `undefined` if it cannot be used.
 * Unknown fields are left out, so that nothing strange travels on.
 */
export function parseConnection(value: unknown): Connection | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const text = (key: string): string | undefined => {
    const field = fields[key];
    return typeof field === 'string' && field !== '' ? field : undefined;
  };
  const id = text('id');
  const name = text('name');
  if (id === undefined || name === undefined || !idPattern.test(id)) return undefined;
  switch (fields['kind']) {
    case 'sample':
      return { kind: 'sample', id, name };
    case 'folder': {
      const path = text('path');
      return path === undefined ? undefined : { kind: 'folder', id, name, path };
    }
    case 's3': {
      const bucket = text('bucket');
      if (bucket === undefined) return undefined;
      const region = text('region');
      const profile = text('profile');
      const endpoint = text('endpoint');
      const pathStyle = fields['pathStyle'];
      return {
        kind: 's3',
        id,
        name,
        bucket,
        prefix: normalisePrefix(text('prefix') ?? ''),
        credentials: fields['credentials'] === 'keys' ? 'keys' : 'chain',
        ...(region === undefined ? {} : { region }),
        ...(profile === undefined ? {} : { profile }),
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(typeof pathStyle === 'boolean' ? { pathStyle } : {}),
      };
    }
    default:
      return undefined;
  }
}

/** No slash in front, one at the end; `''` stays `''`. */
export function normalisePrefix(prefix: string): string {
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

/** An id for a new connection, made from its name: `CSQ rs3 Acme` → `csq-rs3-acme`, with a number if that is taken. */
export function createConnectionId(name: string, taken: readonly string[]): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'bucket';
  let id = base;
  for (let number = 2; taken.includes(id); number++) id = `${base}-${number}`;
  return id;
}
