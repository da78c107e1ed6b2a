import type { Column } from '../../../src/core/column';
import { testArity, type ColumnTest, type TestName } from '../../../src/core/rowFilter';
import { createButton, createCheckbox } from '../../ui/components';
import { element, setShown } from '../../ui/dom';
import { createColumnPicker, type ColumnPicker } from './columnPicker';
import { canIgnoreCase, parseList, testLabel, testsFor, valueFault } from './filterWords';
import { createPopover, type Popover } from './popover';

/** So long after the last key what was typed is applied, milliseconds. */
const applyAfterMs = 400;

export interface ChipEditorOptions {
  readonly columns: readonly Column[];
  /** Some parts lack some columns. */
  readonly hasAbsent: boolean;
  /** Values of such a column are not shown, here neither: they stay as they are unless others are typed. */
  readonly isMasked: (column: string) => boolean;
  /** To begin with; a new one if undefined, of `column` if that is named. */
  readonly test?: ColumnTest;
  readonly column?: string;
  /** A sound test, a moment after the last key. */
  readonly onPreview: (test: ColumnTest) => void;
  /** Closed; cancelled: nothing of it is wanted. */
  readonly onClosed: (isCancelled: boolean) => void;
  readonly onRemove?: () => void;
  readonly onAlternative?: () => void;
  /** `or` beside the test within all, `and` within any. */
  readonly alternative: 'or' | 'and';
}

/** Opens the window in which a filter is made or changed. What is typed shows in the rows as it becomes sound. */
export function openChipEditor(anchor: DOMRect, options: ChipEditorOptions): void {
  new Editor(options).open(anchor);
}

class Editor {
  private readonly options: ChipEditorOptions;
  private readonly picker: ColumnPicker;
  private readonly tests = element('select', { class: 'input', attributes: { 'aria-label': 'Test' } });
  private readonly values = element('div', { class: 'editor-values' });
  private readonly message = element('p', {
    class: 'editor-message',
    attributes: { id: 'editor-message', role: 'status' },
  });
  private readonly caseBox: HTMLElement;
  private readonly popover: Popover;
  private column: Column | undefined;
  private typed: readonly string[];
  /** Masked values of the test that is edited, until others are typed. */
  private kept: ColumnTest | undefined;
  private ignoreCase: boolean;
  private timer: number | undefined;

