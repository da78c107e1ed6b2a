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
