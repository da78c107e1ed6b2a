// `npm test`: everything, from a fresh clone. Stages one after the other, each with its time; what they print is also in
// test-results/. Ends with one line: `N passed, N failed` (and `, N skipped` where something was; never in CI).
// `--only STAGE` (repeatable) runs just that.
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ensureDebianPackages } from './debian.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { packageExtension, packageFaults } from './packaging.mjs';
import { binaries, node, results, root } from './places.mjs';
import { endChildrenOnSignals, run } from './run.mjs';

const isCI = process.env.CI === 'true' || process.env.CI === '1';
const say = (line) => console.log(line);

/** What a stage found: numbers of tests. `fatal`: the later stages make no sense. `note`: said in the summary. */
const passed = (count = 1) => ({ passed: count, failed: 0, skipped: 0 });
const failed = (note) => ({ passed: 0, failed: 1, skipped: 0, note });

function sum(outcomes) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes) for (const key of Object.keys(total)) total[key] += outcome[key];
  const notes = outcomes.flatMap(({ note }) => (note === undefined ? [] : [note]));
  return notes.length === 0 ? total : { ...total, note: notes.join('; ') };
}

/** One check: a program that ends with 0 or fails. */
async function check(name, command, args, log) {
  const { code } = await run(path.join(binaries, command), args, { log, isEchoed: true });
  return code === 0 ? passed() : failed(name);
}

async function checks(list, log) {
  const outcomes = [];
  for (const [name, command, ...args] of list) outcomes.push(await check(name, command, args, log));
  return sum(outcomes);
}

/** Tests of a vitest project, counted from vitest's own report. `command`: what starts vitest. */
async function counted(name, command, args, log) {
  const report = path.join(results, `${name}.json`);
  await rm(report, { force: true });
  const { code } = await run(
    command,
    [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { log, isEchoed: true },
  );
  let found;
  try {
    found = JSON.parse(await readFile(report, 'utf8'));
  } catch {
    return failed('no report');
  }
  const outcome = {
    passed: found.numPassedTests,
    failed: found.numFailedTests,
    skipped: found.numPendingTests + (found.numTodoTests ?? 0),
  };
  // A file that does not load or an error outside a test has no test to its name.
  if (code !== 0 && outcome.failed === 0) return { ...outcome, failed: 1, note: 'failed outside a test' };
  if (code === 0 && outcome.passed + outcome.skipped === 0) return { ...outcome, failed: 1, note: 'no tests' };
  return outcome;
}

const vitest = ['run', '--config', 'test/vitest.config.mts', '--project'];

const stages = [
  {
    name: 'install',
    isNeeded: true,
    async run(log) {
      await ensureDependencies({ log, say });
      const packages = (await readFile(path.join(root, 'test', 'harness', 'debianPackages.txt'), 'utf8'))
        .trim()
        .split('\n');
      const missing = await ensureDebianPackages(packages, { log, say });
      if (missing.length > 0) say(`Not installed here, and only root could: ${missing.join(', ')}`);
      return passed();
    },
  },
  {
    name: 'types',
    run: (log) =>
      checks(
        ['src/core', 'src', 'webview', 'test'].map((program) => [program, 'tsc', '-p', program]),
        log,
      ),
  },
  {
    name: 'lint',
    run: (log) =>
      checks(
        [
          ['eslint', 'eslint', '.'],
          ['prettier', 'prettier', '--check', '--log-level', 'warn', '.'],
          ['knip', 'knip'],
        ],
        log,
      ),
  },
  { name: 'unit', run: (log) => counted('unit', path.join(binaries, 'vitest'), [...vitest, 'unit'], log) },
  {
    name: 'build',
    isNeeded: true,
    async run(log) {
      const { code } = await run(node, ['esbuild.mjs', '--production'], { log, isEchoed: true });
      return code === 0 ? passed() : failed('esbuild');
    },
  },
  {
    name: 'contract',
    run: (log) => counted('contract', path.join(binaries, 'vitest'), [...vitest, 'contract'], log),
  },
  {
    name: 'package',
    isNeeded: true,
    async run(log) {
      await packageExtension({ log });
      const faults = await packageFaults();
      for (const fault of faults) say(fault);
      return faults.length === 0 ? passed() : failed(faults[0]);
    },
  },
  { name: 'e2e', run: (log) => counted('e2e', node, ['test/harness/e2e.mjs', '--packaged'], log) },
];

async function runStage(stage) {
  const log = path.join(results, `${stage.name}.log`);
  await rm(log, { force: true });
  const started = performance.now();
  let outcome;
  try {
    outcome = await stage.run(log);
  } catch (error) {
    say(error.message);
    outcome = failed(error.message.split('\n')[0]);
  }
  if (isCI && outcome.skipped > 0) {
    const note = `${outcome.skipped} skipped, which CI does not allow`;
    outcome = { ...outcome, failed: outcome.failed + outcome.skipped, skipped: 0, note };
  }
  return { name: stage.name, seconds: (performance.now() - started) / 1000, ...outcome };
}

function table(outcomes) {
  return outcomes
    .map(({ name, seconds, note, ...counts }) => {
      const mark = counts.failed > 0 ? '✗' : '✓';
      const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
      const numbers = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
      return ` ${mark} ${name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s   ${numbers}${note === undefined ? '' : `   (${note})`}`;
    })
    .join('\n');
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const wanted = values.only ?? stages.map(({ name }) => name);
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no stage ${unknown.join(', ')}: ${stages.map((s) => s.name).join(', ')}.`);
  await mkdir(results, { recursive: true });
  const outcomes = [];
  let broken;
  for (const stage of stages.filter(({ name }) => wanted.includes(name))) {
    if (broken !== undefined) {
      outcomes.push({ name: stage.name, seconds: 0, ...failed(`not run, because ${broken} failed`) });
      continue;
    }
    say(`\n── ${stage.name} ${'─'.repeat(Math.max(0, 100 - stage.name.length))}`);
    const outcome = await runStage(stage);
    outcomes.push(outcome);
    if (stage.isNeeded === true && outcome.failed > 0) broken = stage.name;
  }
  const total = sum(outcomes);
  say(`\n${'─'.repeat(104)}\n${table(outcomes)}\n`);
  say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  if (total.failed > 0) process.exitCode = 1;
}

endChildrenOnSignals();
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
