import { SlickGrid, type Column as SlickColumn, type CustomDataView, type GridOption } from 'slickgrid';
import type { Row } from './pageCache';
import './sortableGlobal';

type Options = GridOption<SlickColumn<Row>>;

const navigationKeys: ReadonlySet<string> = new Set([
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

type RenderedRange = ReturnType<SlickGrid<Row>['getRenderedRange']>;

/** Half as far beyond an edge. */
function nearer(drawn: number, seen: number): number {
  return Math.round((drawn + seen) / 2);
}

/** Set on a cell when it is drawn; for what the grid's own roles leave out. */
export type CellDrawn = (cell: HTMLElement, row: number, column: SlickColumn<Row>) => void;

/**
 * SlickGrid with three changes. Strings only ever become text: the path that would parse them as HTML is replaced, not
 * merely switched off. The focus is on the grid itself, which names its active cell to screen readers, instead of on two hidden
 * elements. And rows and cells say where they stand in the whole (`aria-rowindex`, `aria-colindex`).
 */
export class TextGrid extends SlickGrid<Row, SlickColumn<Row>, Options> {
  // Declared without a value: the base class draws cells before a field of ours would be set.
  declare private cellDrawn: CellDrawn | undefined;

  constructor(host: HTMLElement, data: CustomDataView<Row>, columns: SlickColumn<Row>[], options: Options) {
    super(host, data, columns, { ...options, enableHtmlRendering: false, explicitInitialization: true });
    this.completeRoles();
  }

  /** Draws the grid; `cellDrawn` is called for each cell as it is made. */
  start(cellDrawn: CellDrawn): void {
    this.cellDrawn = cellDrawn;
    this.init();
  }

  get activeCellId(): string {
    return `${this.uid}active`;
  }

  /** Moves the active cell if the key is one that does; true if it was. */
  navigateByKey(event: KeyboardEvent): boolean {
    if (!navigationKeys.has(event.key) || event.shiftKey || event.altKey) return false;
    super.handleKeyDown(event as KeyboardEvent & { originalEvent: Event });
    return true;
  }

  override applyHtmlCode(target: HTMLElement, value: boolean | string | HTMLElement | DocumentFragment = ''): void {
    if (value instanceof Node) target.replaceChildren(value);
    else target.textContent = String(value);
  }

  /** Half a page of what is beyond the edges is drawn, not a whole one: with every frame of scrolling all that is drawn is painted anew. */
  override getRenderedRange(...at: Parameters<SlickGrid<Row>['getRenderedRange']>): RenderedRange {
    const visible = this.getVisibleRange(...at);
    const rendered = super.getRenderedRange(...at);
    return {
      ...rendered,
      top: nearer(rendered.top, visible.top),
      // What is visible may reach beyond the last row, what is drawn must not.
      bottom: Math.min(rendered.bottom, nearer(rendered.bottom, visible.bottom)),
      leftPx: nearer(rendered.leftPx, visible.leftPx),
      rightPx: nearer(rendered.rightPx, visible.rightPx),
    };
  }

  /** Keys come in through `navigateByKey`, once, wherever the browser's focus is within the grid. */
  protected override handleKeyDown(): void {
    // Left to the owner.
  }

  protected override setFocus(): void {
    this._container.focus({ preventScroll: true });
  }

  protected override appendRowHtml(
    ...[left, right, row, range, dataLength]: Parameters<SlickGrid<Row>['appendRowHtml']>
  ): void {
    super.appendRowHtml(left, right, row, range, dataLength);
    const first = left.at(-1);
    const second = this.hasFrozenColumns() ? right.at(-1) : undefined;
    first?.setAttribute('aria-rowindex', String(row + 2));
    if (second === undefined || first === undefined) return;
    // A row that is drawn in two halves is one row to a screen reader.
    second.id = `${this.uid}r${row}`;
    second.setAttribute('role', 'presentation');
    first.setAttribute('aria-owns', second.id);
  }

  protected override appendCellHtml(
    ...[rowElement, row, cell, colspan, rowspan, metadata, item]: Parameters<SlickGrid<Row>['appendCellHtml']>
  ): void {
    super.appendCellHtml(rowElement, row, cell, colspan, rowspan, metadata, item);
    const made = rowElement.lastElementChild;
    const column = this.columns[cell];
    if (!(made instanceof HTMLElement) || column === undefined) return;
    made.setAttribute('aria-colindex', String(cell + 1));
    if (row === this.activeRow && cell === this.activeCell) made.id = this.activeCellId;
    this.cellDrawn?.(made, row, column);
  }

  private completeRoles(): void {
    for (const stop of this._container.querySelectorAll<HTMLElement>('[tabindex="0"]')) stop.tabIndex = -1;
    this._container.tabIndex = 0;
    this._focusSink.setAttribute('aria-hidden', 'true');
    this._focusSink2.setAttribute('aria-hidden', 'true');
    this._headerL.setAttribute('aria-rowindex', '1');
    this._headerR.id = `${this.uid}header`;
    this._headerR.setAttribute('role', 'presentation');
    this._headerL.setAttribute('aria-owns', this._headerR.id);
  }
}
