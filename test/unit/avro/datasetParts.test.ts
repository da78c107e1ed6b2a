import { describe, expect, it } from 'vitest';
import type { DatasetSource, OpenDatasetOptions } from '../../../src/avro/dataset/dataset';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../../src/avro/dataset/openDataset';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import type { Decoders } from '../../../src/avro/tasks/scanProgram';
import { Failure } from '../../../src/core/failure';
import type { ScanProgress } from '../../../src/core/rowsProgress';
import { container } from './container';
import { memoryScratch } from './memoryScratch';

const schema = {
  type: 'record',
  name: 'topLevelRecord',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'word', type: ['string', 'null'] },
  ],
};
const filler = 'x'.repeat(200);
/** Rows numbered on from `first`. */
const numbered = (count: number, first = 0, rowsPerBlock = 100): Buffer =>
  container(
    schema,
    Array.from({ length: count }, (_, at) => ({ id: BigInt(first + at), word: `${(first + at) % 7} ${filler}` })),
    { rowsPerBlock },
  );

interface Counted extends DatasetSource {
  readonly reads: [number, number][];
}
const counted = (bytes: Buffer, index = 0): Counted => {
  const memory = createMemorySource(bytes);
  const reads: [number, number][] = [];
  return {
    reads,
    source: {
      read(start, end, signal) {
        reads.push([start, end]);
        return memory.read(start, end, signal);
      },
    },
    bytes: bytes.length,
    facts: { file: `part-${index}.avro`, uri: `s3://b/part-${index}.avro` },
  };
};

const options = (more: Partial<OpenDatasetOptions> = {}): OpenDatasetOptions => ({
  readAheadBytes: 0,
  decoders: createInlineDecoders(),
  ...more,
});
const all = { scope: 'all' } as const;
const total = (sources: readonly Counted[]): number => sources.reduce((sum, { reads }) => sum + reads.length, 0);
const bytesOf = (sources: readonly Counted[]): number =>
  sources.flatMap(({ reads }) => reads).reduce((sum, [start, end]) => sum + end - start, 0);

describe('requests of a dataset', () => {
  it('opens a table of hundreds of parts with one request before its first rows, and one for each other header', async () => {
    const sources = Array.from({ length: 300 }, (_, index) => counted(numbered(20, index * 20), index));
    let onParts: () => void = () => undefined;
    const dataset = await openDataset(sources, options({ onParts: () => onParts() }));
    expect(sources[0]!.reads).toHaveLength(1);
    await new Promise<void>((resolve) => {
      onParts = () => dataset.parts.every(({ metadata }) => metadata !== undefined) && resolve();
      onParts();
    });
    expect(total(sources)).toBe(300);
    expect((await dataset.rows({ first: 5_990, count: 20 })).rows.map(([id]) => id)).toEqual(
      Array.from({ length: 10 }, (_, at) => String(5_990 + at)),
    );
    dataset.dispose();
  });

  it('tests no leaf of a filter twice, whatever it is put together with', async () => {
    const sources = [counted(numbered(3000)), counted(numbered(3000, 3000), 1)];
    const dataset = await openDataset(sources, options());
    const one = { kind: 'test', column: 'word', test: 'startsWith', values: ['1 '] } as const;
    const late = { kind: 'test', column: 'id', test: 'greaterOrEqual', values: ['2990'] } as const;
    const first = dataset.query({ filter: { kind: 'all', of: [one, late] } }, all);
    await first.done;
    const known = total(sources);
    const progress: ScanProgress[] = [];
    const again = dataset.query(
      { filter: { kind: 'any', of: [late, { kind: 'all', of: [one] }] } },
      { ...all, onProgress: (told) => progress.push(told) },
    );
    await again.done;
    expect(total(sources)).toBe(known);
    const ids = Array.from({ length: 6000 }, (_, id) => id);
    expect(first.length).toBe(ids.filter((id) => id % 7 === 1 && id >= 2990).length);
    expect(again.length).toBe(ids.filter((id) => id % 7 === 1 || id >= 2990).length);
    expect(progress.at(-1)).toMatchObject({ state: 'complete', rowsDone: 6000, matched: again.length });
    dataset.dispose();
  });

  it('reads only the blocks that a page of a view needs', async () => {
    const bytes = numbered(120_000);
    const source = counted(bytes);
    const dataset = await openDataset([source], options());
    const filter = { kind: 'test', column: 'id', test: 'in', values: ['3', '60123', '60150', '119999'] } as const;
    const view = dataset.query({ filter }, all);
    await view.done;
    const blocks = bytes.length / 1200;
    const before = bytesOf([source]);
    const requests = total([source]);
    expect((await dataset.rows({ view: view.id, first: 0, count: 10 })).rows.map(([id]) => id)).toEqual(
      filter.values,
    );
    expect(total([source]) - requests).toBeLessThanOrEqual(3);
    expect(bytesOf([source]) - before).toBeLessThan(4 * blocks);
    dataset.dispose();
  });
});

