import type { Cell, Column } from '../../src/core/column';
import { createIconButton } from '../ui/components';
import { element, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { roveTabStops } from '../ui/roving';
import { drawWhole } from './cellDom';
import { cellSections, prettyOf, type CellSection } from './cellSections';
import { isClipped, textOf } from './cellText';
import type { GridColumn } from './columnModel';
import { isCopy } from './gridInput';
import type { RowPlace } from './pageCache';
import { rowNumberText } from './slickColumns';

export interface ShownCell {
  readonly column: GridColumn;
  readonly schema: Column;
  readonly place: RowPlace | undefined;
  /** Masked already if the column is; undefined while it is on its way. */
  readonly cell: Cell | undefined;
}

export interface CellPane {
  readonly element: HTMLElement;
  show(shown: ShownCell): void;
  showFault(message: string): void;
  /** No cell is active, or one that holds no value. */
  showNothing(): void;
}

export interface CellPaneOptions {
  readonly formats: Formats;
  readonly onCopy: (text: string, what: string) => void;
  readonly onClose: () => void;
}

/** One value whole and wrapped, and beneath it what it is made of. */
export function createCellPane(options: CellPaneOptions): CellPane {
  return new Pane(options);
}

class Pane implements CellPane {
  readonly element: HTMLElement;
  private readonly options: CellPaneOptions;
  private readonly name = element('h2', { attributes: { id: 'cell-title' } });
  private readonly hint = element('span', { class: 'type-hint' });
  private readonly where = element('span', { class: 'cell-where' });
  private readonly body = element('div', {
    class: 'cell-body',
    attributes: { tabindex: '0', role: 'group', 'aria-labelledby': 'cell-title' },
  });
  private readonly raw: HTMLButtonElement;
  private readonly copy: HTMLButtonElement;
  private isRaw = false;
  private shown: ShownCell | undefined;
  private pretty: string | undefined;

  constructor(options: CellPaneOptions) {
    this.options = options;
    this.raw = createIconButton({
      icon: 'json',
      label: 'Lay out JSON',
      onClick: () => {
        this.isRaw = !this.isRaw;
        this.draw();
      },
    });
    this.copy = createIconButton({
      icon: 'copy',
      label: 'Copy value',
      keys: 'Ctrl+C',
      onClick: () => this.copyValue(),
    });
    const close = createIconButton({ icon: 'close', label: 'Close', keys: 'Esc', onClick: options.onClose });
    const buttons = [this.raw, this.copy, close];
    const tools = element(
      'div',
      { class: 'tools', attributes: { role: 'toolbar', 'aria-label': 'Cell' } },
      ...buttons,
    );
    roveTabStops(tools, () => buttons, 'horizontal');
    this.element = element(
      'section',
      { class: 'cell-pane', attributes: { 'aria-labelledby': 'cell-title' } },
      element(
        'div',
        { class: 'cell-head' },
        element('div', { class: 'cell-title' }, this.name, this.hint, this.where),
        tools,
      ),
      this.body,
    );
    this.element.addEventListener('keydown', (event) => {
      // Selected text is the browser's to copy.
      if (!isCopy(event) || document.getSelection()?.isCollapsed === false) return;
      this.copyValue();
      event.preventDefault();
      event.stopPropagation();
    });
    this.showNothing();
  }

  show(shown: ShownCell): void {
    const before = this.shown;
    this.shown = shown;
    this.draw();
    if (before?.column !== shown.column || before.place?.number !== shown.place?.number) this.body.scrollTop = 0;
  }

  showFault(message: string): void {
    this.body.append(element('p', { class: 'cell-note is-fault', attributes: { role: 'alert' } }, message));
  }

  showNothing(): void {
    this.shown = undefined;
    this.name.textContent = 'Cell';
    this.hint.textContent = '';
    this.where.textContent = '';
    this.copy.disabled = true;
    setShown(this.raw, false);
    this.body.replaceChildren(element('p', { class: 'cell-note' }, 'No value is selected.'));
  }

  private draw(): void {
    const { shown } = this;
    if (shown === undefined) return;
    const { column, schema, cell } = shown;
    const { formats } = this.options;
    const text = cell === undefined ? null : textOf(cell);
    const isWhole = cell !== undefined && !isClipped(cell);
    const sections =
      text === null || !isWhole || column.isMasked === true
        ? []
        : cellSections(text, column.unit ?? 'none', column.isId);
    this.pretty = prettyOf(sections);
    this.name.textContent = column.name;
    this.name.title = column.tooltip;
    this.hint.textContent = column.hint;
    this.where.textContent = [
      shown.place === undefined ? undefined : `row ${rowNumberText(shown.place, formats)}`,
      text === null || cell === undefined || cell === null || cell === false
        ? undefined
        : formats.plural(cell.length, 'character', 'characters'),
    ]
      .filter((word) => word !== undefined)
      .join(' · ');
    this.copy.disabled = cell === undefined;
    setShown(this.raw, this.pretty !== undefined);
    this.raw.setAttribute('aria-pressed', String(!this.isRaw));
    this.body.replaceChildren(...this.drawBody(cell, schema, sections, isWhole));
  }

  private drawBody(
    cell: Cell | undefined,
    schema: Column,
    sections: readonly CellSection[],
    isWhole: boolean,
  ): readonly HTMLElement[] {
    if (cell === undefined) return [element('span', { class: 'skeleton skeleton-2' })];
    const isPretty = this.pretty !== undefined && !this.isRaw;
    const isMono = isPretty || schema.kind !== 'text';
    const value = element(
      'div',
      { class: isMono ? 'cell-value is-mono' : 'cell-value' },
      isPretty ? this.pretty : drawWhole(cell),
    );
    const nodes: HTMLElement[] = [value];
    if (cell === false) {
      const { column, place } = this.shown ?? {};
      nodes.push(
        element('p', { class: 'cell-note' }, column?.absentIn?.get(place?.part ?? -1) ?? 'Absent in this part'),
      );
    }
    if (!isWhole) nodes.push(element('p', { class: 'cell-note' }, 'The rest of the value is being read.'));
    return [...nodes, ...sections.flatMap((section) => this.drawSection(section, isPretty))];
  }

  private drawSection({ title, text, facts = [], note }: CellSection, isPretty: boolean): readonly HTMLElement[] {
    // Laid-out JSON stands in the value's own place.
    if (text !== undefined && (isPretty || facts.length === 0)) return [];
    return [
      element(
        'div',
        { class: 'cell-section' },
        element('h3', {}, title),
        element(
          'dl',
          { class: 'cell-facts' },
          ...facts.flatMap((fact) => this.drawFact(fact.name, fact.value, fact.isValue)),
        ),
        note === undefined ? undefined : element('p', { class: 'cell-note' }, note),
      ),
    ];
  }

  private drawFact(name: string, value: string, isValue: boolean): readonly HTMLElement[] {
    const what = drawWhole(value);
    return [
      element('dt', { title: name }, name),
      element(
        'dd',
        {},
        element('span', { class: 'cell-fact' }, what),
        isValue
          ? createIconButton({
              icon: 'copy',
              label: `Copy ${name}`,
              onClick: () => this.options.onCopy(value, name),
            })
          : undefined,
      ),
    ];
  }

  private copyValue(): void {
    const { cell, column } = this.shown ?? {};
    if (cell === undefined || column === undefined) return;
    const isPretty = this.pretty !== undefined && !this.isRaw;
    this.options.onCopy(isPretty ? (this.pretty ?? '') : (textOf(cell) ?? 'NULL'), column.name);
  }
}
