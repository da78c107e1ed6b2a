import { isFailure } from '../core/failure';
import { describeSummary, runSample, sampleUsage, SampleUsageError } from './command';

export { describeSummary, runSample, sampleUsage } from './command';
export type { LargeOptions, SampleOptions, SampleSummary } from './writeSample';
export { readSampleVersion, sampleVersion, writeSample } from './writeSample';

/** Entry of `dist/sample.js`: `node dist/sample.js FOLDER …`. Exit 0, 1 (could not write) or 2 (wrong usage). */
async function main(): Promise<void> {
  try {
    process.stdout.write(`${describeSummary(await runSample(process.argv.slice(2)))}\n`);
  } catch (error) {
    const isUsage = error instanceof SampleUsageError;
    const detail = isFailure(error) ? error.facts['detail'] : error instanceof Error ? error.message : error;
    process.stderr.write(
      `${String(detail)}\n${isUsage ? `usage: node sample.js ${sampleUsage.slice('sample '.length)}\n` : ''}`,
    );
    process.exitCode = isUsage ? 2 : 1;
  }
}

// Run as a program, not loaded as a bundle by the host or the command line.
if (typeof require !== 'undefined' && typeof module !== 'undefined' && require.main === module) void main();
