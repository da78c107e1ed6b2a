// `npm start`: from a fresh clone to VS Code with the extension and a bucket. Only Node's own modules up to the point
// where the dependencies are installed. Nothing of the user's own VS Code is touched: the profile lies in the cache.
import path from 'node:path';
import process from 'node:process';
import { installExtension, startCodeServer } from './codeServer.mjs';
import { ensureCodeServer } from './codeServerInstall.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { quietSettings, readSettings, writeSettings } from './editorSettings.mjs';
import { build, packageExtension } from './packaging.mjs';
import { cache, vsix } from './places.mjs';
import { endChildrenOnSignals, isOnPath, run, start } from './run.mjs';
import { sampleFolder, writeSampleBucket } from './sampleBucket.mjs';
import { readStartOptions, usage } from './startOptions.mjs';

const log = path.join(cache, 'start.log');
const say = (line) => console.log(line);

/** Gives the profile the connection that was asked for, in front of those the user added in it. */
async function prepareProfile(userData, connection) {
  const settings = await readSettings(userData);
  const known = settings['dataConnect.connections'];
  const others = (Array.isArray(known) ? known : []).filter(
    (item) => item?.id !== connection.id && item?.kind !== 'sample',
  );
  await writeSettings(userData, {
    ...quietSettings,
    ...settings,
    'dataConnect.connections': [connection, ...others],
  });
}

/** Opens the desktop VS Code and waits until its window is closed. False: it cannot be used here. */
async function openDesktop({ userData, extensions, folder }) {
  const profile = ['--user-data-dir', userData, '--extensions-dir', extensions];
  const installed = await run('code', [...profile, '--install-extension', vsix, '--force'], {
    log,
    timeoutMs: 120_000,
  });
  if (installed.code !== 0) return false;
  say('VS Code is open. It ends when its window is closed, or with Ctrl+C.');
  const { code } = await run(
    'code',
    [...profile, '--new-window', '--wait', ...(folder === undefined ? [] : [folder])],
    {
      log,
    },
  );
  return code === 0;
}

async function openInBrowser({ userData, extensions, folder, port, isOpened }) {
  const entry = await ensureCodeServer({ log, say });
  await installExtension({ entry, vsix, extensions, userData, log });
  const server = await startCodeServer({ entry, extensions, userData, folder, port, log });
  say(`VS Code is at ${server.address} (Ctrl+C ends it)`);
  if (isOpened) await openAddress(server.address);
  await server.ended;
}

/** Opens the address with the system's browser, where there is one; the address was printed in any case. */
async function openAddress(address) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  if (await isOnPath(opener)) (await start(opener, [address])).ended.catch(() => undefined);
}

async function main() {
  // npm runs scripts from the top of the repository; a path is meant from where the user is.
  const options = readStartOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (Number(process.versions.node.split('.')[0]) < 20) throw new Error('Node 20 or newer is needed.');
  await ensureDependencies({ log, say });
  say('Building and packaging the extension');
  await build({ log });
  await packageExtension({ log });
  if (options.connection.kind === 'sample') {
    say(`Writing the sample bucket to ${sampleFolder}`);
    await writeSampleBucket(sampleFolder, { now: Date.now() }, { log });
  }
  const userData = path.join(cache, 'profile');
  const extensions = path.join(cache, 'extensions');
  const folder = options.connection.kind === 'sample' ? sampleFolder : options.folder;
  await prepareProfile(userData, options.connection);
  if (!options.isInBrowser && (await isOnPath('code'))) {
    if (await openDesktop({ userData, extensions, folder })) return;
    say('The VS Code on the path could not be used; a browser will do.');
  }
  await openInBrowser({ userData, extensions, folder, port: options.port, isOpened: options.isOpened });
}

endChildrenOnSignals();
try {
  await main();
} catch (error) {
  if (error.isUsage) {
    if (error.message !== '') console.error(error.message);
    console.error(usage);
    process.exitCode = 2;
  } else if (process.exitCode === undefined) {
    console.error(`${error.message}\nMore in ${log}`);
    process.exitCode = 1;
  }
}
