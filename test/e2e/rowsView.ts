import type { Frame, Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Workbench } from './workbench';

/** The rows of an open part, as the page in the editor shows them. */
export class RowsView {
  readonly frame: Frame;

  constructor(frame: Frame) {
    this.frame = frame;
  }

  /** `pageviews · 1241 · part-00000`. */
  title(): Promise<string> {
    return this.frame.locator('.toolbar .title').innerText();
  }

  /** The line at the bottom. */
  async status(): Promise<string> {
    return (await this.frame.locator('.status-bar').innerText()).replace(/\s+/g, ' ');
  }

  /** Words of the banners above the rows; empty if there are none. */
  async banner(): Promise<string> {
    return (await this.frame.locator('.banner-slot').allInnerTexts()).join('\n').trim();
  }

  /** Names in the header, in the order of the columns; the row number's is empty. */
  async columns(): Promise<string[]> {
    return (await this.read()).columns;
  }

  /** Rows in sight, top down: the row's number as shown, and its cells as shown by column name. */
  async rows(): Promise<ShownRow[]> {
    return (await this.read()).rows;
  }

  /** Waits until the first row is there, drawn and not on its way, and gives all in sight. */
  async shownRows(timeout = 30_000): Promise<ShownRow[]> {
    let rows: ShownRow[] = [];
    await expect
      .poll(
        async () => {
          rows = await this.rows();
          return rows.length > 0 && rows.every((row) => !row.isLoading) ? 'rows' : this.instead();
        },
        { timeout, message: 'the view shows rows' },
      )
      .toBe('rows');
    return rows;
  }

  /** The panel that stands where the rows would. */
  async instead(): Promise<string> {
    const panel = this.frame.locator('.instead');
    return (await panel.count()) === 0 ? '' : (await panel.first().innerText()).trim();
  }

  tab(name: string): Locator {
    return this.frame.getByRole('tab', { name });
  }

  /** Texts of the chips: filters, then the order. */
  async chips(): Promise<string[]> {
    return (await this.frame.locator('.chip .chip-label').allInnerTexts()).map((text) =>
      text.replace(/\s+/g, ' ').trim(),
    );
  }

  /** Makes a filter as a person does: *Filter*, column, test (`TestName`), value, Enter. */
  async addFilter(column: string, test: string, value?: string): Promise<void> {
    await this.frame.locator('.add-filter').click();
    const editor = this.frame.locator('.chip-editor');
    await editor.getByRole('combobox', { name: 'Column' }).fill(column);
    await editor.getByRole('combobox', { name: 'Column' }).press('Enter');
    await editor.getByRole('combobox', { name: 'Test' }).selectOption(test);
    const field = editor.getByRole('textbox', { name: 'Value' });
    if (value !== undefined) {
      await field.fill(value);
      await field.press('Enter');
    } else await editor.getByRole('button', { name: 'Add' }).click();
    await editor.waitFor({ state: 'hidden' });
  }

  /** Waits until the line at the bottom says this, and gives it. */
  async says(words: RegExp, timeout = 20_000): Promise<string> {
    await expect.poll(() => this.status(), { timeout }).toMatch(words);
    return this.status();
  }

  /** A cell in sight: `row` as `ShownRow.index`. */
  async cell(row: number, column: string): Promise<Locator> {
    const place = (await this.columns()).indexOf(column);
    if (place < 0) throw new Error(`No column ${column} is in sight.`);
    const name = this.frame.locator(
      `.slick-row[aria-rowindex="${row + 2}"] .slick-cell[aria-colindex="${place + 1}"]`,
    );
    if ((await name.count()) > 0) return name.first();
    // The right half of a row has no number of its own: the left one names it.
    const owned = await this.frame
      .locator(`.slick-row[aria-rowindex="${row + 2}"]`)
      .first()
      .getAttribute('aria-owns');
    return this.frame.locator(`[id="${owned}"] .slick-cell[aria-colindex="${place + 1}"]`).first();
  }

  /** Chooses from the menu of a cell; `path`: labels of menus within one another. */
  async cellMenu(cell: Locator, ...path: readonly string[]): Promise<void> {
    await cell.click({ button: 'right' });
    for (const label of path) await this.frame.getByRole('menuitem', { name: label, exact: false }).first().click();
  }

  private async read(): Promise<{ columns: string[]; rows: ShownRow[] }> {
    return this.frame.evaluate(() => {
      const columns: string[] = [];
      for (const header of document.querySelectorAll('.slick-header-column[aria-colindex]')) {
        const place = Number(header.getAttribute('aria-colindex')) - 1;
        columns[place] = header.querySelector('.slick-column-name')?.textContent ?? '';
      }
      const rows = [...document.querySelectorAll('.slick-row[aria-rowindex]')].map((row) => {
        // With frozen columns a row is drawn in two halves; the first names the second.
        const halves = [row, document.getElementById(row.getAttribute('aria-owns') ?? '')];
        const cells: Record<string, string> = {};
        let isLoading = false;
        for (const cell of halves.flatMap((half) => [...(half?.querySelectorAll('.slick-cell') ?? [])])) {
          const name = columns[Number(cell.getAttribute('aria-colindex')) - 1];
          isLoading ||= cell.querySelector('.skeleton') !== null;
          if (name !== undefined) cells[name] = cell.textContent;
        }
        return { index: Number(row.getAttribute('aria-rowindex')) - 2, cells, isLoading };
      });
      return { columns, rows: rows.sort((a, b) => a.index - b.index) };
    });
  }
}

export interface ShownRow {
  /** 0-based. */
  readonly index: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly isLoading: boolean;
}

/** Waits for the rows view in sight whose title has these words. */
export async function rowsView(workbench: Workbench, title: string | RegExp): Promise<RowsView> {
  let view: RowsView | undefined;
  await expect
    .poll(
      async () => {
        view = new RowsView(await workbench.webview('.toolbar .title'));
        return view.title();
      },
      { timeout: 30_000 },
    )
    .toMatch(title);
  return view as unknown as RowsView;
}
