import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFaultProxy } from '../harness/faultProxy.mjs';
import { startS3, whyNoS3 } from '../harness/rgw.mjs';
import { createWriter, deleteBucket, uploadFolder } from '../harness/s3Fixtures.mjs';
import { partKey } from '../../src/sample/layout';
import { type BuiltCli, buildCli, type Finished } from '../unit/cli/builtCli';

vi.setConfig({ testTimeout: 60_000 });

const skipReason = await whyNoS3();
const bucket = `dce-cli-${Date.now().toString(36)}`;

describe.skipIf(skipReason !== undefined)(
  `The command line on S3${skipReason === undefined ? '' : ` (${skipReason})`}`,
  () => {
    let cli: BuiltCli;
    let server: Awaited<ReturnType<typeof startS3>>;
    let proxy: Awaited<ReturnType<typeof createFaultProxy>>;
    let folder = '';
    const place = `s3://${bucket}/copies/`;

    beforeAll(async () => {
      [cli, server] = await Promise.all([buildCli(), startS3()]);
      folder = path.join(cli.folder, 'nordlys');
      expect((await cli.run(['sample', folder])).code).toBe(0);
      await uploadFolder(server.endpoint, server.credentials, bucket, folder, { prefix: 'copies/' });
      proxy = await createFaultProxy(server.endpoint);
    });
    afterAll(async () => {
      await proxy.close();
      if (server.kind === 'given') {
        const writer = createWriter(server.endpoint, server.credentials, server.region);
        await deleteBucket(writer, bucket);
        writer.destroy();
      }
      await server.stop();
      cli.dispose();
    });

    /** What a command says of S3, with places spelled as those of the folder. */
    async function onS3(command: string, ...args: readonly string[]): Promise<Finished> {
      const { accessKeyId, secretAccessKey } = server.credentials;
      const env = {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL_S3: proxy.endpoint,
      };
      const { code, stdout, stderr } = await cli.run([command, ...args, '--path-style'], { env });
      const local = (text: string): string => text.replaceAll(place, `${folder}/`);
      return { code, stdout: local(stdout), stderr: local(stderr) };
    }

    it.each<readonly [command: string, ...args: string[]]>([
      ['rows', '--table', 'pageviews', '--provenance'],
      ['rows', '--table', 'pageviews', '--where', "country = 'France' and path is not null", '--sort', '-event_id'],
      ['rows', '--table', 'users', '--format', 'csv', '--limit', '20', '--as-of', '1000'],
      // One of its files is not there.
      ['rows', '--table', 'sessions', '--columns', 'session_id'],
      ['stats', '--table', 'pageviews', '--json'],
      ['verify', '--table', 'sessions', '--json'],
      ['verify', '--table', 'pageviews'],
    ])('says of a table what it says of a folder: %s %s %s', async (command, ...args) => {
      const [remote, local] = await Promise.all([
        onS3(command, place, ...args),
        cli.run([command, folder, ...args]),
      ]);
      expect(remote.code).toBe(local.code);
      // Each store has its own words for a file that is not there.
      const plain = (text: string): string =>
        text.replaceAll(/is not there.*$/gm, '').replaceAll(/"facts": \{[^}]*\}/g, '');
      expect(plain(remote.stdout)).toBe(plain(local.stdout));
      expect(plain(remote.stderr)).toBe(plain(local.stderr));
      expect(local.stdout).not.toBe('');
    });

    it('reads a part as often as it must, and only reads', async () => {
      const key = partKey('1010103138', 'pageviews', 0);
      proxy.reset();
      const { code, stdout } = await onS3(
        'rows',
        place + key,
        '--where',
        "path contains '/c/'",
        '--columns',
        'path',
      );
      expect(code).toBe(0);
      expect(stdout).toBe(
        (await cli.run(['rows', path.join(folder, key), '--where', "path contains '/c/'", '--columns', 'path']))
          .stdout,
      );
      expect(proxy.requests.map(({ method }) => method)).toEqual(['GET']);
      proxy.reset();
      expect((await onS3('verify', place, '--table', 'pageviews')).code).toBe(0);
      expect(new Set(proxy.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
    });
  },
);
