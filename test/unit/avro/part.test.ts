import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPart } from '../../../src/avro/part/part';
import {
  createCountingSource,
  createMemorySource,
  type RangeSource,
} from '../../../src/avro/container/rangeSource';
import { openRowStream } from '../../../src/avro/part/rowStream';
import { Failure } from '../../../src/core/failure';
import type { PartProgress } from '../../../src/core/partProgress';
import { block, container, header } from './container';
import { numbered, rowBytes, schema } from './numberedRows';
import { readPart, recorded, settle } from './reading';

describe('opening', () => {
  it.each([
    ['a small file', numbered(1, 10), 1],
    ["a file of the export's usual blocks", numbered(40, 150), 1],
    ['a file whose first block is 500 KB', numbered(4, 2500), 2],
    ['a file whose first block is 6 MB', numbered(2, 300, 'null', 20_000), 2],
  ])('takes at most two requests for %s, the first of 96 KB', async (_, bytes, requests) => {
    const source = recorded(bytes);
    const part = await openPart(source, { readAheadBytes: 0 });
    expect((await part.rows(0, 3)).map(([id]) => id)).toEqual(['0', '1', '2']);
    expect(source.reads).toHaveLength(requests);
    expect(source.reads[0]).toEqual([0, 98_304]);
    expect(part.progress().requests).toBe(requests);
    expect(part.progress().bytesRead).toBeLessThan(7_000_000);
  });

  it('takes two requests where the first one ends anywhere within the header or the first block', async () => {
    for (const length of [98_060, 98_140, 98_160, 98_170, 98_175, 98_180, 98_185, 98_190, 98_260, 98_760]) {
      const head = header({ ...schema, doc: 'd'.repeat(length - header({ ...schema, doc: '' }).length - 2) });
      const data = rowBytes(0);
      const source = recorded(Buffer.concat([head, block(data, 1)]));
      const part = await openPart(source, { readAheadBytes: 0 });
      expect(await part.rows(0, 1)).toHaveLength(1);
      expect(source.reads.length).toBeLessThanOrEqual(2);
    }
  });

  it('reads on up to the limit, pauses, and goes on when told', async () => {
    const bytes = numbered(200, 150);
    const states: string[] = [];
    const { part, progress } = await settle(bytes, {
      readAheadBytes: 1_000_000,
      onProgress: ({ state }) => states.at(-1) !== state && states.push(state),
    });
    expect(progress.state).toBe('paused');
    expect(progress.bytesRead).toBe(1_000_000);
    expect(progress.rows).toBeGreaterThan(4_000);
    expect(progress.estimatedRows).toBeGreaterThan(29_000);
    expect(progress.estimatedRows).toBeLessThan(31_000);
    const rest = new Promise<void>((resolve) => {
      const check = (): void => (part.progress().state === 'complete' ? resolve() : void setImmediate(check));
      part.continue(100_000_000);
      check();
    });
    await rest;
    expect(part.progress()).toMatchObject({
      state: 'complete',
      rows: 30_000,
      blocks: 200,
      bytesRead: bytes.length,
    });
    expect(states).toEqual(['reading', 'paused', 'reading', 'complete']);
    expect((await part.rows(29_999, 5)).map(([id]) => id)).toEqual(['29999']);
  });

  it('is never stopped by a limit before the first rows', async () => {
    const { progress } = await settle(numbered(3, 2500), { readAheadBytes: 10 });
    expect(progress).toMatchObject({ state: 'paused', rows: 2500 });
  });

  it('ends at the limit where the first block is damaged and no rows are found', async () => {
    const bytes = Buffer.concat([header(schema), Buffer.alloc(3_000_000, 0xff)]);
    const part = await openPart(createMemorySource(bytes), { readAheadBytes: 100_000 });
    expect(part.progress()).toMatchObject({ state: 'paused', rows: 0 });
  });

  it('tells a growing, exact account', async () => {
    const seen: PartProgress[] = [];
    await settle(numbered(30, 100), { onProgress: (progress) => seen.push(progress) });
    for (const [i, progress] of seen.slice(1).entries()) {
      expect(progress.rows).toBeGreaterThanOrEqual(seen[i]!.rows);
      expect(progress.bytesScanned).toBeGreaterThanOrEqual(seen[i]!.bytesScanned);
    }
    expect(seen.at(-1)).toMatchObject({ state: 'complete', rows: 3000, blocks: 30 });
  });
});

