import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runCase } from './check';
import { codecNames } from './codecs';

/**
 * `npm run fuzz -- [--minutes 10] [--seed N] [--cases N] [--codec NAME] [--out FOLDER]`: containers of seeds N, N + 1, …, each damaged and read in every way. What
 * fails is written to the folder; ends with 1 then. A failing seed alone: `--seed N --cases 1`.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    cases: { type: 'string' },
    codec: { type: 'string' },
    out: { type: 'string', default: 'test-results/fuzz' },
  },
});
const first = Number(values.seed ?? Date.now() % 1_000_000_000);
const end = performance.now() + Number(values.minutes) * 60_000;
const last = values.cases === undefined ? Infinity : first + Number(values.cases);
const codec = codecNames.find((name) => name === values.codec);
if (values.codec !== codec) throw new Error(`--codec is one of ${codecNames.join(', ')}`);
const mostFindings = 20;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let current = first;
// Where nothing is under way any more, a promise that nobody settles ends the process in the middle of a case.
process.on('exit', () => {
  if (!isDone) {
    say(`seed ${current}: it never answers`);
    process.exitCode = 1;
  }
});
let isDone = false;
const counts = { cases: 0, opened: 0, damaged: 0, rows: 0, comparedWithAvsc: 0, findings: 0 };
const messages = new Set<string>();
let slowest = { seed: 0, milliseconds: 0 };
let largestRss = 0;

say(`Seeds from ${first} on`);
for (let seed = first; seed < last && performance.now() < end && counts.findings < mostFindings; seed++) {
  current = seed;
  const found = await runCase(seed, codec);
  counts.cases++;
  largestRss = Math.max(largestRss, process.memoryUsage().rss);
  if ('bytes' in found) {
    counts.findings++;
    const known = found.message.split('\n')[0]!.replace(/\d+/g, 'N').slice(0, 60);
    const file = path.join(values.out, `${seed}.avro`);
    await mkdir(values.out, { recursive: true });
    await writeFile(file, found.bytes);
    const text = messages.has(known) ? found.message.split('\n')[0]! : found.message;
    messages.add(known);
    say(`seed ${seed} (${found.codec}; ${found.steps.join('; ')}): ${text.slice(0, 1500)}\n  ${file}`);
    continue;
  }
  counts.rows += found.rows;
  counts.opened += +found.isOpened;
  counts.damaged += +found.isDamaged;
  counts.comparedWithAvsc += +found.isComparedWithAvsc;
  if (found.milliseconds > slowest.milliseconds) slowest = { seed, milliseconds: Math.round(found.milliseconds) };
}
isDone = true;
say(JSON.stringify({ ...counts, slowest, largestMB: Math.round(largestRss / 1e6) }));
if (counts.findings > 0) process.exitCode = 1;