describe('a view', () => {
  it('gives rows as they are found, and keeps them when it is cancelled', async () => {
    const bytes = numbered(60_000);
    // Nothing after the middle comes until it is let through.
    let letThrough: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letThrough = resolve));
    const memory = createMemorySource(bytes);
    const source = {
      async read(start: number, end: number, signal?: AbortSignal) {
        if (start > bytes.length / 2) await Promise.race([gate, aborted(signal)]);
        return memory.read(start, end, signal);
      },
    };
    const dataset = await openDataset([{ source, bytes: bytes.length, facts: { file: 'a', uri: 'a' } }], options());
    const filter = { kind: 'test', column: 'word', test: 'startsWith', values: ['3'] } as const;
    let tell: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    const onProgress = ({ matched }: ScanProgress): void => {
      if (matched > 100) tell();
    };
    const view = dataset.query({ filter }, { ...all, onProgress });
    await told;
    const page = await dataset.rows({ view: view.id, first: 0, count: 3 });
    expect(page.numbers).toEqual([3, 10, 17]);
    view.cancel();
    await expect(view.done).rejects.toMatchObject({ code: 'cancelled' });
    expect(view.progress().state).toBe('cancelled');
    const { length } = view;
    expect(length).toBeGreaterThan(100);
    expect((await dataset.rows({ view: view.id, first: length - 1, count: 5 })).rows).toHaveLength(1);
    letThrough();
    dataset.dispose();
  });

  it('refuses what is no query, at once', async () => {
    const dataset = await openDataset([counted(numbered(10))], options());
    const bad = { kind: 'test', column: 'id', test: 'equals', values: ['twelve'] } as const;
    expect(() => dataset.query({ filter: bad }, all)).toThrow(
      expect.objectContaining({ code: 'query.invalid' }) as Error,
    );
    dataset.dispose();
  });

  it('of the sample looks at the first 10,000 rows of the table, without threads', async () => {
    const refusing: Decoders = {
      width: 2,
      open: () => ({
        run: () => Promise.reject(new Failure('internal', { detail: 'a thread was asked' })),
        dispose: () => undefined,
      }),
      dispose: () => undefined,
    };
    const parts = [numbered(6000), numbered(8000, 6000)];
    const dataset = await openDataset(parts.map(counted), options({ decoders: refusing }));
    const view = dataset.query({ sort: [{ column: 'id', descending: true }] }, { scope: 'sample' });
    await view.done;
    expect(view.length).toBe(10_000);
    expect((await dataset.rows({ view: view.id, first: 0, count: 2 })).rows.map(([id]) => id)).toEqual([
      '9999',
      '9998',
    ]);
    const { rows, columns } = await dataset.statistics({ columns: ['id'] }, { scope: 'sample' });
    expect([rows, columns[0]?.min, columns[0]?.max]).toEqual([10_000, '0', '9999']);
    dataset.dispose();
  });

  it('says how much of sorting was done on disk, and gives the file back', async () => {
    const scratch = memoryScratch();
    const dataset = await openDataset(
      [counted(numbered(20_000))],
      options({ sortBytes: 100_000, openScratch: () => Promise.resolve(scratch) }),
    );
    const view = dataset.query({ sort: [{ column: 'word' }, { column: 'id', descending: true }] }, all);
    await view.done;
    expect(view.progress().note).toMatch(/^sorted with \d.*B on disk$/);
    expect((await dataset.rows({ view: view.id, first: 0, count: 2 })).rows.map(([id]) => id)).toEqual([
      '19999',
      '19992',
    ]);
    expect(scratch.isDisposed).toBe(true);
    dataset.dispose();
  });

  it('ends with its dataset, and every scan with it', async () => {
    const dataset = await openDataset([counted(numbered(60_000))], options());
    const view = dataset.query({ filter: { kind: 'find', text: 'nowhere' } }, all);
    const rows = dataset.cells({ columns: ['id'] }, all);
    await rows.next();
    dataset.dispose();
    await expect(view.done).rejects.toMatchObject({ code: 'cancelled' });
    await expect(drained(rows)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(dataset.rows({ first: 0, count: 1 })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('statistics of a dataset', () => {
  it('are of the rows of a view, over all parts', async () => {
    const dataset = await openDataset([counted(numbered(500)), counted(numbered(500, 500), 1)], options());
    const view = dataset.query(
      { filter: { kind: 'test', column: 'id', test: 'greaterOrEqual', values: ['400'] } },
      all,
    );
    const { columns, rows, state } = await dataset.statistics({ view: view.id, columns: ['id', 'word'] }, all);
    expect({ rows, state }).toEqual({ rows: 600, state: 'complete' });
    expect(columns.map(({ column, rows: of, nulls, min, max }) => ({ column, of, nulls, min, max }))[0]).toEqual({
      column: 'id',
      of: 600,
      nulls: 0,
      min: '400',
      max: '999',
    });
    dataset.dispose();
  });
});

describe('row numbers', () => {
  it('are estimates behind what has not been read, and exact when it has: a page anywhere costs no scan', async () => {
    const sources = [numbered(9000), numbered(7000, 9000), numbered(8000, 16_000)].map(counted);
    let renumbered = 0;
    const dataset = await openDataset(sources, options({ onRenumbered: () => renumbered++ }));
    const { estimatedRows = 0, rows } = dataset.progress();
    expect(rows).toBeLessThan(9000);
    expect(estimatedRows).toBeGreaterThan(20_000);
    expect(estimatedRows).toBeLessThan(28_000);
    const far = await dataset.rows({ first: Math.round(estimatedRows * 0.9), count: 5 });
    expect(far.isApproximate).toBe(true);
    expect(far.sources).toEqual([{ rows: 5, part: 2 }]);
    expect(Math.abs(Number(far.rows[0]?.[0]) - 21_600)).toBeLessThan(1500);
    expect(bytesOf(sources)).toBeLessThan(1_500_000);
    dataset.continue(Infinity);
    const view = dataset.query({ filter: { kind: 'all', of: [] } }, all);
    await view.done;
    const near = await dataset.rows({ first: 15_998, count: 4 });
    expect(near.rows.map(([id]) => id)).toEqual(['15998', '15999', '16000', '16001']);
    expect(near.isApproximate).toBeUndefined();
    expect(near.sources).toEqual([
      { rows: 2, part: 1 },
      { rows: 2, part: 2 },
    ]);
    expect(renumbered).toBeGreaterThan(0);
    expect(dataset.progress()).toMatchObject({ rows: 24_000, parts: 3 });
    dataset.dispose();
  });
});

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Failure('cancelled'))));
}

async function drained(rows: AsyncGenerator): Promise<void> {
  while ((await rows.next()).done !== true);
}
