import type { Cell } from '../../src/core/column';
import { copyAs, type CopyFormat } from '../../src/core/copyAs';
import { failureOf } from '../ui/failurePanel';
import type { Formats } from '../ui/format';
import type { MenuItem } from '../ui/menu';
import { maskedCell } from './columnDisplay';
import type { Frame } from './frame';
import type { SelectedCells } from './gridSelection';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';
import { countCells, fetchSelected, maxCopiedCells, schemaOf, sourceOf } from './selectedRows';

export interface CopyingOptions {
  readonly frame: Frame;
  readonly host: RowsHost;
  readonly formats: Formats;
  readonly session: () => RowsSession | undefined;
  readonly onCopying: () => void;
  /** The export dialog, for what is too much to copy; absent while there is none. */
  readonly onExport?: (columns: readonly string[]) => void;
}

/** Puts cells on the clipboard: values as they are, masked ones masked. What is not here is fetched first. */
export interface Copying {
  /** As tab-separated text without names; one cell as its bare value. */
  plain(target: SelectedCells): Promise<void>;
  withHeaders(target: SelectedCells): Promise<void>;
  /** A text that is at hand; `what` is announced. */
  text(text: string, what: string): void;
  /** *Copy as…* for these cells. */
  menu(target: SelectedCells): readonly (readonly MenuItem[])[];
}

interface CopyChoice {
  readonly format: CopyFormat;
  readonly label: string;
  readonly header?: boolean;
}

const choices: readonly (readonly CopyChoice[])[] = [
  [
    { format: 'tsv', label: 'Tab-Separated', header: false },
    { format: 'tsv', label: 'Tab-Separated with Headers', header: true },
    { format: 'csv', label: 'CSV', header: false },
    { format: 'csv', label: 'CSV with Headers', header: true },
  ],
  [
    { format: 'json', label: 'JSON' },
    { format: 'ndjson', label: 'NDJSON' },
    { format: 'markdown', label: 'Markdown Table' },
  ],
  [
    { format: 'insert', label: 'SQL INSERT' },
    { format: 'in', label: 'SQL IN List' },
  ],
];

export function createCopying(options: CopyingOptions): Copying {
  return new Copier(options);
}

class Copier implements Copying {
  private readonly options: CopyingOptions;
  private running: AbortController | undefined;

  constructor(options: CopyingOptions) {
    this.options = options;
  }

  plain(target: SelectedCells): Promise<void> {
    return this.copy(target, { format: 'tsv', label: '', header: false });
  }

  withHeaders(target: SelectedCells): Promise<void> {
    return this.copy(target, { format: 'tsv', label: '', header: true });
  }

  text(text: string, what: string): void {
    this.options.host.copy(text);
    this.options.frame.announcer.say(`Copied ${what}`);
  }

  menu(target: SelectedCells): readonly (readonly MenuItem[])[] {
    return choices.map((group) =>
      group.map((choice) => ({ label: choice.label, onRun: () => void this.copy(target, choice) })),
    );
  }

  private async copy(target: SelectedCells, choice: CopyChoice): Promise<void> {
    const { frame, formats, session } = this.options;
    const shown = session();
    if (shown === undefined) return;
    frame.setBanner('copy', undefined);
    this.options.onCopying();
    const count = countCells(target);
    if (count > maxCopiedCells) {
      this.refuse(
        `${formats.count(count)} cells are too many for the clipboard, which takes ${formats.count(maxCopiedCells)}. Export them to a file instead.`,
        target,
      );
      return;
    }
    this.running?.abort();
    const mine = new AbortController();
    this.running = mine;
    frame.setBusy('copy', true);
    try {
      const text = await this.render(target, choice, shown, mine.signal);
      if (text !== undefined) this.text(text.text, text.what);
    } catch (error) {
      if (mine.signal.aborted) return;
      const { message, hint } = failureOf(error, 'The cells could not be read.');
      this.refuse(`Nothing was copied. ${message} ${hint}`.trim(), target);
    } finally {
      if (this.running === mine) frame.setBusy('copy', false);
    }
  }

  private async render(
    target: SelectedCells,
    { format, header }: CopyChoice,
    session: RowsSession,
    signal: AbortSignal,
  ): Promise<{ readonly text: string; readonly what: string } | undefined> {
    const { formats } = this.options;
    const { rows, cut } = await fetchSelected(target, sourceOf(session, this.options.host), signal);
    if (signal.aborted) return undefined;
    if (cut > 0) {
      this.refuse(
        `${formats.plural(cut, 'value is', 'values are')} too long to be copied together. Copy fewer rows, or export them to a file.`,
        target,
      );
      return undefined;
    }
    const masked = rows.map((row) =>
      row.map((cell, at) => (target.columns[at]?.isMasked === true ? maskedCell(cell) : cell)),
    );
    const [only] = target.columns;
    const isOne = rows.length === 1 && target.columns.length === 1;
    // A single NULL is copied as what is seen: nothing at all would look like a fault.
    if (isOne && format === 'tsv' && header !== true && isNothing(masked[0]?.[0]))
      return { text: 'NULL', what: only?.name ?? '' };
    const copied = copyAs(
      format,
      { columns: target.columns.map((column) => schemaOf(column, session)), rows: masked },
      {
        ...(header === undefined ? {} : { header }),
        ...(session.opened.table === undefined ? {} : { table: session.opened.table }),
      },
    );
    if (copied.kind === 'clipped') return undefined;
    const isMasked = target.columns.some((column) => column.isMasked === true);
    return {
      text: copied.text,
      what: [
        isOne ? (only?.name ?? '') : formats.plural(countCells(target), 'cell', 'cells'),
        ...(isMasked ? ['masked'] : []),
        ...copied.notes,
      ].join(', '),
    };
  }

  private refuse(text: string, { columns }: SelectedCells): void {
    const { frame, onExport } = this.options;
    const names = columns.flatMap(({ index, name }) => (index >= 0 ? [name] : []));
    frame.announcer.say(text);
    frame.setBanner('copy', {
      severity: 'warning',
      text,
      actions: onExport === undefined ? [] : [{ title: 'Export…', onClick: () => onExport(names) }],
      onClose: () => frame.setBanner('copy', undefined),
    });
  }
}

function isNothing(cell: Cell | undefined): boolean {
  return cell === null || cell === false || cell === undefined;
}