  constructor(options: ChipEditorOptions) {
    this.options = options;
    const { test } = options;
    this.kept = test !== undefined && test.values.length > 0 && options.isMasked(test.column) ? test : undefined;
    this.typed = this.kept === undefined ? (test?.values ?? []) : [];
    this.ignoreCase = options.test?.ignoreCase === true;
    this.picker = createColumnPicker(options.columns, (column) => this.choose(column));
    this.caseBox = createCheckbox({
      label: 'Ignore case',
      isChecked: this.ignoreCase,
      onChange: (isChecked) => {
        this.ignoreCase = isChecked;
        this.preview(0);
      },
    });
    this.tests.addEventListener('change', () => this.showValues(true));
    this.popover = createPopover(
      options.test === undefined ? 'Add filter' : 'Edit filter',
      [
        element('div', { class: 'editor-line' }, this.picker.element, this.tests),
        this.values,
        this.caseBox,
        this.message,
        this.buttons(),
      ],
      (isCancelled) => this.closed(isCancelled),
    );
    this.popover.element.classList.add('chip-editor');
    this.popover.element.addEventListener('keydown', (event) => {
      const isArea = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
      const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key !== 'Enter' || isArea || !isField || event.defaultPrevented) return;
      event.preventDefault();
      this.commit();
    });
  }

  open(anchor: DOMRect): void {
    const { test, columns } = this.options;
    const name = test?.column ?? this.options.column;
    const column = columns.find((one) => one.name === name);
    this.column = column;
    if (name !== undefined) this.picker.set(name);
    this.showTests(test?.test);
    this.popover.open(anchor, () => {
      if (column === undefined) {
        this.picker.input.focus();
        this.picker.input.click();
      } else this.focusValue();
    });
  }

  private choose(column: Column): void {
    const isSameKind = this.column?.kind === column.kind;
    this.column = column;
    this.showTests(isSameKind ? this.test : undefined);
    this.focusValue();
    this.preview(0);
  }

  private get test(): TestName {
    return this.tests.value as TestName;
  }

  private showTests(chosen: TestName | undefined): void {
    const kind = this.column?.kind ?? 'text';
    const names = testsFor(kind, this.options.hasAbsent);
    const all = chosen === undefined || names.includes(chosen) ? names : [chosen, ...names];
    this.tests.replaceChildren(
      ...all.map((name) => element('option', { attributes: { value: name } }, testLabel(name, kind))),
    );
    this.tests.value = chosen ?? names[0] ?? 'equals';
    this.showValues(false);
  }

  /** As many fields as the test takes. */
  private showValues(isFocusWanted: boolean): void {
    const kind = this.column?.kind ?? 'text';
    const [least, most] = testArity[this.test];
    const fields =
      most > 2
        ? [this.listField()]
        : kind === 'boolean' && most === 1
          ? [this.choiceField()]
          : Array.from({ length: least }, (_, place) => this.textField(place, least));
    this.values.replaceChildren(
      ...fields.flatMap((field, place) => (place === 0 ? [field] : [element('span', {}, 'and'), field])),
    );
    setShown(this.caseBox, canIgnoreCase(this.test, kind));
    this.say(undefined);
    if (this.keptValues() !== undefined)
      this.message.textContent = 'The value is masked. It stays unless you type another.';
    if (isFocusWanted) {
      this.focusValue();
      this.preview(0);
    }
  }

  private textField(place: number, of: number): HTMLElement {
    const label = of === 1 ? 'Value' : place === 0 ? 'From' : 'To';
    const input = element('input', {
      class: 'input',
      attributes: {
        type: 'text',
        'aria-label': label,
        placeholder: placeholderOf(this.column),
        spellcheck: 'false',
      },
    });
    input.value = this.typed[place] ?? '';
    input.addEventListener('input', () => {
      const next = [...this.typed];
      next[place] = input.value;
      this.typed = Array.from(next, (text: string | undefined) => text ?? '');
      this.kept = undefined;
      this.say(undefined);
      this.preview(applyAfterMs);
    });
    return input;
  }

  private listField(): HTMLElement {
    const area = element('textarea', {
      class: 'input',
      attributes: {
        'aria-label': 'Values',
        placeholder: 'One a line, or pasted from a sheet',
        rows: '5',
        spellcheck: 'false',
      },
    });
    area.value = this.typed.filter((text) => text !== '').join('\n');
    area.addEventListener('input', () => {
      this.typed = parseList(area.value);
      this.kept = undefined;
      this.say(undefined);
      this.preview(applyAfterMs);
    });
    return area;
  }

  private choiceField(): HTMLElement {
    const select = element(
      'select',
      { class: 'input', attributes: { 'aria-label': 'Value' } },
      ...['true', 'false'].map((value) => element('option', {}, value)),
    );
    select.value = this.typed[0] === 'false' ? 'false' : 'true';
    this.typed = [select.value];
    select.addEventListener('change', () => {
      this.typed = [select.value];
      this.preview(0);
    });
    return select;
  }

  private focusValue(): void {
    const field = this.values.querySelector<HTMLElement>('input, textarea, select') ?? this.tests;
    field.focus();
    if (field instanceof HTMLInputElement) field.select();
  }

  private buttons(): HTMLElement {
    const { onRemove, onAlternative, test, alternative } = this.options;
    const also = (run: () => void) => (): void => {
      if (this.commit()) run();
    };
    return element(
      'div',
      { class: 'button-row' },
      createButton({
        label: test === undefined ? 'Add' : 'Done',
        isPrimary: true,
        onClick: () => void this.commit(),
      }),
      onAlternative === undefined
        ? undefined
        : createButton({ label: alternative === 'or' ? 'Or…' : 'And…', onClick: also(onAlternative) }),
      onRemove === undefined
        ? undefined
        : createButton({
            label: 'Remove',
            onClick: () => {
              this.popover.close();
              onRemove();
            },
          }),
    );
  }

  /** The test as it stands, or what is wrong with it. */
  private made(): ColumnTest | string {
    const { column } = this;
    if (column === undefined) return 'Choose a column.';
    const [least, most] = testArity[this.test];
    const values = [...(this.keptValues() ?? this.typed.slice(0, most).map((value) => trimmed(column, value)))];
    if (most > 2 && values.length === 0) return 'Type or paste the values, one a line.';
    while (values.length < least) values.push('');
    const fault = values.map((value) => valueFault(this.test, column, value)).find((one) => one !== undefined);
    if (fault !== undefined) return fault;
    const isCaseIgnored = this.ignoreCase && canIgnoreCase(this.test, column.kind);
    return {
      kind: 'test',
      column: column.name,
      test: this.test,
      values,
      ...(isCaseIgnored ? { ignoreCase: true } : {}),
    };
  }

  /** The values that are not shown, where the test still takes as many. */
  private keptValues(): readonly string[] | undefined {
    const { kept, column } = this;
    if (kept === undefined || kept.column !== column?.name) return undefined;
    const [least, most] = testArity[this.test];
    return kept.values.length >= least && kept.values.length <= most ? kept.values : undefined;
  }

  private preview(afterMs: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const made = this.made();
      if (typeof made !== 'string') this.options.onPreview(made);
    }, afterMs);
  }

  private commit(): boolean {
    const made = this.made();
    if (typeof made === 'string') {
      this.say(made);
      this.focusValue();
      return false;
    }
    window.clearTimeout(this.timer);
    this.options.onPreview(made);
    this.popover.close();
    return true;
  }

  private say(why: string | undefined): void {
    this.message.textContent = why ?? '';
    for (const field of this.values.querySelectorAll('input, textarea')) {
      if (why === undefined) field.removeAttribute('aria-invalid');
      else field.setAttribute('aria-invalid', 'true');
    }
  }

  private closed(isCancelled: boolean): void {
    window.clearTimeout(this.timer);
    const made = this.made();
    if (!isCancelled && typeof made !== 'string' && this.timer !== undefined) this.options.onPreview(made);
    this.options.onClosed(isCancelled);
  }
}

/** Blanks around a number or a time mean nothing. */
function trimmed({ kind }: Column, value: string): string {
  return kind === 'integer' || kind === 'number' || kind === 'time' ? value.trim().replace(/^\+/, '') : value;
}

function placeholderOf(column: Column | undefined): string {
  if (column?.kind === 'time') return '2026-11-22 04:12:09';
  return column?.kind === 'integer' || column?.kind === 'number' ? 'Number' : 'Text';
}
