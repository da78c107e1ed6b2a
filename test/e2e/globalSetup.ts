import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { installExtension } from '../harness/codeServer.mjs';
import { ensureCodeServer } from '../harness/codeServerInstall.mjs';
import { results, vsix } from '../harness/places.mjs';
import { startS3, whyNoS3 } from '../harness/rgw.mjs';
import { uploadFolder } from '../harness/s3Fixtures.mjs';
import { writeSampleBucket } from '../harness/sampleBucket.mjs';

/** What all end-to-end tests share: the editor with the packaged extension, the sample bucket on disk and on S3. */
export interface Prepared {
  /** Script that starts code-server. */
  readonly entry: string;
  /** Extensions folder with the VSIX installed. */
  readonly extensions: string;
  /** The sample bucket as a folder. */
  readonly sample: string;
  /** Milliseconds: the sample's "now". */
  readonly now: number;
  readonly s3?: PreparedS3;
  /** Why there is no S3 server; only outside CI. */
  readonly whyNoS3?: string;
}

export interface PreparedS3 {
  readonly kind: 'rgw' | 'given';
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A user to whom no policy gives anything. RGW only. */
  readonly reader?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

declare module 'vitest' {
  interface ProvidedContext {
    prepared: Prepared;
  }
}

/** Named in the sample's own manifests. */
const bucket = 'csq-rs3-nordlys';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dce-e2e-'));
  const log = path.join(results, 'e2e-setup.log');
  const now = Date.now();
  const extensions = path.join(folder, 'extensions');
  const sample = path.join(folder, 'sample');
  let server: Awaited<ReturnType<typeof startS3>> | undefined;
  const end = async (): Promise<void> => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  let entry: string;
  let reason: string | undefined;
  try {
    entry = await ensureCodeServer({ log });
    await installExtension({ entry, vsix, extensions, userData: path.join(folder, 'install'), log });
    await writeSampleBucket(sample, { now, hostile: true }, { log });
    reason = await whyNoS3();
    server = reason === undefined ? await startS3() : undefined;
    if (server !== undefined) {
      await uploadFolder(server.endpoint, server.credentials, bucket, sample, { region: server.region });
    }
  } catch (error) {
    await end();
    throw error;
  }
  project.provide('prepared', {
    entry,
    extensions,
    sample,
    now,
    ...(reason === undefined ? {} : { whyNoS3: reason }),
    ...(server === undefined
      ? {}
      : {
          s3: {
            kind: server.kind,
            endpoint: server.endpoint,
            region: server.region,
            bucket,
            ...server.credentials,
            ...(server.reader === undefined ? {} : { reader: server.reader }),
          },
        }),
  });
  return end;
}
