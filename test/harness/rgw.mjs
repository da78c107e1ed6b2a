// A real S3 server for tests: one monitor, one storage daemon that keeps all in memory, one gateway (Ceph RGW).
// By hand: node test/harness/rgw.mjs [--folder FOLDER --bucket BUCKET [--prefix PREFIX]] [--port PORT] [--sts]
// prints one line of JSON (endpoint, region, credentials, reader, bucket) and serves until it is ended.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setInterval } from 'node:timers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureDebianPackages } from './debian.mjs';
import { isOnPath, runOrFail } from './run.mjs';

/**
 * @typedef {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} Credentials
 *
 * @typedef {object} S3Server
 * @property {'rgw' | 'given'} kind `given`: by the DCE_TEST_S3_* variables; then there are no further users.
 * @property {string} endpoint `http://127.0.0.1:PORT`
 * @property {string} region
 * @property {Credentials} credentials May do everything.
 * @property {Credentials | undefined} reader Another user, to whom no policy gives anything yet: `arn:aws:iam:::user/reader`.
 * @property {(uid: string) => Promise<Credentials>} createUser A further user. RGW only.
 * @property {(args: readonly string[]) => Promise<string>} admin Runs radosgw-admin. RGW only.
 * @property {() => Promise<void>} stop
 */

