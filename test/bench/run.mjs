// `npm run bench`: builds for production and measures. `--json FILE` writes the entries (see measure.ts), `--rows N` sets
// the size of the large part, `--built` takes dist/ as it is. Ends with 1 if a gate is not held.
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { kernelForEsbuild } from '../../src/avro/assembly/build.mjs';
import { build as buildBundles } from '../harness/packaging.mjs';
import { node, root } from '../harness/places.mjs';
import { endChildrenOnSignals, runOrFail } from '../harness/run.mjs';
import { writeSampleBucket } from '../harness/sampleBucket.mjs';

const here = import.meta.dirname;

/** Kilobytes that each bundle may have at most, and should. */
const sizeLimits = { 'extension.js': [400, 250], 'worker.js': [600, 200], 'webview/rows.js': [500, 400] };

async function sizes() {
  return Promise.all(
    Object.entries(sizeLimits).map(async ([file, [gate, aim]]) => {
      const { size } = await stat(path.join(root, 'dist', file));
      return { id: `size.${file}`, ours: size / 1000, peer: null, unit: 'KB', ratio: null, gate, aim };
    }),
  );
}

/** Median of several starts, each in a process of its own. */
async function activation() {
  const times = [];
  for (let round = 0; round < 9; round++) {
    const output = await runOrFail(node, [
      path.join(here, 'activate.mjs'),
      path.join(root, 'dist', 'extension.js'),
    ]);
    const { milliseconds, loaded } = JSON.parse(output);
    if (loaded.length > 0) throw new Error(`Activation loads ${loaded.join(', ')}.`);
    times.push(milliseconds);
  }
  const ours = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  return [{ id: 'activate', ours, peer: null, unit: 'ms', ratio: null, gate: 30, aim: 15 }];
}

/** Bundles a bench and runs it in a process of its own; it prints its entries in its last line. */
async function runBench(name, folder, args = []) {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({
    entryPoints: [path.join(here, `${name}.bench.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    plugins: [kernelForEsbuild],
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const output = await runOrFail(node, [outfile, ...args]);
  return JSON.parse(output.trim().split('\n').at(-1));
}

async function largePart(folder, rows) {
  const bucket = path.join(folder, 'large');
  await writeSampleBucket(bucket, { large: { rows } });
  const files = await readdir(bucket, { recursive: true });
  return path.join(
    bucket,
    files.find((file) => file.endsWith('.avro')),
  );
}

const isHeld = ({ ours, ratio }, limit) => (ratio === null ? ours <= limit : ratio >= limit);

function line(entry) {
  const { id, ours, peer, unit, ratio, gate, aim } = entry;
  const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1));
  const mark = isHeld(entry, aim) ? '★' : isHeld(entry, gate) ? '✓' : '✗';
  const measured = peer === null ? `${number(ours)} ${unit}` : `${number(ours)} : ${number(peer)} ${unit}`;
  const bound = ratio === null ? `≤ ${gate}, aim ${aim}` : `${ratio.toFixed(1)}×  ≥ ${gate}×, aim ${aim}×`;
  return ` ${mark} ${id.padEnd(28)} ${measured.padEnd(34)} ${bound}`;
}

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rows: { type: 'string', default: '100000' },
      built: { type: 'boolean', default: false },
    },
  });
  if (!values.built) await buildBundles();
  const folder = await mkdtemp(path.join(tmpdir(), 'dce-bench-'));
  try {
    const entries = [...(await activation()), ...(await sizes()), ...(await runBench('catalog', folder))];
    const part = await largePart(folder, Number(values.rows));
    entries.push(...(await runBench('decode', folder, [part, values.rows])));
    for (const entry of entries) console.log(line(entry));
    if (values.json !== undefined) {
      await mkdir(path.dirname(path.resolve(values.json)), { recursive: true });
      await writeFile(values.json, `${JSON.stringify(entries, null, 2)}\n`);
    }
    const broken = entries.filter((entry) => !isHeld(entry, entry.gate));
    if (broken.length > 0) {
      console.error(`Not held: ${broken.map(({ id }) => id).join(', ')}`);
      process.exitCode = 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

endChildrenOnSignals();
await main();
