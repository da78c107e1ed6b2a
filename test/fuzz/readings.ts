import { createMemorySource } from '../../src/avro/container/rangeSource';
import type { Dataset } from '../../src/avro/dataset/dataset';
import { openDataset } from '../../src/avro/dataset/openDataset';
import { createInlineDecoders } from '../../src/avro/tasks/inlineDecoders';
import type { Cell } from '../../src/core/column';
import type { Damage } from '../../src/core/partProgress';
import type { DatasetProgress } from '../../src/core/rowsProgress';
import { streamRows } from '../unit/avro/reading';

/** The ways to read a part, each to its end. */

export interface ReadOptions {
  readonly readAheadBytes?: number;
  readonly maxBlockBytes?: number;
  readonly signal?: AbortSignal;
}

export async function open(bytes: Buffer, options: ReadOptions = {}, onProgress?: () => void): Promise<Dataset> {
  const { readAheadBytes = Infinity, ...more } = options;
  return openDataset([{ source: createMemorySource(bytes), facts: { file: 'part.avro', uri: '/part.avro' } }], {
    readAheadBytes,
    decoders: createInlineDecoders(),
    ...more,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}

/** Opens, and waits until the background has read all. */
export async function openSettled(bytes: Buffer, options: ReadOptions = {}): Promise<Dataset> {
  let check = (): void => undefined;
  const dataset = await open(bytes, options, () => check());
  await new Promise<void>((resolve) => {
    check = () => {
      if (['complete', 'paused', 'failed'].includes(dataset.progress().state)) resolve();
    };
    check();
  });
  return dataset;
}

export interface ReadRows<Value> {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  readonly damage: readonly Damage[];
}

/** Values as JSON texts, by a scan of everything. */
export async function readCells(bytes: Buffer, options: ReadOptions = {}): Promise<ReadRows<string>> {
  const dataset = await open(bytes, { readAheadBytes: 0, ...options });
  try {
    const names = dataset.columns.map(({ name }) => name);
    const rows: (readonly string[])[] = [];
    for await (const batch of dataset.cells({ columns: names }, { scope: 'all' })) {
      for (const row of batch.rows) rows.push(row);
    }
    return { names, rows, damage: dataset.progress().damage };
  } finally {
    dataset.dispose();
  }
}

/** Values as JSON texts, in one pass. */
export async function readStream(bytes: Buffer): Promise<ReadRows<string>> {
  return streamRows(bytes);
}

/** Cells as they are shown, by pages, behind the background's reading. */
export async function readShown(
  bytes: Buffer,
  options: ReadOptions = {},
): Promise<ReadRows<Cell> & { readonly progress: DatasetProgress }> {
  const dataset = await openSettled(bytes, options);
  try {
    const progress = dataset.progress();
    const rows: (readonly Cell[])[] = [];
    while (rows.length < progress.rows) {
      const page = await dataset.rows({ first: rows.length, count: 500 });
      if (page.rows.length === 0) break;
      rows.push(...page.rows);
    }
    return { names: dataset.columns.map(({ name }) => name), rows, damage: progress.damage, progress };
  } finally {
    dataset.dispose();
  }
}
