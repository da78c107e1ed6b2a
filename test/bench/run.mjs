// `npm run bench`: builds for production and measures. `--json FILE` writes the entries (see measure.ts), `--rows N` sets the rows
// of the files (1,000,000; the large one has three times as many), `--rounds N` how often each job is run (5), `--only product`,
// `catalog`, `engine` or `view` measures that alone, `--built` takes dist/ as it is. Ends with 1 if a gate is not held.
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { kernelForEsbuild } from '../../src/avro/assembly/build.mjs';
import { build as buildBundles } from '../harness/packaging.mjs';
import { node, root } from '../harness/places.mjs';
import { endChildrenOnSignals, runOrFail } from '../harness/run.mjs';
import { measureEngine, measureMemory } from './engineLines.mjs';
import { scrollEntries } from './scroll.bench.mjs';
import { writeSampleBucket } from '../harness/sampleBucket.mjs';

const here = import.meta.dirname;

/** Kilobytes that each bundle may have at most, and should. */
const sizeLimits = { 'extension.js': [400, 250], 'worker.js': [600, 200], 'webview/rows.js': [600, 500] };

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

const requireForModules =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Bundles a script of `test/bench` for Node, with the kernel in it. */
async function bundle(entry, folder, format = 'esm') {
  const outfile = path.join(folder, `${path.basename(entry, '.ts')}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await build({
    entryPoints: [path.join(here, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    target: 'node22',
    mainFields: ['module', 'main'],
    plugins: [kernelForEsbuild],
    logLevel: 'warning',
    ...(format === 'esm' ? { banner: { js: requireForModules } } : {}),
  });
  return outfile;
}

/** Runs a bench in a process of its own; it prints its entries in its last line. */
async function runBench(name, folder, args = []) {
  const output = await runOrFail(node, [await bundle(`${name}.bench.ts`, folder), ...args]);
  return JSON.parse(output.trim().split('\n').at(-1));
}

/** The host's code finds the other bundles beside itself. */
async function measureStall(folder, file) {
  const beside = path.join(folder, 'host');
  await cp(path.join(root, 'dist'), beside, { recursive: true });
  const output = await runOrFail(node, [await bundle('stall.bench.ts', beside, 'cjs'), file]);
  return JSON.parse(output.trim().split('\n').at(-1));
}

/** One part of the sample's large table: 35 columns, Spark's blocks and its order of unions. */
async function writePart(folder, name, rows, codec) {
  const bucket = path.join(folder, name);
  await writeSampleBucket(bucket, { large: { rows, codec } });
  const files = await readdir(bucket, { recursive: true });
  return {
    path: path.join(
      bucket,
      files.find((file) => file.endsWith('.avro')),
    ),
    rows,
  };
}

/** Values that the filter of the engine's lines looks for: the first device type of the file, and a word of the vocabulary. */
async function chooseWanted(part) {
  const cli = path.join(root, 'dist', 'cli.js');
  const output = await runOrFail(node, [cli, 'rows', part.path, '--limit', '50', '--columns', 'device_type']);
  const values = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).device_type);
  return { deviceType: values.find((value) => typeof value === 'string'), pathPart: 'gore-tex' };
}

async function engine(folder, rows, rounds) {
  const files = {
    null: await writePart(folder, 'null', rows, 'null'),
    snappy: await writePart(folder, 'snappy', rows, 'snappy'),
    large: await writePart(folder, 'large', rows * 3, 'snappy'),
    small: await writePart(folder, 'small', Math.round(rows / 5), 'snappy'),
  };
  const bundles = { ours: await bundle('ours.ts', folder), avsc: await bundle('peers/avscMain.ts', folder) };
  const wanted = await chooseWanted(files.snappy);
  const options = { files, bundles, folder, wanted, rounds, log: (text) => console.error(text) };
  return [
    ...(await measureEngine(options)),
    ...(await measureMemory(options)),
    ...(await runBench('remote', folder, [
      files.large.path,
      String(files.large.rows),
      path.join(here, 'rangeServer.mjs'),
    ])),
    ...(await measureStall(folder, files.large.path)),
  ];
}

/** A limit is held from below, a ratio from above; where the other is missing on this machine, nothing is held. */
const isHeld = ({ ours, ratio, unit }, limit) =>
  ratio === null ? unit !== 'rows/s' && ours <= limit : ratio >= limit;

function line(entry) {
  const { id, ours, peer, unit, ratio, gate, aim } = entry;
  const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1));
  const mark = isHeld(entry, aim) ? '★' : isHeld(entry, gate) ? '✓' : '✗';
  const measured = peer === null ? `${number(ours)} ${unit}` : `${number(ours)} : ${number(peer)} ${unit}`;
  const isMissing = ratio === null && unit === 'rows/s';
  const bound = isMissing
    ? `≥ ${gate}×, aim ${aim}×: the other is not on this machine`
    : ratio === null
      ? `≤ ${gate}, aim ${aim}`
      : `${ratio.toFixed(1)}×  ≥ ${gate}×, aim ${aim}×`;
  return ` ${mark} ${id.padEnd(28)} ${measured.padEnd(34)} ${bound}`;
}

async function main() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rows: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      built: { type: 'boolean', default: false },
    },
  });
  if (!values.built) await buildBundles();
  const folder = await mkdtemp(path.join(tmpdir(), 'dce-bench-'));
  try {
    const parts = {
      product: async () => [...(await activation()), ...(await sizes())],
      catalog: () => runBench('catalog', folder),
      view: () => scrollEntries(path.join(root, 'dist', 'webview')),
      engine: () => engine(folder, Number(values.rows), Number(values.rounds)),
    };
    const entries = [];
    for (const [name, measure] of Object.entries(parts))
      if (values.only === undefined || values.only === name) entries.push(...(await measure()));
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
