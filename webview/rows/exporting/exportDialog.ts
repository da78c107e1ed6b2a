import type { Column } from '../../../src/core/column';
import type { ExportFormat, ExportOptions } from '../../../src/core/exportRows';
import { createButton, createCheckbox, createIconButton } from '../../ui/components';
import { element, setShown } from '../../ui/dom';
import { showModal } from '../../ui/modal';
import type { Formats } from '../../ui/format';
import { fuzzyNames } from '../query/fuzzyNames';
import {
  canGuard,
  chosenColumns,
  exportOptions,
  formats as choices,
  type ExportChoice,
  type Treatment,
} from './exportModel';

export interface ExportDialogOptions {
  readonly formats: Formats;
  readonly columns: readonly Column[];
  /** Names of the columns shown, in their order. */
  readonly shown: readonly string[];
  /** Chosen to begin with, in place of all that are shown. */
  readonly chosen?: readonly string[];
  /** Why a column may be personal, by name. */
  readonly hints: ReadonlyMap<string, string>;
  readonly hasParts: boolean;
  /** `12,004 rows where path contains cart, sorted by time`. */
  readonly what: string;
  /** Of a sample: `Only the first 10,000 rows were looked at.` Empty otherwise. */
  readonly warning: string;
  readonly onExport: (options: ExportOptions) => void;
  readonly onClosed: () => void;
}

/** Asks how rows are to be written to a file; where to is asked by the editor. What may be personal comes masked. */
export function openExportDialog(options: ExportDialogOptions): void {
  new ExportDialog(options).open();
}

class ExportDialog {
  private readonly options: ExportDialogOptions;
  private readonly dialog: HTMLDialogElement;
  private readonly list = element('div', {
    class: 'export-columns',
    attributes: { role: 'group', 'aria-label': 'Columns to write' },
  });
  private readonly choosing = element('div', { class: 'export-choosing' });
  private readonly personal = element('div', { class: 'export-personal' });
  private readonly guard: HTMLElement;
  private readonly about = element('span', { class: 'export-about' });
  private readonly summary = element('p', { class: 'export-summary', attributes: { role: 'status' } });
  private choice: ExportChoice;

  constructor(options: ExportDialogOptions) {
    this.options = options;
    this.choice = {
      format: 'csv',
      which: options.chosen === undefined ? 'shown' : 'chosen',
      chosen: options.chosen ?? options.shown,
      formulaGuard: true,
      provenance: false,
      treatments: Object.fromEntries([...options.hints.keys()].map((name) => [name, 'mask' as const])),
    };
    this.guard = createCheckbox({
      label: 'Keep spreadsheets from running text as formulas',
      isChecked: true,
      onChange: (formulaGuard) => this.change({ formulaGuard }),
    });
    this.dialog = this.build();
    this.fillColumns('');
    this.change({});
  }

  open(): void {
    (document.getElementById('root') ?? document.body).append(this.dialog);
    showModal(this.dialog);
    this.dialog.querySelector<HTMLElement>('select')?.focus();
  }

  private build(): HTMLDialogElement {
    const { what, warning, hasParts } = this.options;
    const close = createIconButton({
      icon: 'close',
      label: 'Close',
      keys: 'Esc',
      onClick: () => this.dialog.close(),
    });
    const dialog = element(
      'dialog',
      { class: 'sheet export-dialog', attributes: { 'aria-labelledby': 'export-title' } },
      element(
        'div',
        { class: 'sheet-head' },
        element('h2', { attributes: { id: 'export-title' } }, 'Export rows'),
        close,
      ),
      element(
        'div',
        { class: 'export-body' },
        element('p', {}, what),
        warning === '' ? undefined : element('p', { class: 'export-warning' }, warning),
        row('Format', this.formatField(), this.about),
        row('Columns', this.whichField()),
        this.choosing,
        this.personal,
        this.guard,
        hasParts
          ? createCheckbox({
              label: 'Add columns for the dump, the part file and the row in it',
              isChecked: false,
              onChange: (provenance) => this.change({ provenance }),
            })
          : undefined,
        this.summary,
      ),
      element(
        'div',
        { class: 'button-row export-buttons' },
        createButton({ label: 'Export…', isPrimary: true, onClick: () => this.write() }),
        createButton({ label: 'Cancel', onClick: () => this.dialog.close() }),
      ),
    );
    this.choosing.append(this.searchField(), this.list);
    dialog.addEventListener('keydown', (event) => event.stopPropagation());
    dialog.addEventListener('close', () => {
      dialog.remove();
      this.options.onClosed();
    });
    return dialog;
  }

