import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type * as fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Dataset } from '../../../src/avro/dataset/dataset';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../../src/avro/dataset/openDataset';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import type { ExportOptions } from '../../../src/core/exportRows';
import { exportFile } from '../../../src/worker/exportFile';
import { createScratchFiles } from '../../../src/worker/scratchFiles';
import { container } from '../avro/container';

/** The file system, whose writes are refused on demand. */
const disk = vi.hoisted((): { refusal: string | undefined } => ({ refusal: undefined }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      const handle = await real.open(...args);
      const write = handle.write.bind(handle) as (...bytes: unknown[]) => unknown;
      handle.write = ((...bytes: unknown[]) =>
        disk.refusal === undefined
          ? write(...bytes)
          : Promise.reject(Object.assign(new Error('refused'), { code: disk.refusal }))) as typeof handle.write;
      return handle;
    },
  };
});

let folder: string;
let dataset: Dataset;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'export-'));
  const schema = {
    type: 'record',
    name: 'row',
    fields: [
      { name: 'id', type: ['null', 'long'] },
      { name: 'email', type: ['null', 'string'] },
    ],
  };
  const rows = Array.from({ length: 500 }, (_, index) => ({
    id: BigInt(index),
    email: index % 3 === 0 ? null : `=u${index}@example.com`,
  }));
  const bytes = container(schema, rows, { codec: 'snappy', rowsPerBlock: 64 });
  dataset = await openDataset(
    [{ source: createMemorySource(bytes), facts: { file: 'a.avro', uri: '/a.avro', dump: '12' } }],
    {
      readAheadBytes: 0,
      decoders: createInlineDecoders(),
    },
  );
});
afterEach(async () => {
  disk.refusal = undefined;
  dataset.dispose();
  await rm(folder, { recursive: true });
});

const options: ExportOptions = {
  format: 'csv',
  columns: ['id', 'email'],
  formulaGuard: true,
  masks: [],
  provenance: false,
};
const run = (more: Partial<ExportOptions> = {}, name = 'rows.csv', signal?: AbortSignal) =>
  exportFile(dataset, {
    options: { ...options, ...more },
    path: path.join(folder, name),
    scope: 'all',
    ...(signal === undefined ? {} : { signal }),
  });
const text = (name = 'rows.csv') => readFile(path.join(folder, name), 'utf8');

describe('an export to a file', () => {
  it('is all rows, in order, and replaces an older file only when it is whole', async () => {
    await writeFile(path.join(folder, 'rows.csv'), 'older and longer '.repeat(9999));
    const written = await run();
    const lines = (await text()).trimEnd().split(/\r?\n/);
    expect(lines).toHaveLength(501);
    expect(lines.slice(0, 3)).toEqual(['id,email', '0,', "1,'=u1@example.com"]);
    expect(written).toEqual({ rows: 500, bytes: (await text()).length, notes: [] });
    expect(await readdir(folder)).toEqual(['rows.csv']);
  });

  it('is the same by the quick way and row by row', async () => {
    await run();
    const quick = await text();
    await run({ masks: [{ column: 'id', how: 'mask' }], columns: ['email', 'id'] });
    const masked = await text();
    for (const line of masked.trimEnd().split(/\r?\n/).slice(1)) expect(line).toMatch(/,\d?•+$/);
    await run({ provenance: true });
    const traced = (await text()).split(/\r?\n/).map((line) => line.split(',').slice(3).join(','));
    expect(traced.join('\n').trimEnd()).toBe(quick.replaceAll('\r', '').trimEnd());
  });

  it('leaves the older file as it was, and no half one, when it is cancelled', async () => {
    await writeFile(path.join(folder, 'rows.csv'), 'older');
    const abort = new AbortController();
    const exporting = exportFile(dataset, {
      options,
      path: path.join(folder, 'rows.csv'),
      scope: 'all',
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(exporting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(run({}, 'other.csv', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual(['rows.csv']);
    expect(await text()).toBe('older');
  });

  it('says why it cannot be written, and where', async () => {
    await expect(run({}, 'none/rows.csv')).rejects.toMatchObject({
      code: 'export.cannotWrite',
      facts: { path: path.join(folder, 'none/rows.csv'), detail: 'its folder does not exist' },
    });
    await mkdir(path.join(folder, 'rows.csv'));
    await expect(run()).rejects.toMatchObject({
      code: 'export.cannotWrite',
      facts: { detail: 'there is a folder of this name' },
    });
    expect(await readdir(folder)).toEqual(['rows.csv']);
  });

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EACCES', 'permission denied'],
  ])('says that a write was refused (%s), and leaves nothing', async (code, detail) => {
    disk.refusal = code;
    const name = path.join(folder, 'rows.csv');
    await expect(run()).rejects.toMatchObject({ code: 'export.cannotWrite', facts: { path: name, detail } });
    await expect(run({ format: 'parquet' })).rejects.toMatchObject({
      code: 'export.cannotWrite',
      facts: { detail },
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('scratch files', () => {
  it('hold what was written, anywhere in them, and are gone at once', async () => {
    const files = createScratchFiles(folder);
    const file = await files.open();
    if (process.platform !== 'win32') expect(await readdir(folder)).toEqual([]);
    expect(files.count).toBe(1);
    await file.write(0, new Uint8Array([1, 2, 3]));
    await file.write(100_000, new Uint8Array([4, 5]));
    const bytes = new Uint8Array(2);
    await file.read(1, bytes);
    expect(bytes).toEqual(new Uint8Array([2, 3]));
    await file.read(100_000, bytes);
    expect(bytes).toEqual(new Uint8Array([4, 5]));
    await expect(file.read(100_001, bytes)).rejects.toMatchObject({ code: 'query.invalid' });
    file.dispose();
    file.dispose();
    while (files.count > 0) await new Promise(setImmediate);
    expect(await readdir(folder)).toEqual([]);
    await expect(file.read(0, bytes)).rejects.toMatchObject({ code: 'query.invalid' });
  });

  it('say why there can be none', async () => {
    const files = createScratchFiles(path.join(folder, 'none'));
    await expect(files.open()).rejects.toMatchObject({ code: 'query.invalid' });
    expect(files.count).toBe(0);
  });
});
