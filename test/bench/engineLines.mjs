// The lines of the Avro engine: each is a job of ours and of a peer's, every run a process of its own, in turn, so that start-up,
// reading and memory count on both sides.
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { node } from '../harness/places.mjs';
import { childEnvironment } from '../harness/run.mjs';

const here = import.meta.dirname;

/** The peer that makes a ratio, by name: how to run it on a file, or `undefined` where the machine does not have it. */
async function findPeers(folder, avscBundle) {
  const peers = { avsc: (job) => (file, wanted) => [node, [avscBundle, job, file, JSON.stringify(wanted)]] };
  const libavro = path.join(folder, 'readGeneric');
  const source = path.join(here, 'peers', 'readGeneric.c');
  if (await succeeds('cc', ['-O2', '-o', libavro, source, '-lavro']))
    peers.libavro = () => (file) => [libavro, [file]];
  if (await succeeds('avrocat', ['--help'], [0, 1])) peers.avrocat = () => (file) => ['avrocat', [file]];
  return peers;
}

async function succeeds(command, args, codes = [0]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(codes.includes(code)));
  });
}

/** `file`: which of the files; `rows` of a smaller one where a peer would take minutes: rates are compared. */
const lines = [
  { id: 'values', file: 'null', ours: 'values', peer: ['avsc', 'decode'], gate: 2, aim: 3 },
  { id: 'addressable', file: 'snappy', ours: 'addressable', peer: ['avsc', 'decode'], gate: 5, aim: 8 },
  { id: 'addressable.libavro', file: 'snappy', ours: 'addressable', peer: ['libavro'], gate: 3, aim: 5 },
  { id: 'ndjson', file: 'snappy', ours: 'ndjson', peer: ['avsc', 'ndjson'], gate: 7, aim: 12 },
  { id: 'ndjson.avrocat', file: 'snappy', ours: 'ndjson', peer: ['avrocat'], gate: 10, aim: 20 },
  { id: 'filter', file: 'snappy', ours: 'filter', peer: ['avsc', 'filter'], gate: 6, aim: 10, agrees: true },
  {
    id: 'filter.projected',
    file: 'snappy',
    ours: 'filter',
    peer: ['avsc', 'filterProjected'],
    gate: 1.5,
    aim: 2,
    agrees: true,
  },
  {
    id: 'filter.again',
    file: 'snappy',
    ours: 'filterAgain',
    peer: ['avsc', 'filter'],
    gate: 100,
    aim: 500,
    agrees: true,
  },
  { id: 'statistics', file: 'snappy', ours: 'statistics', peer: ['avsc', 'statistics'], gate: 10, aim: 20 },
  {
    id: 'threads',
    file: 'large',
    ours: 'filterThreads2',
    peer: ['ours', 'filter'],
    gate: 1.5,
    aim: 1.8,
    agrees: true,
  },
];

/**
 * Runs one process to its end; its output goes nowhere, as into `/dev/null`. Its last line on stderr, if it is JSON, is what it found:
 * `seconds` there stands for the time of the process where only a part of it counts.
 */
