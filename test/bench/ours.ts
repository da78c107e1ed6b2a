import path from 'node:path';
import { freeBytes } from '../../src/avro/container/freeBytes';
import type { Dataset } from '../../src/avro/dataset/dataset';
import { createInlineDecoders } from '../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../src/avro/dataset/openDataset';
import { openPart } from '../../src/avro/part/part';
import type { Decoders, ScanProgram, Stretch, StretchResult } from '../../src/avro/tasks/scanProgram';
import { createSketchMerger, describeSketch } from '../../src/avro/statistics/statisticsSketch';
import type { RowFilter } from '../../src/core/rowFilter';
import { createThreadDecoders } from '../../src/worker/threadDecoders';
import { parseSchema } from '../../src/avro/container/schema';
import type { BlockOutcome } from '../../src/avro/engine/blockEngine';
import { createBlockEngine } from '../../src/avro/engine/engines';
import { planColumns } from '../../src/avro/values/columns';
import { openFileSource } from './measure';
import type { Wanted } from './peers/avscJobs';

// One job of ours in a process of its own: `ours JOB FILE WANTED WORKER`. The last line on stderr tells what it found.
// One thread unless the job's name says otherwise: the peers have one too.

interface Found {
  readonly rows: number;
  readonly check?: number;
  /** Where not the whole process counts. */
  readonly seconds?: number;
  readonly peakBytes?: number;
}

const [name = '', file = '', wantedText = '{}', workerFile = path.resolve('dist/worker.js')] =
  process.argv.slice(2);
const { deviceType, pathPart } = JSON.parse(wantedText) as Wanted;

const filter: RowFilter = {
  kind: 'all',
  of: [
    { kind: 'test', column: 'device_type', test: 'equals', values: [deviceType] },
    { kind: 'test', column: 'path', test: 'contains', values: [pathPart] },
  ],
};

async function scan(
  program: ScanProgram,
  decoders: Decoders,
  onResult: (result: StretchResult) => void = () => undefined,
): Promise<Found> {
  const source = await openFileSource(file);
  const part = await openPart(source, { readAheadBytes: 0 });
  let rows = 0;
  let check = 0;
  for await (const { result } of part.scan(program, { decoders })) {
    for (const block of result.blocks) rows += block.rows;
    check += result.matched;
    onResult(result);
  }
  part.dispose();
  decoders.dispose();
  await source.close();
  return { rows, check };
}

async function withDataset(
  decoders: Decoders,
  work: (dataset: Dataset, columns: readonly string[]) => Promise<Found>,
): Promise<Found> {
  const source = await openFileSource(file);
  const dataset = await openDataset([{ source, facts: { file: path.basename(file), uri: file } }], {
    readAheadBytes: 0,
    decoders,
  });
  const found = await work(
    dataset,
    dataset.columns.map((column) => column.name),
  );
  dataset.dispose();
  decoders.dispose();
  await source.close();
  return found;
}

async function ndjson(decoders: Decoders): Promise<Found> {
  return withDataset(decoders, async (dataset, columns) => {
    const request = { format: 'ndjson', columns, formulaGuard: false } as const;
    for await (const bytes of dataset.text(request, { scope: 'all' })) {
      await new Promise((resolve) => process.stdout.write(bytes, resolve));
      freeBytes(bytes);
    }
    return { rows: dataset.progress().rows };
  });
}

/** A view asked for twice; the second time counts. */
async function filterAgain(decoders: Decoders): Promise<Found> {
  return withDataset(decoders, async (dataset) => {
    const first = dataset.query({ filter }, { scope: 'all' });
    await first.done;
    first.dispose();
    const started = performance.now();
    const again = dataset.query({ filter }, { scope: 'all' });
    await again.done;
    await dataset.rows({ view: again.id, first: 0, count: 50 });
    const seconds = (performance.now() - started) / 1000;
    return { rows: dataset.progress().rows, check: again.length, seconds };
  });
}

async function columnNames(): Promise<readonly string[]> {
  const source = await openFileSource(file);
  const part = await openPart(source, { readAheadBytes: 0 });
  const names = part.columns.map((column) => column.name);
  part.dispose();
  await source.close();
  return names;
}

/** Decoders that find where every value of every column lies, as for somebody who will ask for all of them, and no more. */
function addressing(): Decoders {
  return {
    width: 1,
    open({ schemaText, codec, maxBlockBytes }) {
      const engine = createBlockEngine(planColumns(parseSchema(schemaText)), codec, { maxBlockBytes });
      const work = async ({ bytes, blocks }: Stretch): Promise<StretchResult> => {
        const opened = await engine;
        const outcomes: BlockOutcome[] = [];
        for (const { start, end, rows } of blocks) {
          await opened.open(bytes.subarray(start, end), rows);
          while (opened.nextBatch() !== undefined);
          outcomes.push(opened.outcome());
        }
        return { blocks: outcomes, matched: 0, spent: bytes };
      };
      // One stretch after another: an engine has one block at a time.
      let last: Promise<unknown> = Promise.resolve();
      return {
        run(stretch) {
          const turn = last.then(() => work(stretch));
          last = turn;
          return turn;
        },
        dispose: () => undefined,
      };
    },
    dispose: () => undefined,
  };
}

const threads = (count: number): Decoders => createThreadDecoders({ threads: count, workerFile });
const where: ScanProgram = { where: filter, task: { kind: 'count' } };

const jobs: Readonly<Record<string, () => Promise<Found>>> = {
  async values() {
    const columns = await columnNames();
    return scan({ task: { kind: 'cells', columns } }, createInlineDecoders());
  },
  addressable: () => scan({ task: { kind: 'count' } }, addressing()),
  ndjson: () => ndjson(createInlineDecoders()),
  ndjsonThreads: () => ndjson(threads(2)),
  filter: () => scan(where, createInlineDecoders()),
  filterThreads1: () => scan(where, threads(1)),
  filterThreads2: () => scan(where, threads(2)),
  filterAgain: () => filterAgain(createInlineDecoders()),
  async statistics() {
    const columns = await columnNames();
    const merger = createSketchMerger();
    const found = await scan(
      { task: { kind: 'statistics', columns } },
      createInlineDecoders(),
      ({ statistics }) => {
        if (statistics !== undefined) merger.add(statistics);
      },
    );
    const sketch = merger.sketch();
    const described = sketch === undefined ? [] : describeSketch(sketch);
    return { ...found, check: described.reduce((sum, { rows, nulls }) => sum + rows - nulls, 0) };
  },
};

const job = jobs[name];
if (job === undefined) throw new Error(`There is no job "${name}".`);
const found = await job();
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stderr.write(`${JSON.stringify({ ...found, peakBytes })}\n`);
