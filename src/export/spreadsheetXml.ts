import { isIdColumn } from '../core/columnRoles';
import type { ColumnKind } from '../core/column';
import { isFormulaLike, textOfJson } from '../core/rowText';
import type { ExportColumn } from './exportColumns';

/**
 * The parts of an Excel workbook. Sources: ECMA-376 part 1 (SpreadsheetML; `ST_Xstring` for what XML cannot hold), Microsoft's
 * "Excel specifications and limits".
 */
export const maxSheetRows = 1_048_576;
export const maxSheetColumns = 16_384;
export const maxCellCharacters = 32_767;

/** Indexes into `cellXfs` of `stylesXml`. */
const headerStyle = 1;
const textStyle = 2;
/** As text, and marked so that editing the cell does not make a formula of it: Excel's own leading apostrophe. */
const guardedStyle = 3;

const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const mainNamespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageNamespace = 'http://schemas.openxmlformats.org/package/2006';
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Makes the XML of rows, and counts what had to be cut. */
export interface SheetPrinter {
  header(): string;
  /** `number` is the row's own in the sheet, 1-based; the header is row 1. */
  row(values: readonly string[], number: number): string;
  readonly cutCells: number;
}

export function createSheetPrinter(columns: readonly ExportColumn[], formulaGuard: boolean): SheetPrinter {
  const letters = columns.map((_, index) => columnLetters(index));
  let cutCells = 0;
  const textCell = (at: string, text: string, style: number): string => {
    let shown = text;
    if (text.length > maxCellCharacters) {
      cutCells += 1;
      shown = cut(text);
    }
    return `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(shown)}</t></is></c>`;
  };
  const cell = (json: string, column: ExportColumn, at: string): string => {
    if (json === 'null') return '';
    if (column.kind === 'boolean') return `<c r="${at}" t="b"><v>${json === 'true' ? 1 : 0}</v></c>`;
    const text = textOfJson(json) ?? '';
    if (isExactNumber(text, column)) return `<c r="${at}"><v>${text}</v></c>`;
    const isGuarded = formulaGuard && column.kind === 'text' && isFormulaLike(text);
    return textCell(at, text, isGuarded ? guardedStyle : textStyle);
  };
  return {
    get cutCells() {
      return cutCells;
    },
    header() {
      const names = columns.map(({ name }, index) => textCell(`${letters[index] ?? ''}1`, name, headerStyle));
      return `<row r="1">${names.join('')}</row>`;
    },
    row(values, number) {
      let cells = '';
      for (const [index, column] of columns.entries()) {
        cells += cell(values[index] ?? 'null', column, `${letters[index] ?? ''}${number}`);
      }
      return `<row r="${number}">${cells}</row>`;
    },
  };
}

/** Excel shows and keeps 15 significant digits of what is typed, and a double of what is in a file. */
const shortInteger = /^-?\d{1,15}$/;

/**
 * What Excel keeps to the last digit goes in as a number. Ids never do, however short: a column of which some values are numbers and
 * some are texts sorts and looks up wrongly.
 */
function isExactNumber(text: string, { name, kind, isDecimal }: ExportColumn): boolean {
  if (kind === 'integer') return !isIdColumn(name) && shortInteger.test(text);
  if (kind !== 'number') return false;
  if (isDecimal === true) return text.replace(/\D/g, '').replace(/^0+/, '').length <= 15 && /\d/.test(text);
  const size = Math.abs(Number(text));
  return size === 0 || (size >= 2.3e-308 && size < 9.99e307);
}

/** `A`, `Z`, `AA`, `XFD`. */
export function columnLetters(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

function cut(text: string): string {
  const end = maxCellCharacters - 1;
  const last = text.charCodeAt(end - 1);
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? end - 1 : end)}…`;
}

// Control characters, a carriage return (XML makes a line feed of it), lone surrogates and non-characters; and what would be read as one of these escapes.
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const notInXml = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|\p{Surrogate}|_(?=x[0-9a-fA-F]{4}_)/gu;
const markup = /[&<>"]/g;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an element or an attribute: what XML cannot hold as `_x001F_`, which Excel reads back. */
export function escapeXml(text: string): string {
  return text
    .replace(notInXml, (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(markup, (found) => entities[found] ?? found);
}

const widths: Readonly<Record<ColumnKind, number>> = {
  integer: 21,
  number: 14,
  text: 24,
  boolean: 8,
  bytes: 24,
  json: 40,
  time: 28,
};

/** Up to the first row: the header stays in view. */
export function sheetHead(columns: readonly ExportColumn[]): string {
  const sized = columns.map(
    ({ kind }, index) => `<col min="${index + 1}" max="${index + 1}" width="${widths[kind]}" customWidth="1"/>`,
  );
  return (
    `${xmlHead}<worksheet xmlns="${mainNamespace}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `${sized.length === 0 ? '' : `<cols>${sized.join('')}</cols>`}<sheetData>`
  );
}

/** From the last row on; `rows` counts the header. Without the last element Excel marks every id with a warning. */
export function sheetFoot(columns: readonly ExportColumn[], rows: number): string {
  if (columns.length === 0) return '</sheetData></worksheet>';
  const area = `A1:${columnLetters(columns.length - 1)}${rows}`;
  return `</sheetData><autoFilter ref="${area}"/><ignoredErrors><ignoredError sqref="${area}" numberStoredAsText="1"/></ignoredErrors></worksheet>`;
}

/** `Rows`, `Rows 2`, … */
export function sheetName(index: number): string {
  return index === 0 ? 'Rows' : `Rows ${index + 1}`;
}

export function sheetPath(index: number): string {
  return `xl/worksheets/sheet${index + 1}.xml`;
}

/** Every file of the workbook but the sheets, by path. */
export function workbookFiles(sheets: number): readonly (readonly [path: string, xml: string])[] {
  const all = Array.from({ length: sheets }, (_, index) => index);
  return [
    [
      'xl/workbook.xml',
      `${xmlHead}<workbook xmlns="${mainNamespace}" xmlns:r="${relationships}"><sheets>${all
        .map((index) => `<sheet name="${sheetName(index)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relationshipsXml([
        ...all.map((index) => ['worksheet', `worksheets/sheet${index + 1}.xml`] as const),
        ['styles', 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', stylesXml],
    ['_rels/.rels', relationshipsXml([['officeDocument', 'xl/workbook.xml']])],
    [
      '[Content_Types].xml',
      `${xmlHead}<Types xmlns="${packageNamespace}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        `<Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/>` +
        `<Override PartName="/xl/styles.xml" ContentType="${contentType}.styles+xml"/>${all
          .map((index) => `<Override PartName="/${sheetPath(index)}" ContentType="${contentType}.worksheet+xml"/>`)
          .join('')}</Types>`,
    ],
  ];
}

function relationshipsXml(targets: readonly (readonly [type: string, target: string])[]): string {
  const items = targets.map(
    ([type, target], index) =>
      `<Relationship Id="rId${index + 1}" Type="${relationships}/${type}" Target="${target}"/>`,
  );
  return `${xmlHead}<Relationships xmlns="${packageNamespace}/relationships">${items.join('')}</Relationships>`;
}

const stylesXml =
  `${xmlHead}<styleSheet xmlns="${mainNamespace}"><fonts count="2">` +
  '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>' +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