export async function runTimed([command, args]) {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: childEnvironment() });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece) => (text = (text + piece).slice(-100_000)));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const wall = (performance.now() - started) / 1000;
  if (code !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${code}: ${text.slice(-2000)}`);
  const last = text.trim().split('\n').at(-1) ?? '';
  const found = last.startsWith('{') ? JSON.parse(last) : {};
  return { seconds: wall, ...found };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * The entries of all lines. `files`: `{ null, snappy, large }` → `{ path, rows }`; `bundles`: `{ ours, avsc }`.
 * Each distinct job is run once a round, all of them in turn, `rounds` times.
 */
export async function measureEngine({ files, bundles, folder, wanted, rounds, log }) {
  await mkdir(folder, { recursive: true });
  const peers = await findPeers(folder, bundles.avsc);
  peers.ours = (job) => (file, wish) => [node, [bundles.ours, job, file, JSON.stringify(wish)]];
  const jobs = new Map();
  for (const line of lines) {
    const [peer, job] = line.peer;
    line.oursKey = `ours ${line.ours} ${line.file}`;
    line.peerKey = peers[peer] === undefined ? undefined : `${peer} ${job ?? ''} ${line.file}`;
    jobs.set(line.oursKey, peers.ours(line.ours)(files[line.file].path, wanted));
    if (line.peerKey !== undefined) jobs.set(line.peerKey, peers[peer](job)(files[line.file].path, wanted));
  }
  const times = new Map([...jobs.keys()].map((key) => [key, []]));
  const found = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const [key, command] of jobs) {
      const result = await runTimed(command);
      times.get(key).push(result.seconds);
      found.set(key, result);
      log(`round ${round + 1} of ${rounds}: ${key} ${result.seconds.toFixed(3)} s`);
    }
  }
  return lines.map((line) => entryOf(line, times, found, files[line.file].rows));
}

function entryOf({ id, oursKey, peerKey, gate, aim, agrees }, times, found, rows) {
  checkRows(oursKey, found.get(oursKey), rows);
  const ours = rows / median(times.get(oursKey));
  if (peerKey === undefined) return { id, ours, peer: null, unit: 'rows/s', ratio: null, gate, aim };
  checkRows(peerKey, found.get(peerKey), rows);
  if (agrees && found.get(oursKey).check !== found.get(peerKey).check)
    throw new Error(`${id}: ours found ${found.get(oursKey).check}, the peer ${found.get(peerKey).check}.`);
  const peer = rows / median(times.get(peerKey));
  return { id, ours, peer, unit: 'rows/s', ratio: ours / peer, gate, aim };
}

/** A job that did not do all of its work does not count as fast. avrocat does not tell. */
function checkRows(key, result, rows) {
  if (result.rows === undefined ? !key.startsWith('avrocat') : result.rows !== rows)
    throw new Error(`${key} saw ${result.rows} rows, not ${rows}.`);
}

/** The command line's work on a large file, by the ids of their lines. Excel: more rows than a sheet has. */
const commands = {
  'memory.sort': (file) => ['rows', file, '--sort', 'user_id', '--limit', '100000000'],
  'memory.sortedCsv': (file, out) => ['rows', file, '--sort', 'user_id', '--format', 'csv', '--out', out],
  'memory.parquet': (file, out) => ['rows', file, '--format', 'parquet', '--out', out],
  'memory.excel': (file, out) => ['rows', file, '--format', 'excel', '--out', out, '--limit', '1200000'],
  'memory.statistics': (file) => ['stats', file],
};

/** MB. The command has done all of its work, or its exit code is not 0. */
async function peakOfCommand(args) {
  const preload = path.join(here, 'peakMemory.mjs');
  const { peakBytes } = await runTimed([node, ['--import', preload, path.resolve('dist/cli.js'), ...args]]);
  return peakBytes / 1e6;
}

/** Peak memory of whole processes, with two decoding threads as the product has them: MB, and how much more a file fifteen times as long takes. */
export async function measureMemory({ files, bundles, folder, wanted, rounds, log }) {
  const peaks = {};
  for (const job of ['filterThreads2', 'ndjsonThreads']) {
    for (const size of ['small', 'large']) {
      const samples = [];
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        const file = files[size];
        const { peakBytes, rows } = await runTimed([node, [bundles.ours, job, file.path, JSON.stringify(wanted)]]);
        if (rows !== file.rows) throw new Error(`${job} saw ${rows} rows, not ${file.rows}.`);
        samples.push(peakBytes / 1e6);
      }
      peaks[`${job} ${size}`] = Math.max(...samples);
      log(`${job} ${size}: ${Math.max(...samples).toFixed(0)} MB`);
    }
  }
  for (const [id, args] of Object.entries(commands)) {
    peaks[id] = await peakOfCommand(args(files.large.path, path.join(folder, 'command.out')));
    log(`${id}: ${peaks[id].toFixed(0)} MB`);
  }
  const limit = (id, ours, unit, gate, aim) => ({ id, ours, peer: null, unit, ratio: null, gate, aim });
  return [
    limit('memory.scan', peaks['filterThreads2 large'], 'MB', 150, 80),
    limit('memory.export', peaks['ndjsonThreads large'], 'MB', 150, 80),
    ...Object.keys(commands).map((id) => limit(id, peaks[id], 'MB', 150, 80)),
    limit(
      'memory.scan.growth',
      peaks['filterThreads2 large'] / peaks['filterThreads2 small'],
      '× of a small file',
      1.25,
      1.1,
    ),
    limit(
      'memory.export.growth',
      peaks['ndjsonThreads large'] / peaks['ndjsonThreads small'],
      '× of a small file',
      1.25,
      1.1,
    ),
  ];
}
