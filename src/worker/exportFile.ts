import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { freeBytes } from '../avro/container/freeBytes';
import type { Dataset, ScanOptions } from '../avro/dataset/dataset';
import type { ExportOptions } from '../core/exportRows';
import { Failure, isFailure, throwIfAborted } from '../core/failure';
import { partialPath } from '../core/partialPath';
import type { RowFilter } from '../core/rowFilter';
import type { ScanProgress } from '../core/rowsProgress';
import { createRowWriter } from '../export/createRowWriter';

/** Which rows are to be written, and how. */
export interface WriteRowsRequest {
  /** A view of the dataset by its own id; absent: all rows. */
  readonly view?: number;
  /** In place of a view: rows that pass, found on the way. Not with provenance. */
  readonly where?: RowFilter;
  /** At most so many rows. */
  readonly limit?: number;
  readonly options: ExportOptions;
  readonly scope: ScanOptions['scope'];
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytesWritten: number, progress: ScanProgress) => void;
}

export interface ExportFileRequest extends WriteRowsRequest {
  /** Absolute. An older file of that name is replaced, once the new one is whole. */
  readonly path: string;
  /** Absolute, in the same folder, new: where the bytes go until all are there. Absent: under a name of its own. */
  readonly partial?: string;
}

export interface ExportedFile {
  readonly rows: number;
  readonly bytes: number;
  /** Sentences for people about what the format could not hold as it is. */
  readonly notes: readonly string[];
}

/**
 * Writes rows to a file: beside the place wanted, under another name, and moved there when all of it is on the disk. Cancelled or failed, nothing of it
 * stays. Rejects with `export.cannotWrite` (`path`, `detail`), `cancelled`, or what the dataset rejects with.
 */
export async function exportFile(dataset: Dataset, request: ExportFileRequest): Promise<ExportedFile> {
  const { path, signal } = request;
  throwIfAborted(signal);
  const partial = request.partial ?? partialPath(path, randomBytes(6).toString('hex'));
  const file = await inWords(path, () => open(partial, 'wx'));
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await file.close();
  };
  try {
    const written = await writeRows(dataset, request, createSink(file, path));
    throwIfAborted(signal);
    await inWords(path, async () => {
      await file.sync();
      await close();
      throwIfAborted(signal);
      await rename(partial, path);
    });
    return written;
  } catch (error) {
    await close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    throw isFailure(error, 'export.cannotWrite') ? new Failure(error.code, { path, ...error.facts }, error) : error;
  }
}

/** Where the bytes go, in order. */
export interface Sink {
  /** Written so far. */
  readonly bytes: number;
  /** Resolves when it has taken the bytes, which are no more then, and more may come. */
  write(bytes: Uint8Array): Promise<void>;
}

function createSink(file: FileHandle, path: string): Sink {
  let written = 0;
  return {
    get bytes() {
      return written;
    },
    write: (bytes) =>
      inWords(path, async () => {
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
          done += bytesWritten;
          written += bytesWritten;
        }
      }),
  };
}

/** Writes rows to wherever. Rejects with what the sink or the dataset rejects with. */
export async function writeRows(dataset: Dataset, request: WriteRowsRequest, sink: Sink): Promise<ExportedFile> {
  const { options, view, where, limit } = request;
  let progress: ScanProgress | undefined;
  const scan: ScanOptions = {
    scope: request.scope,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    onProgress(snapshot) {
      progress = snapshot;
      request.onProgress?.(sink.bytes, snapshot);
    },
  };
  const ofView = {
    ...(view === undefined ? {} : { view }),
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { limit }),
  };
  const { format, columns, formulaGuard } = options;
  // Text of rows as they are is made by the decoders, straight from the bytes.
  if (isText(format) && options.masks.length === 0 && !options.provenance) {
    for await (const bytes of dataset.text({ ...ofView, format, columns, formulaGuard }, scan)) {
      await sink.write(bytes);
      freeBytes(bytes);
    }
    return { rows: progress?.matched ?? 0, bytes: sink.bytes, notes: [] };
  }
  const writer = createRowWriter({
    options,
    columns: dataset.columns,
    sink: async (bytes) => {
      await sink.write(bytes);
      freeBytes(bytes);
    },
    parts: () => dataset.parts,
  });
  try {
    const cells = dataset.cells({ ...ofView, columns, provenance: options.provenance }, scan);
    for await (const batch of cells) await writer.write(batch);
    return await writer.end();
  } catch (error) {
    writer.dispose();
    throw error;
  }
}

function isText(format: ExportOptions['format']): format is 'csv' | 'tsv' | 'ndjson' {
  return format === 'csv' || format === 'tsv' || format === 'ndjson';
}

/** Runs something with the file system; its errors become `export.cannotWrite`. */
async function inWords<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isFailure(error)) throw error;
    throw new Failure('export.cannotWrite', { path, detail: detailOf(error) }, error);
  }
}

const details: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'there is a folder of this name',
  EBUSY: 'another program has it open',
  EFBIG: 'the file system takes no file of this size',
};

function detailOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return details[code] ?? (error instanceof Error ? error.message : String(error));
}
