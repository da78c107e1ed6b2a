// Builds every bundle into dist/. Flags: --production (minified, no maps), --watch.
// Checks what went into each bundle against src/rooms.json and the budgets below; a build that breaks them fails.
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { context, build } from 'esbuild';
import { kernelForEsbuild } from './src/avro/assembly/build.mjs';
import { checkImport, roomOf } from './src/rooms.mjs';

const isProduction = process.argv.includes('--production');
const isWatching = process.argv.includes('--watch');

const node = { platform: 'node', format: 'cjs', target: 'node22', mainFields: ['module', 'main'] };
const browser = {
  platform: 'browser',
  format: 'iife',
  target: 'chrome134',
  // The icon font is copied beside the style sheets, which name it by a relative address.
  external: ['*.ttf'],
};

/** `maxKilobytes`: of the minified bundle. `never`: modules whose presence is a mistake. */
const bundles = [
  {
    name: 'extension',
    entry: 'src/host/extension.ts',
    options: { ...node, external: ['vscode'] },
    maxKilobytes: 400,
    never: ['@aws-sdk', '@smithy', 'avsc', 'src/avro', 'src/store', 'src/sample'],
  },
  {
    name: 'store',
    entry: 'src/store/index.ts',
    options: node,
    maxKilobytes: 1500,
    never: ['vscode-jsonrpc', 'avsc', 'src/avro'],
  },
  {
    name: 'worker',
    entry: 'src/worker/main.ts',
    options: node,
    maxKilobytes: 600,
    never: ['@aws-sdk', '@smithy', 'src/store'],
  },
  { name: 'sample', entry: 'src/sample/main.ts', options: node, maxKilobytes: 400, never: ['@aws-sdk', '@smithy'] },
  {
    name: 'cli',
    entry: 'src/cli/main.ts',
    options: { ...node, banner: { js: '#!/usr/bin/env node' }, external: ['./store.js', './sample.js'] },
    maxKilobytes: 600,
    never: ['@aws-sdk', '@smithy', 'src/host'],
  },
  {
    name: 'webview/rows',
    entry: 'webview/rows/main.ts',
    options: browser,
    maxKilobytes: 600,
    never: ['avsc', 'node:'],
  },
  {
    name: 'webview/diff',
    entry: 'webview/diff/main.ts',
    options: browser,
    maxKilobytes: 300,
    never: ['avsc', 'slickgrid'],
  },
];

function optionsOf(bundle) {
  return {
    ...bundle.options,
    entryPoints: [{ in: bundle.entry, out: bundle.name }],
    outdir: 'dist',
    bundle: true,
    metafile: true,
    plugins: [kernelForEsbuild],
    minify: isProduction,
    sourcemap: isProduction ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': isProduction ? '"production"' : '"development"' },
  };
}

/** Faults of one bundle, from esbuild's own account of what it contains. */
function faultsOf(bundle, metafile) {
  const faults = [];
  for (const [file, input] of Object.entries(metafile.inputs)) {
    for (const word of bundle.never) {
      if (file.startsWith(`${word}/`) || file.includes(`node_modules/${word}/`))
        faults.push(`${bundle.name} contains ${file}`);
    }
    if (roomOf(file) === undefined) continue;
    for (const imported of input.imports) {
      const target = /node_modules\/((?:@[^/]+\/)?[^/]+)/g.exec(imported.path)?.[1] ?? imported.path;
      const fault =
        roomOf(imported.path) === undefined && imported.path.startsWith('src/')
          ? undefined
          : checkImport(file, target, false);
      if (fault !== undefined) faults.push(`${file}: ${fault}`);
    }
  }
  if (isProduction) {
    for (const [file, output] of Object.entries(metafile.outputs)) {
      const kilobytes = output.bytes / 1000;
      if (file.endsWith('.js') && kilobytes > bundle.maxKilobytes) {
        faults.push(`${file} has ${kilobytes.toFixed(0)} KB, more than ${bundle.maxKilobytes}`);
      }
    }
  }
  return faults;
}

const sizes = [];
const faults = [];

async function buildAll() {
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist/webview', { recursive: true });
  await Promise.all(
    bundles.map(async (bundle) => {
      if (isWatching) return (await context(optionsOf(bundle))).watch();
      const { metafile } = await build(optionsOf(bundle));
      faults.push(...faultsOf(bundle, metafile));
      for (const [file, output] of Object.entries(metafile.outputs)) {
        if (file.endsWith('.js')) sizes.push([file, output.bytes]);
      }
      return undefined;
    }),
  );
  await copyFile('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf');
}

await buildAll();
if (!isWatching) {
  sizes.sort();
  for (const [file, bytes] of sizes) console.log(`${(bytes / 1000).toFixed(0).padStart(6)} KB  ${file}`);
  await writeFile('dist/sizes.json', JSON.stringify(Object.fromEntries(sizes), null, 2));
  if (faults.length > 0) {
    console.error(faults.join('\n'));
    process.exit(1);
  }
}
