import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { node } from './places.mjs';
import { endTree, runOrFail, start } from './run.mjs';

/** Environment of every code-server of ours: its own configuration file, never the user's. */
function environment(userData) {
  return { CODE_SERVER_CONFIG: path.join(userData, 'code-server.yaml') };
}

/** Installs a packaged extension into an extensions folder, as a user would. */
export async function installExtension({ entry, vsix, extensions, userData, log }) {
  await mkdir(extensions, { recursive: true });
  await runOrFail(
    node,
    [entry, '--install-extension', vsix, '--force', '--extensions-dir', extensions, '--user-data-dir', userData],
    { log, env: environment(userData), timeoutMs: 120_000 },
  );
}

/**
 * Starts VS Code for the browser on loopback. Gives its address once it answers.
 * `port` 0: a free one. `folder`: opened in the window; absent: an empty window.
 * `env`: what the extension host sees (`AWS_CONFIG_FILE` and the like). `nodeArgs`: options of Node's, for all processes of the editor.
 * @param {{ entry: string, extensions: string, userData: string, folder?: string, port?: number, log?: string, env?: Record<string, string>, nodeArgs?: readonly string[] }} options
 * @returns {Promise<{ address: string, ended: Promise<unknown>, end: () => Promise<void> }>}
 */
export async function startCodeServer({
  entry,
  extensions,
  userData,
  folder,
  port = 0,
  log,
  env = {},
  nodeArgs = [],
}) {
  let heard = '';
  let tellAddress;
  const address = new Promise((resolve) => {
    tellAddress = resolve;
  });
  const { child, ended } = await start(
    node,
    [
      ...nodeArgs,
      entry,
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--extensions-dir',
      extensions,
      '--user-data-dir',
      userData,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      ...(folder === undefined ? ['--ignore-last-opened'] : [folder]),
    ],
    {
      log,
      env: { ...environment(userData), ...env },
      onText: (text) => {
        heard = (heard + text).slice(-20_000);
        const match = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(heard);
        if (match !== null) tellAddress(match[1]);
      },
    },
  );
  const failed = ended.then(({ code }) => {
    throw new Error(`code-server ended with ${code} before it listened:\n${heard.trim()}`);
  });
  failed.catch(() => undefined);
  return {
    address: await Promise.race([address, failed]),
    ended,
    /** Ends it with its extension hosts and terminals. */
    async end() {
      endTree(child);
      const timer = setTimeout(() => endTree(child, 'SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}
