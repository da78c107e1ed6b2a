import { setFlagsFromString } from 'node:v8';
import { describeFailure } from '../core/describeFailure';
import { failureToData } from '../core/failure';
import { printDiff } from './commands/diff';
import { printEffectiveFiles } from './commands/effective';
import { printHealth } from './commands/health';
import { printRows } from './commands/rows';
import { printSchema } from './commands/schema';
import { printSql } from './commands/sql';
import { printStatistics } from './commands/stats';
import { printVerification } from './commands/verify';
import { Interrupted } from './interrupt';
import { loadBundle } from './loadBundle';
import { createOutput, escapeControls, oneLine, type Output, OutputError } from './output';
import { help, programUsage, UsageError } from './usage';

/** Runs one command; gives the exit code. */
type Command = (args: readonly string[], output: Output, errors: Output) => Promise<number>;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['rows', printRows],
  ['stats', printStatistics],
  ['verify', printVerification],
  ['schema', printSchema],
  ['diff', printDiff],
  ['health', printHealth],
  ['effective', printEffectiveFiles],
  ['sql', printSql],
  ['sample', writeSample],
]);

async function run([first, ...rest]: readonly string[], output: Output, errors: Output): Promise<number> {
  if (first === '--version') {
    await output.write(`${loadBundle('../package.json').version}\n`);
    return 0;
  }
  const command = commands.get(first ?? '');
  // A name behind `--` is a name, even if it is `--help`.
  const asksForHelp = rest.slice(0, indexOrEnd(rest, '--')).some((arg) => arg === '--help' || arg === '-h');
  if (first === '--help' || first === '-h' || first === 'help' || (asksForHelp && command !== undefined)) {
    await output.write(first === 'sample' ? sampleHelp() : help);
    return 0;
  }
  if (command === undefined)
    throw new UsageError(first === undefined ? 'a command is missing' : `there is no command "${first}"`);
  return command(rest, output, errors);
}

function indexOrEnd(args: readonly string[], arg: string): number {
  const index = args.indexOf(arg);
  return index < 0 ? args.length : index;
}

function sampleHelp(): string {
  return `usage: node dist/cli.js ${loadBundle('./sample.js').sampleUsage}\n`;
}

async function writeSample(args: readonly string[], output: Output): Promise<number> {
  const { describeSummary, runSample, sampleUsage } = loadBundle('./sample.js');
  try {
    await output.write(`${describeSummary(await runSample(args))}\n`);
  } catch (error) {
    // The bundle has a class of its own for it; the name is what both know.
    if (error instanceof Error && error.name === 'SampleUsageError')
      throw new UsageError(error.message, sampleUsage);
    throw error;
  }
  return 0;
}

async function main(): Promise<void> {
  const output = createOutput(process.stdout);
  const errors = createOutput(process.stderr);
  try {
    process.exitCode = await run(process.argv.slice(2), output, errors);
  } catch (error) {
    // Whatever still waits for a reader or a server waits for nobody.
    if (error instanceof Interrupted) process.exit(error.exitCode);
    process.exitCode = error instanceof UsageError ? 2 : 1;
    // Nobody is left to tell that stderr is full as well.
    await errors.write(describeError(error)).catch(() => undefined);
  }
}

function describeError(error: unknown): string {
  if (error instanceof UsageError) {
    const usage = error.usage === undefined ? programUsage : `node dist/cli.js ${error.usage}`;
    const excerpt = error.excerpt.map((line) => `  ${escapeControls(line)}\n`).join('');
    return `${oneLine(error.message)}\n${excerpt}usage: ${usage}\n`;
  }
  if (error instanceof OutputError)
    return `${oneLine(`The output cannot be written: ${error.message}. What was written so far is not all.`)}\n`;
  const { message, hint } = describeFailure(failureToData(error));
  return `${oneLine(`${message} ${hint}`)}\n`;
}

/**
 * What a scan makes lives for a moment. A place for what is young that grows (to 32 MB) only takes memory, and so does a heap that is tidied up
 * the later the larger it is: 6 to 15 MB less for up to a tenth more of the processor's time. Threads have limits of their own; a heap that
 * begins sets the flags back for all.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1 --optimize-for-size');
}

keepHeapSmall();
process.on('worker', (worker) => worker.once('online', keepHeapSmall));
void main();
