import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { ensureDebianPackages } from './debian.mjs';
import { cache, node, root } from './places.mjs';
import { run, runOrFail } from './run.mjs';

/**
 * VS Code for a browser, in the user's cache folder. It is 600 MB with native modules that are compiled here, so it is
 * no dependency of this package and survives a fresh clone.
 */
export const codeServerVersion = '4.139.1';

const folder = path.join(cache, `code-server-${codeServerVersion}`);
const marker = path.join(folder, '.complete');
const entry = path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
/** What its native modules need to compile: Kerberos' headers, a compiler, Python for node-gyp. */
const buildPackages = ['libkrb5-dev', 'pkg-config', 'python3', 'make', 'g++'];

/**
 * The script that starts it, to be run with our Node; installs it first when it is missing.
 * @param {{ log?: string, say?: (line: string) => void }} [options]
 */
export async function ensureCodeServer({ log, say = () => undefined } = {}) {
  if (await isComplete()) return entry;
  if (process.platform === 'win32')
    throw new Error('code-server does not run on Windows: install VS Code instead.');
  const missing = await ensureDebianPackages(buildPackages, { log, say });
  if (missing.length > 0) {
    throw new Error(
      `code-server needs these Debian packages to be built: sudo apt-get install ${missing.join(' ')}`,
    );
  }
  say(`Installing code-server ${codeServerVersion} into ${folder} (once, about 4 minutes)`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // A package of its own: without one, npm would look for the next package.json above.
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  await runOrFail(
    'npm',
    ['install', `code-server@${codeServerVersion}`, '--prefix', folder, '--save-exact', '--no-audit', '--no-fund'],
    { cwd: folder, log, env: { npm_config_nodedir: await ensureNodeHeaders({ log }) } },
  );
  if (!(await isWorking())) throw new Error(`code-server was installed into ${folder}, but does not start.`);
  await writeFile(marker, `${codeServerVersion}\n`);
  return entry;
}

async function isComplete() {
  if (existsSync(marker)) return true;
  if (!existsSync(entry) || !(await isWorking())) return false;
  await writeFile(marker, `${codeServerVersion}\n`);
  return true;
}

/** Its last step of installation compiles native modules: they must load, and it must tell its version. */
async function isWorking() {
  const modules = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'node_modules');
  const loads = ['@vscode/spdlog', 'node-pty', '@vscode/sqlite3']
    .map((name) => `require(${JSON.stringify(path.join(modules, name))})`)
    .join(';');
  if ((await run(node, ['-e', loads], { timeoutMs: 30_000 })).code !== 0) return false;
  const { code, output } = await run(node, [entry, '--version'], {
    timeoutMs: 30_000,
    env: { CODE_SERVER_CONFIG: path.join(folder, 'config.yaml') },
  });
  return code === 0 && output.includes(codeServerVersion);
}

/** A folder with our Node's headers (`include/node`), so that node-gyp need not download them from nodejs.org. */
async function ensureNodeHeaders({ log }) {
  const { version } = JSON.parse(await readFile(path.join(root, 'node_modules', 'node', 'package.json'), 'utf8'));
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${platform}-${process.arch}`;
  const nested = path.join(root, 'node_modules', 'node', 'node_modules', name);
  if (await isFolder(path.join(nested, 'include'))) return nested;
  // A later `npm install` prunes the nested package, because no lock file names it.
  const own = path.join(cache, `node-${version}`);
  const installed = path.join(own, 'node_modules', name);
  if (await isFolder(path.join(installed, 'include'))) return installed;
  await mkdir(own, { recursive: true });
  await writeFile(path.join(own, 'package.json'), '{ "private": true }\n');
  await runOrFail('npm', ['install', `${name}@${version}`, '--prefix', own, '--no-audit', '--no-fund'], {
    cwd: own,
    log,
  });
  return installed;
}

async function isFolder(name) {
  return (await stat(name).catch(() => undefined))?.isDirectory() === true;
}