  private searchField(): HTMLElement {
    const search = element('input', {
      class: 'input',
      attributes: {
        type: 'text',
        placeholder: 'Search columns',
        'aria-label': 'Search columns',
        spellcheck: 'false',
      },
    });
    search.addEventListener('input', () => this.fillColumns(search.value));
    return search;
  }

  private formatField(): HTMLElement {
    const select = element(
      'select',
      { class: 'input', attributes: { 'aria-label': 'Format' } },
      ...choices.map(([format, label]) => element('option', { attributes: { value: format } }, label)),
    );
    select.addEventListener('change', () => this.change({ format: select.value as ExportFormat }));
    return select;
  }

  private whichField(): HTMLElement {
    const { columns, shown, formats } = this.options;
    const select = element(
      'select',
      { class: 'input', attributes: { 'aria-label': 'Columns' } },
      element('option', { attributes: { value: 'shown' } }, `Those shown (${formats.count(shown.length)})`),
      element('option', { attributes: { value: 'all' } }, `All (${formats.count(columns.length)})`),
      element('option', { attributes: { value: 'chosen' } }, 'Choose…'),
    );
    select.value = this.choice.which;
    select.addEventListener('change', () => this.change({ which: select.value as ExportChoice['which'] }));
    return select;
  }

  private fillColumns(searched: string): void {
    const names = fuzzyNames(
      searched,
      this.options.columns.map(({ name }) => name),
    );
    this.list.replaceChildren(
      ...names.map((name) =>
        createCheckbox({
          label: name,
          isChecked: this.choice.chosen.includes(name),
          onChange: (isChecked) => {
            const rest = this.choice.chosen.filter((one) => one !== name);
            this.change({ chosen: isChecked ? [...rest, name] : rest });
          },
        }),
      ),
    );
  }

  private change(part: Partial<ExportChoice>): void {
    this.choice = { ...this.choice, ...part };
    const { format, which } = this.choice;
    this.about.textContent = choices.find(([one]) => one === format)?.[2] ?? '';
    setShown(this.choosing, which === 'chosen');
    setShown(this.guard, canGuard(format));
    if (part.treatments === undefined) this.fillPersonal();
    this.summary.textContent = this.summaryWords();
  }

  private columns(): readonly string[] {
    return chosenColumns(this.choice, this.options.columns, this.options.shown);
  }

  private fillPersonal(): void {
    const hinted = this.columns().filter((name) => this.options.hints.has(name));
    setShown(this.personal, hinted.length > 0);
    this.personal.replaceChildren(
      element('h3', {}, 'May be personal'),
      ...hinted.map((name) => this.treatmentRow(name, this.options.hints.get(name) ?? '')),
    );
  }

  private treatmentRow(name: string, reason: string): HTMLElement {
    const labels: readonly (readonly [Treatment, string])[] = [
      ['mask', 'Mask'],
      ['hash', 'Hash'],
      ['keep', 'Write as it is'],
    ];
    const select = element(
      'select',
      { class: 'input', attributes: { 'aria-label': `What to do with ${name}` } },
      ...labels.map(([value, label]) => element('option', { attributes: { value } }, label)),
    );
    select.value = this.choice.treatments[name] ?? 'keep';
    select.addEventListener('change', () =>
      this.change({ treatments: { ...this.choice.treatments, [name]: select.value as Treatment } }),
    );
    return element(
      'div',
      { class: 'export-hint' },
      element('span', { class: 'export-name', title: name }, name),
      select,
      element('span', { class: 'export-about' }, reason),
    );
  }

  private summaryWords(): string {
    const { formats } = this.options;
    const names = this.columns();
    const { masks } = exportOptions(this.choice, names);
    const label = choices.find(([one]) => one === this.choice.format)?.[1] ?? '';
    if (names.length === 0) return 'Choose at least one column.';
    const masked = masks.length === 0 ? '' : `, ${formats.count(masks.length)} of them masked or hashed`;
    return `Writes ${formats.plural(names.length, 'column', 'columns')}${masked}, as ${label}.`;
  }

  private write(): void {
    const names = this.columns();
    if (names.length === 0) return;
    this.dialog.close();
    this.options.onExport(exportOptions(this.choice, names));
  }
}

function row(label: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element(
    'div',
    { class: 'export-row' },
    element('span', { attributes: { 'aria-hidden': 'true' } }, label),
    ...content,
  );
}