describe('rows by number', () => {
  it('are right for any page, from memory and read again', async () => {
    const bytes = numbered(60, 37, 'snappy');
    const kept = await readPart(bytes);
    const source = recorded(bytes);
    const { part } = await settle(source, { cacheBytes: 0 });
    await fc.assert(
      fc.asyncProperty(fc.nat(2300), fc.nat(300), async (first, count) => {
        const expected = kept.rows.slice(first, first + count);
        expect(await kept.part.rows(first, count)).toEqual(expected);
        expect(await part.rows(first, count)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
    expect(kept.rows.map(([id]) => id)).toEqual(Array.from({ length: 2220 }, (_, i) => String(i)));
    expect(source.reads.length).toBeGreaterThan(2);
  });

  it('of neighbouring blocks that are not in memory come with one request', async () => {
    const source = recorded(numbered(400, 300));
    const { part } = await settle(source, { cacheBytes: 1_000_000 });
    const before = source.reads.length;
    expect((await part.rows(100_000, 900)).map(([id]) => Number(id))).toEqual(
      Array.from({ length: 900 }, (_, i) => 100_000 + i),
    );
    expect(source.reads.length).toBe(before + 1);
    await part.rows(100_000, 900);
    expect(source.reads.length).toBe(before + 1);
  });

  it('that are not known are left out', async () => {
    const { part } = await readPart(numbered(2, 10));
    expect(await part.rows(15, 100)).toHaveLength(5);
    expect(await part.rows(20, 1)).toEqual([]);
    expect(await part.rows(0, 0)).toEqual([]);
    expect(await part.record(20)).toBeUndefined();
    expect(await part.record(-1)).toBeUndefined();
    expect(await part.record(0.5)).toBeUndefined();
  });

  it('tell their block and place, damaged blocks counted', async () => {
    const bytes = Buffer.concat([
      header(schema),
      block(Buffer.concat([rowBytes(0), rowBytes(1)]), 2),
      block(Buffer.from([1]), 2),
      block(Buffer.concat([rowBytes(4), rowBytes(5)]), 2),
    ]);
    const { part } = await readPart(bytes);
    expect(await part.record(3)).toMatchObject({
      row: 3,
      block: 2,
      rowInBlock: 1,
      cells: ['5', expect.any(String)],
    });
  });

  it('that changed under the reader are a failure, not other rows', async () => {
    const bytes = numbered(300, 300, 'snappy');
    for (const other of [0, 0xff]) {
      const copy = Buffer.from(bytes);
      const source: RangeSource = {
        read: (start, end) => Promise.resolve({ bytes: copy.subarray(start, end), totalBytes: copy.length }),
      };
      const { part } = await settle(source, { cacheBytes: 0 });
      copy.fill(other, copy.length - 100_000);
      await expect(part.rows(part.progress().rows - 5, 5)).rejects.toMatchObject({ code: 'store.changed' });
    }
  });
});

describe('a source that fails', () => {
  const bytes = numbered(200, 300);

  it('while opening: opening fails with its failure', async () => {
    const source: RangeSource = {
      read: () => Promise.reject(new Failure('store.accessDenied', { action: 'read' })),
    };
    await expect(openPart(source, { readAheadBytes: 0 })).rejects.toMatchObject({ code: 'store.accessDenied' });
  });

  it('later: the rows read stay, and reading can be taken up again', async () => {
    let isDown = true;
    const memory = createMemorySource(bytes);
    const source: RangeSource = {
      read: (start, end, signal) =>
        start > 1_500_000 && isDown
          ? Promise.reject(new Failure('store.network'))
          : memory.read(start, end, signal),
    };
    const { part, progress } = await settle(source);
    expect(progress.state).toBe('failed');
    expect(progress.rows).toBeGreaterThan(10_000);
    expect(await part.rows(10_000, 1)).toHaveLength(1);
    isDown = false;
    await new Promise<void>((resolve) => {
      const check = (): void => (part.progress().state === 'complete' ? resolve() : void setImmediate(check));
      part.continue(1);
      check();
    });
    expect(part.progress()).toMatchObject({ rows: 60_000, damage: [] });
  });

  it('says why, until reading goes on', async () => {
    let fault: Error | undefined = new Failure('store.accessDenied', { action: 'read' });
    const memory = createMemorySource(bytes);
    const source: RangeSource = {
      read: (start, end, signal) =>
        start > 0 && fault !== undefined ? Promise.reject(fault) : memory.read(start, end, signal),
    };
    const seen: PartProgress[] = [];
    const { part, progress } = await settle(source, { onProgress: (snapshot) => seen.push(snapshot) });
    const failure = { code: 'store.accessDenied', facts: { action: 'read' } };
    expect(progress).toMatchObject({ state: 'failed', failure });
    expect(seen.filter((snapshot) => snapshot.failure !== undefined).map(({ state }) => state)).toEqual(['failed']);

    const until = (state: PartProgress['state']): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => (part.progress().state === state ? resolve() : void setImmediate(check));
        check();
      });
    fault = new Error('socket closed');
    part.continue(1);
    expect(part.progress()).not.toHaveProperty('failure');
    await until('failed');
    expect(part.progress().failure).toEqual({ code: 'internal', facts: { detail: 'socket closed' } });
    fault = undefined;
    part.continue(1);
    await until('complete');
    expect(part.progress()).not.toHaveProperty('failure');
    expect(part.progress()).toMatchObject({ rows: 60_000, damage: [] });
  });

  it('by a file of another size: it changed', async () => {
    const memory = createMemorySource(bytes);
    const source: RangeSource = {
      read: async (start, end) => {
        const answer = await memory.read(start, end);
        return start === 0 ? answer : { ...answer, totalBytes: 7 };
      },
    };
    const { progress } = await settle(source);
    expect(progress.state).toBe('failed');
  });

  it('by giving nothing: a failure, not a loop', async () => {
    const source: RangeSource = { read: () => Promise.resolve({ bytes: new Uint8Array(0), totalBytes: 100 }) };
    await expect(openPart(source, { readAheadBytes: 0 })).rejects.toMatchObject({ code: 'store.protocol' });
  });
});

describe('the end of a part', () => {
  it('aborts what is under way', async () => {
    const signals: AbortSignal[] = [];
    const memory = createMemorySource(numbered(200, 300));
    const source: RangeSource = {
      read(start, end, signal) {
        if (start === 0) return memory.read(start, end, signal);
        signals.push(signal!);
        return new Promise((_, reject) => {
          signal!.addEventListener('abort', () => reject(new Failure('cancelled')));
        });
      },
    };
    const part = await openPart(source, { readAheadBytes: Infinity });
    const rows = await part.rows(0, 5);
    expect(rows).toHaveLength(5);
    part.dispose();
    expect(signals.length).toBeGreaterThan(0);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    await expect(part.rows(0, 5)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(part.record(0)).rejects.toMatchObject({ code: 'cancelled' });
    part.continue(10);
    part.dispose();
  });

  it('comes with the signal it was opened with, before, while and after opening', async () => {
    await expect(
      openPart(createMemorySource(numbered(1, 1)), { readAheadBytes: 0, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });

    const opening = new AbortController();
    const never: RangeSource = {
      read: (_, __, signal) =>
        new Promise((_resolve, reject) => {
          signal!.addEventListener('abort', () => reject(new Error('socket closed')));
        }),
    };
    const opened = openPart(never, { readAheadBytes: 0, signal: opening.signal });
    opening.abort();
    await expect(opened).rejects.toMatchObject({ code: 'cancelled' });

    const later = new AbortController();
    const part = await openPart(createMemorySource(numbered(1, 1)), { readAheadBytes: 0, signal: later.signal });
    later.abort();
    await expect(part.rows(0, 1)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a single pass', () => {
  it('reads no more than it needs for a few rows', async () => {
    const source = createCountingSource(createMemorySource(numbered(400, 300)));
    const stream = await openRowStream(source);
    const rows: string[][] = [];
    for await (const batch of stream.batches({ limit: 5, columns: [1, 0] }))
      rows.push(...batch.map((row) => [...row]));
    expect(rows).toHaveLength(5);
    expect(rows[4]).toEqual([expect.stringMatching(/^"4 abc/), '"4"']);
    expect(source.requests).toBe(1);
  });

  it('gives every row once, in order, over many reads', async () => {
    const source = createCountingSource(createMemorySource(numbered(400, 300)));
    const stream = await openRowStream(source);
    let next = 0;
    for await (const batch of stream.batches({ columns: [0] })) {
      for (const [id] of batch) expect(id).toBe(`"${next++}"`);
    }
    expect(next).toBe(120_000);
    // Large reads: 1 MB each of what is near.
    expect(source.requests).toBeLessThan(2 + source.bytesRead / 1_000_000);
  });

  it('ends when its signal says so', async () => {
    const abort = new AbortController();
    const stream = await openRowStream(createMemorySource(numbered(400, 300)), abort.signal);
    const read = async (): Promise<void> => {
      for await (const batch of stream.batches()) if (batch.length > 0) abort.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('gives the rows of a written container', async () => {
    const bytes = container(schema, [{ id: 5n, text: 'x' }]);
    const stream = await openRowStream(createMemorySource(bytes));
    const batches = [];
    for await (const batch of stream.batches()) batches.push(batch);
    expect(batches).toEqual([[['"5"', '"x"']]]);
  });
});
