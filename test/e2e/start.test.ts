import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { root } from '../harness/places.mjs';
import { launchBrowser } from './browser';
import { rowsView } from './rowsView';
import { openWorkbench } from './workbench';

// `npm start`, as somebody who has just cloned the repository runs it.

let home: string;
let browser: Browser;
let child: ChildProcess | undefined;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'dce-start-'));
  // A cache of its own, but not another 600 MB of editor in it.
  const editor = inject('prepared').entry.split(`${path.sep}node_modules${path.sep}`)[0]!;
  await mkdir(path.join(home, 'data-connect-explorer'));
  await symlink(editor, path.join(home, 'data-connect-explorer', path.basename(editor)));
  browser = await launchBrowser();
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await browser.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts it and gives the address that it prints. */
async function start(...args: string[]): Promise<{ address: string; lines: string[] }> {
  child = spawn(process.execPath, ['test/harness/start.mjs', '--browser', '--no-open', ...args], {
    cwd: root,
    env: { ...process.env, XDG_CACHE_HOME: home, INIT_CWD: root },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const address = /VS Code is at (http:\S+)/.exec(text)?.[1];
      if (address !== undefined) resolve({ address, lines: text.trim().split('\n') });
    };
    child?.stdout?.on('data', hear);
    child?.stderr?.on('data', hear);
    child?.once('exit', (code) => reject(new Error(`It ended with ${code}:\n${text}`)));
  });
}

async function end(): Promise<void> {
  const running = child;
  if (running === undefined) return;
  const ended = once(running, 'exit');
  running.kill('SIGINT');
  await ended;
  child = undefined;
}

describe('npm start', () => {
  test('opens VS Code with the sample connected, and Ctrl+C ends all of it', async () => {
    const { address, lines } = await start();
    expect(lines.length).toBeLessThan(8);
    const workbench = await openWorkbench(browser, address);
    await workbench.openView('Data Connect');
    await workbench.tree.click('sample', 'Syncs', '1010103141', 'users', 'part-00000');
    await (await rowsView(workbench, /users/)).shownRows();
    await workbench.screenshot('npm-start');
    await end();
    await expect(fetch(address)).rejects.toThrow();
  });

  test('with a folder opens that one instead', async () => {
    const { address } = await start(inject('prepared').sample);
    const workbench = await openWorkbench(browser, address);
    await workbench.openView('Data Connect');
    await workbench.tree.expand('sample', 'Syncs');
    const settings = await readFile(
      path.join(home, 'data-connect-explorer', 'profile', 'User', 'settings.json'),
      'utf8',
    );
    const { 'dataConnect.connections': connections } = JSON.parse(settings) as Record<string, unknown>;
    expect(connections).toMatchObject([{ kind: 'folder', path: inject('prepared').sample }]);
    await end();
  });

  test('with a place that is not there says so in one line, and how it is used', async () => {
    const running = spawn(process.execPath, ['test/harness/start.mjs', '/nowhere'], { cwd: root });
    let text = '';
    running.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const [code] = (await once(running, 'close')) as [number];
    expect(code).toBe(2);
    expect(text).toMatch(/^\/nowhere is no folder\.\nUsage: npm start/);
  });
});
