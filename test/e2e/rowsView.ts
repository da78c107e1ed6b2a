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
