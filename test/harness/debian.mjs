import { existsSync } from 'node:fs';
import process from 'node:process';
import { run, runOrFail } from './run.mjs';

/** Installs Debian packages that are missing, where that can be done without asking: Debian, as root. Else names them. */
export async function ensureDebianPackages(packages, { log, say = () => undefined } = {}) {
  if (!existsSync('/usr/bin/dpkg-query')) return [];
  const missing = [];
  for (const name of packages) {
    const { code, output } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]);
    if (code !== 0 || output.trim() !== 'installed') missing.push(name);
  }
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0) return missing;
  say(`Installing ${missing.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runOrFail('apt-get', ['update', '-q'], { log, env });
  await runOrFail('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { log, env });
  return [];
}
