// Shows the built views under the host's CSP in Chromium, with a scripted host and VS Code's own theme colours.
//   node test/harness/webviewPage.mjs            screenshots of every scene, into test-results/webview/
//   node test/harness/webviewPage.mjs NAME…      only scenes whose name contains one of these
//   node test/harness/webviewPage.mjs --serve    only serves, and prints the address
// Builds the two bundles itself (as esbuild.mjs does) unless --built is given: then it takes dist/webview.
import { createServer } from 'node:http';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { webviewScenes } from './webviewScenes.mjs';
import { vscodeThemes } from './vscodeThemes.mjs';

const root = path.resolve(import.meta.dirname, '../..');
export const resultsFolder = path.join(root, 'test-results/webview');
const nonce = 'bm9uY2UtZm9yLXRoZS1oYXJuZXNz';
export const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What VS Code's webview page itself puts before ours: its defaults, in a layer. */
const vscodeDefaults = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
}`;

const fonts = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-weight': 'normal',
  '--vscode-font-size': '13px',
  '--vscode-editor-font-family': '"Droid Sans Mono", monospace',
  '--vscode-editor-font-weight': 'normal',
  '--vscode-editor-font-size': '14px',
};

/** What a theme sets on the page, and the class of its body. */
export function themeOf(theme) {
  const { kind, colors } = vscodeThemes[theme];
  const variables = Object.entries({ ...fonts, ...colors }).map(([name, value]) => `${name}: ${value};`);
  const background = colors['--vscode-editor-background'];
  return { kind, background, style: `:root { ${variables.join(' ')} } ${vscodeDefaults}` };
}

function page(view, theme) {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}' 'self'; font-src 'self'; img-src 'self'`;
  const { kind, style } = themeOf(theme);
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${view}</title>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<style id="theme" nonce="${nonce}">${style}</style>
<link rel="stylesheet" href="/${view}.css">
</head><body class="${kind}"><div id="root"></div>
<script type="module" nonce="${nonce}" src="/harness/webviewFakeHost.mjs"></script>
<script defer nonce="${nonce}" src="/${view}.js"></script>
</body></html>`;
}

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

/** Serves the views at `/?view=rows&scenario=shop&theme=dark`. */
export async function serveViews(bundles) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname === '/favicon.ico') {
      response.statusCode = 204;
      response.end();
      return;
    }
    if (url.pathname === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(page(url.searchParams.get('view') ?? 'rows', url.searchParams.get('theme') ?? 'dark'));
      return;
    }
    const name = path.basename(url.pathname);
    const folder = url.pathname.startsWith('/harness/') ? import.meta.dirname : bundles;
    readFile(
      name === 'codicon.ttf'
        ? path.join(root, 'node_modules/@vscode/codicons/dist', name)
        : path.join(folder, name),
    ).then(
      (bytes) => {
        response.setHeader('content-type', types[path.extname(name)] ?? 'application/octet-stream');
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The two bundles, built as the product's are, for looking at while the rest of the house does not build. */
export async function buildViews() {
  const outdir = path.join(resultsFolder, 'bundles');
  await build({
    absWorkingDir: root,
    entryPoints: { rows: 'webview/rows/main.ts', diff: 'webview/diff/main.ts' },
    outdir,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome134',
    external: ['*.ttf'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outdir;
}

/** Opens one scene; gives the page and what went wrong in it (exceptions, console errors, CSP violations). */
export async function openScene(browser, address, scene) {
  const {
    width = 1280,
    height = 720,
    zoom = 1,
    view = 'rows',
    scenario = 'shop',
    theme = 'dark',
    query = '',
    locale = 'en-GB',
    reducedMotion = 'no-preference',
    forcedColors = 'none',
  } = scene;
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    locale,
    timezoneId: 'Europe/Paris',
    reducedMotion,
    forcedColors,
  });
  const tab = await context.newPage();
  const faults = [];
  tab.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  tab.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${message.type()}: ${message.text()}`);
  });
  tab.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await tab.goto(`${address}/?view=${view}&scenario=${scenario}&theme=${theme}${query}`);
  return { tab, faults, close: () => context.close() };
}

async function main() {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const bundles = process.argv.includes('--built') ? path.join(root, 'dist/webview') : await buildViews();
  const server = await serveViews(bundles);
  if (process.argv.includes('--serve')) {
    console.log(`${server.address}/?view=rows&scenario=shop&theme=dark`);
    return;
  }
  await mkdir(resultsFolder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: browserArgs,
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
  let hasFaults = false;
  try {
    for (const scene of webviewScenes) {
      if (words.length > 0 && !words.some((word) => scene.name.includes(word))) continue;
      const { tab, faults, close } = await openScene(browser, server.address, scene);
      tab.setDefaultTimeout(8000);
      try {
        await tab.waitForSelector(scene.ready ?? (scene.view === 'diff' ? '.diff-page > *' : '.slick-row'));
        await scene.act?.(tab);
      } catch (error) {
        faults.push(`act: ${error.message}`);
      }
      await tab.screenshot({ path: path.join(resultsFolder, `${scene.name}.png`) });
      console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${scene.name}`);
      for (const fault of faults) console.log(`     ${fault}`);
      hasFaults ||= faults.length > 0;
      await close();
    }
  } finally {
    await browser.close();
    server.close();
  }
  if (hasFaults) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) await main();
