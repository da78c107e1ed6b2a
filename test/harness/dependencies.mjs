import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { node, root } from './places.mjs';
import { runOrFail } from './run.mjs';

/** True if what package-lock.json names is what lies in node_modules. Compares contents: a clone's times say nothing. */
async function isInstalled() {
  try {
    await stat(node);
    const [wanted, present] = await Promise.all(
      ['package-lock.json', 'node_modules/.package-lock.json'].map(async (file) =>
        JSON.parse(await readFile(path.join(root, file), 'utf8')),
      ),
    );
    return Object.entries(wanted.packages).every(
      ([name, entry]) => name === '' || entry.optional || present.packages[name]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/** Installs the locked dependencies if they are missing or others. Gives true if it had to. */
export async function ensureDependencies({ log, say = () => undefined } = {}) {
  if (await isInstalled()) return false;
  say('Installing dependencies (once, about a minute)');
  await runOrFail('npm', ['ci', '--no-audit', '--no-fund'], { log });
  return true;
}
