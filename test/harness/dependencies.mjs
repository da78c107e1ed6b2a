import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { node, root } from './places.mjs';
import { run, runOrFail } from './run.mjs';

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
  const quiet = ['--no-audit', '--no-fund'];
  const { code, output } = await run('npm', ['ci', ...quiet], { log });
  if (code === 0) return true;
  // A registry that lacks a package for another platform (a mirror that is behind) makes `npm ci` refuse a lock file
  // that is right for this one. `npm install` takes the same versions from it and leaves the absent one out.
  if (!/Missing: \S+ from lock file/.test(output))
    throw new Error(`npm ci ended with ${code}:\n${output.slice(-4000)}`);
  await runOrFail('npm', ['install', '--no-save', ...quiet], { log });
  return true;
}
