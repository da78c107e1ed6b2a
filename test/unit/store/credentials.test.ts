import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { S3Connection } from '../../../src/core/connection';
import { toFailure } from '../../../src/core/failure';
import { listProfiles, openStore } from '../../../src/store/index';

let folder: string;
let server: Server;
/** Access key ids, tokens and regions of the signatures that came. */
const seen: { key?: string | undefined; token?: string | undefined; region?: string | undefined }[] = [];
const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dce-aws-'));
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_')))
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'credentials'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('HOME', folder);
  server = createServer((request, response) => {
    const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    seen.push({ key, region, token: request.headers['x-amz-security-token'] as string | undefined });
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end('<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  seen.length = 0;
  await rm(folder, { recursive: true });
});

const write = (name: 'config' | 'credentials', text: string): Promise<void> =>
  writeFile(path.join(folder, name), text);

function connection(more: Partial<S3Connection>): S3Connection {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { kind: 's3', id: 'a', name: 'a', bucket: 'b', prefix: '', credentials: 'chain', endpoint, ...more };
}

async function list(more: Partial<S3Connection> = {}) {
  const store = await openStore({ connection: connection(more), log, maxAttempts: 1 });
  try {
    await store.list({ prefix: '' });
    return undefined;
  } catch (error) {
    return toFailure(error);
  } finally {
    store.dispose();
  }
}

describe('profiles', () => {
  it('are the names in both files, default first', async () => {
    await write(
      'config',
      '[profile zeta]\nregion = eu-west-1\r\n[default]\n[sso-session corp]\n[profile "two words"] # mine\n[services x]\n;[profile no]\n[preview]\n',
    );
    await write('credentials', '[zeta]\naws_access_key_id = A\n\n [alpha] ; note\n');
    expect(await listProfiles()).toEqual(['default', 'alpha', 'two words', 'zeta']);
  });

  it('are none without files', async () => expect(await listProfiles()).toEqual([]));
});

describe('credentials', () => {
  it('are those of the profile, its region too', async () => {
    await write('config', '[profile analytics]\nregion = eu-west-3\n');
    await write(
      'credentials',
      '[analytics]\naws_access_key_id = KEYOFPROFILE\naws_secret_access_key = s\naws_session_token = t\n',
    );
    expect(await list({ profile: 'analytics' })).toBeUndefined();
    expect(seen).toEqual([{ key: 'KEYOFPROFILE', region: 'eu-west-3', token: 't' }]);
  });

  it('are read anew after the file was changed and the store opened again', async () => {
    await write('credentials', '[p]\naws_access_key_id = FIRST\naws_secret_access_key = s\n');
    await list({ profile: 'p' });
    await write('credentials', '[p]\naws_access_key_id = SECOND\naws_secret_access_key = s\n');
    await list({ profile: 'p' });
    expect(seen.map(({ key }) => key)).toEqual(['FIRST', 'SECOND']);
  });

  it('are what a credential process prints', async () => {
    const printed = JSON.stringify({ Version: 1, AccessKeyId: 'KEYOFPROCESS', SecretAccessKey: 's' });
    await writeFile(path.join(folder, 'printed.json'), printed);
    await write('config', `[profile p]\ncredential_process = cat ${path.join(folder, 'printed.json')}\n`);
    expect(await list({ profile: 'p', region: 'eu-west-1' })).toBeUndefined();
    expect(seen).toEqual([{ key: 'KEYOFPROCESS', region: 'eu-west-1', token: undefined }]);
  });

  it('are those of the environment when no profile is named; us-east-1 when no region is', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'KEYOFENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    expect(await list()).toBeUndefined();
    expect(seen).toEqual([{ key: 'KEYOFENVIRONMENT', region: 'us-east-1', token: undefined }]);
  });

  it('are said to be missing, and which profile does not exist', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'KEYOFENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    const failure = await list({ profile: 'mistyped' });
    expect(failure?.code).toBe('store.noCredentials');
    expect(failure?.facts).toMatchObject({ profile: 'mistyped', reason: 'noSuchProfile' });
    expect(seen).toEqual([]);
  });

  it('are said to be missing when there are none at all', async () => {
    const failure = await list();
    expect(failure?.code).toBe('store.noCredentials');
    expect(failure?.facts).toMatchObject({ reason: 'none', bucket: 'b', action: 's3:ListBucket' });
  });

  it('are said to be missing when typed keys are gone', async () => {
    const failure = await list({ credentials: 'keys' });
    expect(failure?.code).toBe('store.noCredentials');
    expect(failure?.facts).toMatchObject({ reason: 'noKeys' });
  });

  it('have to be signed in for when an SSO session has ended', async () => {
    await write(
      'config',
      '[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n' +
        '[profile p]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n',
    );
    const failure = await list({ profile: 'p' });
    expect(failure?.code).toBe('store.expiredToken');
    expect(failure?.facts).toMatchObject({ reason: 'signIn', profile: 'p' });
  });
});