const packages = ['ceph-mon', 'ceph-osd', 'ceph-mgr', 'radosgw', 'ceph-common'];
const programs = ['monmaptool', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw', 'radosgw-admin'];

/** Why there is no S3 server to test with, in one sentence; `undefined` if there is one. In CI that is an error. */
export async function whyNoS3({ say } = {}) {
  const reason = givenServer() === undefined ? await whyNoCeph(say) : undefined;
  if (reason !== undefined && process.env.CI === 'true') throw new Error(`In CI nothing is skipped. ${reason}`);
  return reason;
}

async function whyNoCeph(say) {
  const advice = 'Set DCE_TEST_S3_ENDPOINT and its fellows to test with another S3 server.';
  if (process.platform !== 'linux') return `Ceph RGW runs on Linux only. ${advice}`;
  if ((await missingPrograms()).length === 0) return undefined;
  try {
    const missing = await ensureDebianPackages(packages, say === undefined ? {} : { say });
    if (missing.length > 0) return `Not installed: ${missing.join(', ')}. ${advice}`;
  } catch (error) {
    return `Ceph could not be installed: ${error.message.split('\n')[0]} ${advice}`;
  }
  const missing = await missingPrograms();
  return missing.length === 0 ? undefined : `Not on the path: ${missing.join(', ')}. ${advice}`;
}

async function missingPrograms() {
  const found = await Promise.all(programs.map((name) => isOnPath(name)));
  return programs.filter((_, index) => !found[index]);
}

/** @returns {S3Server | undefined} */
function givenServer() {
  const { env } = process;
  if (!env.DCE_TEST_S3_ENDPOINT) return undefined;
  const credentials = {
    accessKeyId: env.DCE_TEST_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.DCE_TEST_S3_SECRET_ACCESS_KEY ?? '',
  };
  if (credentials.accessKeyId === '' || credentials.secretAccessKey === '') {
    throw new Error(
      'DCE_TEST_S3_ENDPOINT needs DCE_TEST_S3_ACCESS_KEY_ID and DCE_TEST_S3_SECRET_ACCESS_KEY beside it.',
    );
  }
  const refuse = () => Promise.reject(new Error('Not with a given S3 server.'));
  return {
    kind: 'given',
    endpoint: env.DCE_TEST_S3_ENDPOINT,
    region: env.DCE_TEST_S3_REGION || 'us-east-1',
    credentials,
    reader: undefined,
    createUser: refuse,
    admin: refuse,
    stop: () => Promise.resolve(),
  };
}

/** The server given by environment variables, or a new one of our own. `whyNoS3` says beforehand if that can be. */
export async function startS3(options = {}) {
  return givenServer() ?? startRgw(options);
}

/**
 * Starts a gateway on a free port of the loopback interface, everything it writes in a temporary folder.
 * It ends with `stop`, and also when this process ends, however it ends.
 * `hasSts`: AssumeRole works (and wrong keys are then answered as AccessDenied, unlike AWS).
 *
 * @param {{ hasSts?: boolean, port?: number }} [options]
 * @returns {Promise<S3Server>}
 */
export async function startRgw({ hasSts = false, port } = {}) {
  const reason = await whyNoCeph();
  if (reason !== undefined) throw new Error(reason);
  const folder = await mkdtemp(path.join(tmpdir(), 'dce-rgw-'));
  const guardian = startGuardian(folder);
  try {
    return await startDaemons(folder, guardian, hasSts, port ?? (await freePort()));
  } catch (error) {
    const logs = await Promise.all(
      ['mon', 'osd', 'rgw'].map((name) => tail(path.join(folder, 'log', `${name}.out`))),
    );
    await guardian.end();
    throw new Error(`The S3 server did not start: ${error.message}\n${logs.join('\n')}`, { cause: error });
  }
}

async function startDaemons(folder, guardian, hasSts, port) {
  for (const name of ['mon', 'osd', 'rgw', 'log', 'run']) await mkdir(path.join(folder, name));
  const monitorPort = await freePort();
  const cluster = randomUUID();
  const configuration = path.join(folder, 'ceph.conf');
  await writeFile(configuration, configurationOf({ folder, cluster, monitorPort, port, hasSts }));
  await writeFile(path.join(folder, 'keyring'), '');
  const env = { CEPH_CONF: configuration };
  const tool = (command, args) => runOrFail(command, args, { env, timeoutMs: 60_000 });
  const daemon = (name, command, args) =>
    startDaemon(folder, name, command, ['-c', configuration, ...args, '-f'], env);

  const monitorMap = path.join(folder, 'monmap');
  await tool('monmaptool', [
    '--create',
    '--fsid',
    cluster,
    '--addv',
    'a',
    `[v1:127.0.0.1:${monitorPort}]`,
    monitorMap,
  ]);
  await tool('ceph-mon', [
    '-c',
    configuration,
    '--mkfs',
    '-i',
    'a',
    '--monmap',
    monitorMap,
    '--keyring',
    '/dev/null',
  ]);
  const monitor = daemon('mon', 'ceph-mon', ['-i', 'a']);
  const storage = randomUUID();
  await tool('ceph', ['-c', configuration, '--connect-timeout', '30', 'osd', 'new', storage]);
  await tool('ceph-osd', ['-c', configuration, '-i', '0', '--mkfs', '--osd-uuid', storage]);
  await startStorage(folder, () => daemon('osd', 'ceph-osd', ['-i', '0']));

  const admin = (args) => tool('radosgw-admin', ['-c', configuration, ...args]);
  const createUser = async (uid) => {
    const credentials = {
      accessKeyId: `DCE${uid.toUpperCase().replace(/[^A-Z0-9]/g, '')}`.padEnd(20, '0').slice(0, 20),
      secretAccessKey: `${uid}-${randomUUID()}`,
    };
    const { accessKeyId, secretAccessKey } = credentials;
    const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
    await admin(['user', 'create', '--uid', uid, '--display-name', uid, ...keys]);
    return credentials;
  };
  const credentials = await createUser('demo');
  const reader = await createUser('reader');
  const gateway = daemon('rgw', 'radosgw', ['-n', 'client.rgw.a']);
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswers(endpoint, [monitor, gateway]);
  return {
    kind: 'rgw',
    endpoint,
    region: 'us-east-1',
    credentials,
    reader,
    createUser,
    admin,
    stop: () => guardian.end(),
  };
}

function configurationOf({ folder, cluster, monitorPort, port, hasSts }) {
  // The short Paxos times bring the start from 12 s to about 2 s: there is one monitor, nobody to wait for.
  return `[global]
fsid = ${cluster}
mon_host = [v1:127.0.0.1:${monitorPort}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_supported = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 8589934592
mon_warn_on_pool_no_redundancy = false
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_data_avail_warn = 2
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
mon_data = ${folder}/mon
osd_data = ${folder}/osd
rgw_data = ${folder}/rgw
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.$pid.asok
log_file = ${folder}/log/$name.log
keyring = ${folder}/keyring
rgw_frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw_zone_root_pool = .rgw.root
rgw_override_bucket_index_max_shards = 1
${hasSts ? 'rgw_sts_key = abcdefghijklmnop\nrgw_s3_auth_use_sts = true\n' : ''}`;
}

/**
 * A small shell that outlives us: when its input closes (this process ended, killed or not) it kills the
 * daemons whose numbers lie in the folder, and removes the folder.
 */
function startGuardian(folder) {
  const script = 'cat >/dev/null; for f in "$0"/*.pid; do kill -9 "$(cat "$f")" 2>/dev/null; done; rm -rf "$0"';
  const child = spawn('/bin/sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.unref();
  child.stdin.unref();
  return {
    async end() {
      child.ref();
      child.stdin.end();
      await ended;
      // The last files of a killed daemon can come after the guardian's own removal.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function startDaemon(folder, name, command, args, env) {
  const log = openSync(path.join(folder, 'log', `${name}.out`), 'a');
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const state = { name, pid: child.pid, hasEnded: child.pid === undefined };
  child.once('error', () => (state.hasEnded = true));
  child.once('exit', () => (state.hasEnded = true));
  const written =
    child.pid === undefined ? undefined : writeFile(path.join(folder, `${name}.pid`), String(child.pid));
  return { ...state, child, written, isGone: () => state.hasEnded };
}

/**
 * The storage daemon can lose a race at its start (it sends a command before it has the monitor's map, and exits);
 * everything after it would then hang. It is watched until it says that it is active, and started again if it is gone.
 */
async function startStorage(folder, start) {
  const log = path.join(folder, 'log', 'osd.0.log');
  for (let attempt = 1; attempt <= 6; attempt++) {
    await writeFile(log, '');
    const daemon = start();
    await daemon.written;
    for (let waited = 0; waited < 15_000 && !daemon.isGone(); waited += 50) {
      await wait(50);
      if ((await readFile(log, 'utf8')).includes('booting -> active')) return;
    }
    daemon.child.kill('SIGKILL');
    // Under load the monitor needs a moment before the next try can fare better.
    await wait(attempt * 500);
  }
  throw new Error('The storage daemon did not become active.');
}

async function untilAnswers(endpoint, daemons) {
  for (let waited = 0; waited < 60_000; waited += 100) {
    const gone = daemons.find((daemon) => daemon.isGone());
    if (gone !== undefined) throw new Error(`The daemon ${gone.name} ended.`);
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return;
    } catch {
      await wait(100);
    }
  }
  throw new Error('The gateway does not answer.');
}

/** A port of this machine that nobody listens at.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function tail(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.slice(-1500);
}

async function main() {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      bucket: { type: 'string' },
      prefix: { type: 'string', default: '' },
      port: { type: 'string' },
      sts: { type: 'boolean', default: false },
    },
  });
  if ((values.folder === undefined) !== (values.bucket === undefined))
    throw new Error('--folder and --bucket go together.');
  const reason = await whyNoS3({ say: (text) => console.error(text) });
  if (reason !== undefined) throw new Error(reason);
  const server = await startRgw({
    hasSts: values.sts,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  const { endpoint, region, credentials, reader } = server;
  if (values.folder !== undefined) {
    const { uploadFolder } = await import('./s3Fixtures.mjs');
    await uploadFolder(endpoint, credentials, values.bucket, values.folder, { prefix: values.prefix, region });
  }
  console.log(JSON.stringify({ endpoint, region, bucket: values.bucket, credentials, reader }));
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
    // Also keeps this process alive: the daemons do not.
    setInterval(() => undefined, 1 << 30);
  });
  await server.stop();
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    console.error(`${error.name}: ${error.message}`);
    process.exit(1);
  });
}
