import { Failure } from '../core/failure';
import { formatCount, formatPlural } from '../core/format';
import type { FormatRequest, FormatWriter } from './formatWriter';
import {
  createSheetPrinter,
  maxCellCharacters,
  maxSheetColumns,
  maxSheetRows,
  sheetFoot,
  sheetHead,
  sheetPath,
  workbookFiles,
} from './spreadsheetXml';
import { createZipStream } from './zipStream';

/** Compressed at a time. */
const pieceBytes = 256 * 1024;
/** Of a character of a string in UTF-8, at most. */
const mostBytesPerCharacter = 3;
/** Well below the 4 GiB at which an archive without 64-bit fields ends; what follows the last piece is small. */
const mostBytes = 4_000_000_000;

/** How much fits; smaller ones are for tests. */
export interface ExcelLimits {
  readonly sheetRows: number;
  readonly bytes: number;
}

/**
 * An Excel workbook, written as it goes. Numbers that Excel keeps exactly are numbers, all others texts (each id too); NULL is an empty
 * cell, an empty text a cell with one. Rows beyond a sheet's go on in a further sheet, under the same frozen header.
 * No package that is kept up writes this as a stream; the format needs five small files beside the sheets (`spreadsheetXml.ts`).
 * @throws Failure `export.cannotWrite` for more columns than Excel has, and when the file grows beyond 4 GB.
 */
export function createExcelWriter(request: FormatRequest, limits?: ExcelLimits): FormatWriter {
  const { columns, sink } = request;
  const { sheetRows, bytes: fileLimit } = limits ?? { sheetRows: maxSheetRows, bytes: mostBytes };
  checkColumns(columns.length);
  const zip = createZipStream(sink);
  const printer = createSheetPrinter(columns, request.formulaGuard);
  const encoder = new TextEncoder();
  let sheets = 0;
  let rowsInSheet = 0;
  /** Each row becomes bytes at once: strings that wait for others live long enough to fill the old part of the heap. */
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;

  const compress = async (bytes: Uint8Array): Promise<void> => {
    await zip.write(bytes);
    if (zip.bytes > fileLimit) {
      throw new Failure('export.cannotWrite', {
        detail: 'an Excel file cannot be larger than 4 GB: export fewer rows or columns, or as Parquet',
      });
    }
  };
  const flush = async (): Promise<void> => {
    const bytes = piece.subarray(0, filled);
    filled = 0;
    if (bytes.length > 0) await compress(bytes);
  };
  const put = async (xml: string): Promise<void> => {
    const most = mostBytesPerCharacter * xml.length;
    if (filled + most > pieceBytes) await flush();
    if (most > pieceBytes) await compress(encoder.encode(xml));
    else filled += piece.write(xml, filled);
  };
  const openSheet = async (): Promise<void> => {
    await zip.open(sheetPath(sheets));
    sheets += 1;
    rowsInSheet = 1;
    await put(sheetHead(columns));
    await put(printer.header());
  };
  const closeSheet = async (): Promise<void> => {
    await put(sheetFoot(columns, rowsInSheet));
    await flush();
  };
  const isFull = (): boolean => rowsInSheet >= sheetRows || zip.fileBytes > fileLimit;
  return {
    async write(rows) {
      if (sheets === 0) await openSheet();
      for (const row of rows) {
        if (isFull()) {
          await closeSheet();
          await openSheet();
        }
        rowsInSheet += 1;
        await put(printer.row(row, rowsInSheet));
      }
    },
    async end() {
      if (sheets === 0) await openSheet();
      await closeSheet();
      for (const [path, xml] of workbookFiles(sheets)) {
        await zip.open(path);
        await zip.write(encoder.encode(xml));
      }
      await zip.end();
      return notesOf(sheets, printer.cutCells);
    },
    dispose: () => zip.dispose(),
  };
}

function checkColumns(count: number): void {
  if (count <= maxSheetColumns) return;
  const most = formatCount(maxSheetColumns);
  throw new Failure('export.cannotWrite', {
    detail: `an Excel sheet has at most ${most} columns, and these are ${formatCount(count)}`,
  });
}

function notesOf(sheets: number, cutCells: number): readonly string[] {
  const notes: string[] = [];
  if (sheets > 1) {
    notes.push(
      `The rows go on over ${formatCount(sheets)} sheets: one has at most ${formatCount(maxSheetRows)} rows.`,
    );
  }
  if (cutCells > 0) {
    const cells = formatPlural(cutCells, 'value was', 'values were');
    notes.push(`${cells} cut at ${formatCount(maxCellCharacters)} characters, the most a cell holds in Excel.`);
  }
  return notes;
}
