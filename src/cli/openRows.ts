import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Dataset } from '../avro/dataset/dataset';
import { openDataset } from '../avro/dataset/openDataset';
import { createInlineDecoders } from '../avro/tasks/inlineDecoders';
import type { Decoders } from '../avro/tasks/scanProgram';
import { withFacts } from '../core/failure';
import { createScratchFiles } from '../worker/scratchFiles';
import { createThreadDecoders } from '../worker/threadDecoders';
import type { LocatedSources } from './sources';

/** More threads than this wait for each other, and each has its stretch in memory. */
const maxThreads = 8;

/** Decoding on all cores, for `use`: threads start where there is something to do for them, and end with it. */
export async function withDecoders<T>(use: (decoders: Decoders) => Promise<T>): Promise<T> {
  const workerFile = path.join(__dirname, 'worker.js');
  const threads = Math.min(maxThreads, os.availableParallelism());
  // Without the file beside it this program does all by itself.
  const decoders = existsSync(workerFile) ? createThreadDecoders({ workerFile, threads }) : createInlineDecoders();
  try {
    return await use(decoders);
  } finally {
    decoders.dispose();
  }
}

/** Opens the files as one table for `use`, all headers read, so that every column is known. */
export async function withDataset<T>(
  { sources }: LocatedSources,
  signal: AbortSignal,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  return withDecoders(async (decoders) => {
    const dataset = await openDataset(sources, {
      readAheadBytes: 0,
      decoders,
      signal,
      openScratch: createScratchFiles().open,
      // Nobody looks at the first rows again.
      passedBytes: 0,
    }).catch((error: unknown) => {
      const uri = sources[0]?.facts.uri;
      throw uri === undefined ? error : withFacts(error, { uri });
    });
    try {
      await dataset.headers();
      return await use(dataset);
    } finally {
      dataset.dispose();
    }
  });
}
