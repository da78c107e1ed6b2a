import { createServer, type IncomingMessage, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSample } from '../../../src/sample/writeSample';
import { partKey } from '../../../src/sample/layout';
import { type BuiltCli, buildCli } from './builtCli';

/**
 * What the command line makes of its options: which requests leave it. That they are answered by a real S3 is the business of
 * the store's contract suite; here a few lines of HTTP serve one folder's files.
 */
let cli: BuiltCli;
let server: Server;
let endpoint = '';
const requests: IncomingMessage[] = [];
const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
const part = partKey('1010103141', 'pageviews', 0);

beforeAll(async () => {
  cli = await buildCli();
  const folder = path.join(cli.folder, 'nordlys');
  await writeSample(folder);
  server = createServer((request, response) => {
    requests.push(request);
    const key = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname).replace(
      '/nordlys-bucket/copies/',
      '',
    );
    const bytes = readFileSync(path.join(folder, key));
    const [, from = 0, to = bytes.length - 1] = (/^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []).map(
      Number,
    );
    const end = Math.min(to, bytes.length - 1);
    response.writeHead(206, {
      etag: '"1"',
      'content-length': end - from + 1,
      'content-range': `bytes ${from}-${end}/${bytes.length}`,
    });
    response.end(bytes.subarray(from, end + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);

afterAll(() => {
  server.closeAllConnections();
  server.close();
  cli.dispose();
});

describe('s3://', () => {
  it('reads a part with the endpoint, region and keys given', async () => {
    requests.length = 0;
    const args = ['rows', `s3://nordlys-bucket/copies/${part}`, '--limit', '3', '--columns', 'event_id'];
    const given = ['--endpoint', endpoint, '--region', 'eu-central-1', '--path-style'];
    const { code, stdout, stderr } = await cli.run([...args, ...given], { env: keys });
    expect([code, stderr]).toEqual([0, '']);
    const local = await cli.run([
      'rows',
      path.join(cli.folder, 'nordlys', part),
      '--limit',
      '3',
      '--columns',
      'event_id',
    ]);
    expect(stdout).toBe(local.stdout);
    expect(stdout).not.toBe('');
    expect(requests.length).toBeLessThanOrEqual(2);
    for (const { method, headers } of requests) {
      expect(method).toBe('GET');
      expect(headers.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/s3\//);
      expect(headers['x-amz-security-token']).toBe('token');
    }
  });

  it('takes endpoint and region from the AWS environment', async () => {
    requests.length = 0;
    const env = { ...keys, AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: 'eu-north-1' };
    const { code, stderr } = await cli.run(['schema', `s3://nordlys-bucket/copies/${part}`, '--path-style'], {
      env,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(requests[0]?.headers.authorization).toContain('/eu-north-1/s3/');
  });

  it('tells in one line that nobody answers', async () => {
    const dead = ['--endpoint', 'http://127.0.0.1:1', '--region', 'eu-west-1', '--path-style'];
    const { code, stdout, stderr } = await cli.run(['diff', 's3://nordlys-bucket/', '1', '2', ...dead], {
      env: keys,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('tells in one line that there are no credentials', async () => {
    const env = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    };
    const { code, stderr } = await cli.run(['rows', 's3://nordlys-bucket/a.avro', '--region', 'eu-west-1'], {
      env,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^No AWS credentials.*\n$/);
  });
});
