import type { Column } from '../../core/column';
import type { PartMetadata } from '../../core/partProgress';
import { BlockScanner, type BlockScannerOptions } from './blockScanner';
import { BlockFramer, type BlockFramerOptions } from '../container/blockFramer';
import type { ByteWindow } from '../container/byteWindow';
import type { Decompress } from '../container/codecs';
import { type ColumnPlan, planColumns, withNestedPrinters } from '../values/columns';
import { type Header, parseHeader } from '../container/header';
import { createTableKernel, type Kernel } from '../engine/kernel';
import { fastestCodec } from '../engine/kernelSnappy';

/** What the header of an open file says, made ready for reading its blocks. */
export interface PartFile {
  readonly header: Header;
  readonly metadata: PartMetadata;
  readonly plans: readonly ColumnPlan[];
  readonly columns: readonly Column[];
  readonly kernel: Kernel;
  readonly decompress: Decompress;
}

/** More than the header is known to need is read with it: the first block comes next. */
const afterHeaderBytes = 512 * 1024;

/** Reads the header: one read, or two where it is longer than the first. Fails as `parseHeader` and `fastestCodec` do. */
export async function openPartFile(window: ByteWindow): Promise<PartFile> {
  await window.open();
  const header = await readHeader(window);
  const plans = await withNestedPrinters(planColumns(header.schema));
  return {
    header,
    metadata: header.metadata,
    plans,
    columns: plans.map((plan) => plan.column),
    kernel: createTableKernel(plans),
    decompress: await fastestCodec(header.metadata.codec),
  };
}

async function readHeader(window: ByteWindow): Promise<Header> {
  for (;;) {
    const result = parseHeader(window.bytes(0, window.end), window.totalBytes);
    if ('header' in result) return result.header;
    await window.ensure(Math.max(result.needed, window.end) + afterHeaderBytes);
  }
}

/** Frames the blocks of the file; `more` as the framer takes it. */
export function frameBlocks(
  file: PartFile,
  window: ByteWindow,
  more: Pick<BlockFramerOptions, 'from' | 'maxBlockBytes' | 'onAttempt'>,
): BlockFramer {
  const { header, kernel, decompress } = file;
  return new BlockFramer({ window, header, kernel, decompress, ...more });
}

/** A scanner over the blocks of the file. */
export function scanBlocks(
  file: PartFile,
  window: ByteWindow,
  options: Pick<BlockScannerOptions, 'onDamage' | 'onAttempt' | 'maxBlockBytes'>,
): BlockScanner {
  const { header, kernel, decompress } = file;
  return new BlockScanner({ window, header, kernel, decompress, ...options });
}
