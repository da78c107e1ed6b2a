import { describe, expect, it } from 'vitest';
import type { DatasetSource, OpenDatasetOptions } from '../../../src/avro/dataset/dataset';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../../src/avro/dataset/openDataset';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import { container } from './container';

const nullable = (type: string): unknown[] => [type, 'null'];
const schema = (fields: Readonly<Record<string, unknown>>): unknown => ({
  type: 'record',
  name: 'topLevelRecord',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

const sourceOf = (bytes: Buffer, index: number): DatasetSource => ({
  source: createMemorySource(bytes),
  bytes: bytes.length,
  facts: { file: `part-${index}.avro`, uri: `s3://bucket/part-${index}.avro` },
});

const options = (more: Partial<OpenDatasetOptions> = {}): OpenDatasetOptions => ({
  readAheadBytes: Infinity,
  decoders: createInlineDecoders(),
  ...more,
});

const first = container(
  schema({ id: 'long', name: nullable('string') }),
  Array.from({ length: 10 }, (_, id) => ({ id: BigInt(id), name: id % 3 === 0 ? null : `n${id}` })),
  { rowsPerBlock: 3 },
);
const second = container(
  schema({ plan: nullable('string'), id: 'long' }),
  Array.from({ length: 5 }, (_, id) => ({ id: BigInt(100 + id), plan: `p${id}` })),
  { rowsPerBlock: 2 },
);

async function settled(sources: readonly DatasetSource[], more: Partial<OpenDatasetOptions> = {}) {
  let check: () => void = () => undefined;
  const dataset = await openDataset(sources, options({ ...more, onProgress: () => check() }));
  await new Promise<void>((resolve) => {
    check = () => dataset.progress().state === 'complete' && resolve();
    check();
  });
  return dataset;
}

describe('a dataset', () => {
  it('shows several parts as one table, with what a part lacks absent', async () => {
    const dataset = await settled([first, second].map(sourceOf));
    expect(dataset.columns.map(({ name }) => name)).toEqual(['id', 'name', 'plan']);
    expect(dataset.progress()).toMatchObject({ rows: 15, parts: 2, partsComplete: 2, damage: [] });
    const page = await dataset.rows({ first: 8, count: 4 });
    expect(page).toEqual({
      first: 8,
      rows: [
        ['8', 'n8', false],
        ['9', null, false],
        ['100', false, 'p0'],
        ['101', false, 'p1'],
      ],
      sources: [
        { rows: 2, part: 0 },
        { rows: 2, part: 1 },
      ],
    });
    expect(await dataset.record({ first: 13 })).toMatchObject({
      row: 13,
      part: 1,
      block: 1,
      rowInBlock: 1,
      rowInPart: 3,
      cells: ['103', false, 'p3'],
    });
    expect(dataset.parts.map(({ absent }) => absent)).toEqual([[2], [1]]);
    dataset.dispose();
  });

  it('leaves out a part that cannot be opened, and says so', async () => {
    const dataset = await settled([Buffer.from('no avro'), first, Buffer.alloc(0)].map(sourceOf));
    expect(dataset.progress()).toMatchObject({ state: 'complete', rows: 10, partsComplete: 1, partsFailed: 2 });
    expect(dataset.parts.map(({ failure }) => failure?.code)).toEqual(['avro.notAvro', undefined, 'avro.empty']);
    expect((await dataset.rows({ first: 0, count: 1 })).rows).toEqual([['0', null]]);
    dataset.dispose();
  });
});
