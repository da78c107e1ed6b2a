import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { spaced } from './quickInput';

export interface TreeRow {
  readonly index: number;
  readonly level: number;
  readonly label: string;
  readonly description: string;
  readonly isLast: boolean;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Absent: a leaf. */
  readonly isExpanded?: boolean;
}

/** Labels from the top: `['sample', 'Syncs', '1241']`. A pattern stands for the first label it matches. */
export type TreePath = readonly (string | RegExp)[];

const rowHeight = 22;

/** One tree in the side bar, virtual as it is: what is out of sight is scrolled to. */
export class TreeView {
  readonly list: Locator;
  private readonly page: Page;

  /** `pane`: the tree's own pane, if the side bar holds several. */
  constructor(page: Page, pane?: Locator) {
    this.page = page;
    this.list = (pane ?? page.locator('.part.sidebar')).locator('.monaco-list[role="tree"]');
  }

  /** Rows that are rendered now, in order. */
  async rendered(): Promise<TreeRow[]> {
    // Not the ancestors that stick to the top: they are shown twice.
    const rows = await this.list.locator('.monaco-list-rows > [role="treeitem"]').evaluateAll((elements) =>
      elements.map((element) => ({
        index: Number(element.getAttribute('data-index')),
        level: Number(element.getAttribute('aria-level')),
        label: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        spoken: element.getAttribute('aria-label') ?? '',
        isLast: element.getAttribute('data-last-element') === 'true',
        expanded: element.getAttribute('aria-expanded'),
      })),
    );
    return rows
      .map(({ expanded, ...row }) => ({
        ...row,
        label: spaced(row.label),
        description: spaced(row.description),
        ...(expanded === null ? {} : { isExpanded: expanded === 'true' }),
      }))
      .sort((a, b) => a.index - b.index);
  }

  /** Every row, by scrolling from the top to the end. */
  async rows(): Promise<TreeRow[]> {
    const all = new Map<number, TreeRow>();
    const deadline = Date.now() + 20_000;
    let isFromTop = false;
    while (Date.now() < deadline) {
      const seen = await this.rendered();
      isFromTop ||= seen[0]?.index === 0;
      if (!isFromTop) {
        if (seen.length === 0) return [];
        await this.scroll(-1e6);
        continue;
      }
      for (const row of seen) all.set(row.index, row);
      if (seen.at(-1)?.isLast === true) return [...all.values()].sort((a, b) => a.index - b.index);
      await this.scroll((await this.height()) / 2);
    }
    throw new Error('The tree could not be read to its end.');
  }

  /** Rows right below a row, once they are loaded; `[]` if after a while there are none. */
  async children(path: TreePath): Promise<TreeRow[]> {
    let found: TreeRow[] = [];
    const deadline = Date.now() + 10_000;
    while (found.length === 0 && Date.now() < deadline) found = childrenOf(await this.rows(), path);
    return found;
  }

  /** Waits for a row, and scrolls it into sight. */
  async reveal(path: TreePath, timeout = 20_000): Promise<TreeRow> {
    let found: TreeRow | undefined;
    await expect
      .poll(
        async () => {
          const rows = await this.rendered();
          found = locate(rows, path) ?? locate(await this.rows(), path);
          return found === undefined ? outline(await this.rendered()) : 'there';
        },
        { timeout, interval: 200, message: `the tree has ${path.join(' › ')}` },
      )
      .toBe('there');
    const row = found as unknown as TreeRow;
    await this.bringIntoSight(row);
    return row;
  }

  /** Opens each row on the way, and the last one. */
  async expand(...path: TreePath): Promise<void> {
    for (let depth = 1; depth <= path.length; depth++) {
      const way = path.slice(0, depth);
      // The product opens a connection that was just added by itself: a press that met that would close it again,
      // so a row that is still closed after a while is pressed once more.
      await expect
        .poll(
          async () => {
            const row = await this.reveal(way);
            if (row.isExpanded === false) await this.element(row).locator('.monaco-tl-twistie').click();
            return row.isExpanded;
          },
          { timeout: 30_000, interval: 1500 },
        )
        .toBe(true);
    }
  }

  /** Presses the twistie of a row that is in sight, once. */
  async toggle(...path: TreePath): Promise<void> {
    const { isExpanded, ...row } = await this.reveal(path);
    await this.element(row).locator('.monaco-tl-twistie').click();
    await expect.poll(async () => (await this.reveal(path)).isExpanded).toBe(isExpanded !== true);
  }

  async click(...path: TreePath): Promise<void> {
    await this.element(await this.shown(path))
      .locator('.label-name')
      .click();
  }

  /** Picks from the context menu of a row. */
  async choose(path: TreePath, action: string): Promise<void> {
    const row = await this.shown(path);
    await this.element(row).locator('.label-name').click({ button: 'right' });
    const item = this.menu().getByRole('menuitem', { name: action, exact: true });
    await item.waitFor();
    // VS Code lets a click pass that comes too soon after the menu opened; then the menu is still there.
    await expect
      .poll(
        async () => {
          if (!(await item.isVisible())) return 'closed';
          await item.click({ timeout: 1000 }).catch(() => undefined);
          return 'open';
        },
        { timeout: 10_000, interval: 300 },
      )
      .toBe('closed');
  }

  /** Titles in the context menu of a row. */
  async actions(path: TreePath): Promise<string[]> {
    const row = await this.shown(path);
    await this.element(row).locator('.label-name').click({ button: 'right' });
    const items = this.menu().getByRole('menuitem');
    await items.first().waitFor();
    const names = await items.evaluateAll((all) => all.map((item) => item.getAttribute('aria-label') ?? ''));
    await this.page.keyboard.press('Escape');
    return names.filter((name) => name !== '');
  }

  /** Clicks one of the icons that a row shows at its right. */
  async inline(path: TreePath, action: string): Promise<void> {
    const element = this.element(await this.shown(path));
    await element.hover();
    await element.getByRole('button', { name: action }).click();
  }

  /** Waits for a row whose ancestors are opened on the way. */
  private async shown(path: TreePath): Promise<TreeRow> {
    if (path.length > 1) await this.expand(...path.slice(0, -1));
    return this.reveal(path);
  }

  private menu(): Locator {
    return this.page.locator('.context-view .monaco-menu');
  }

  private element(row: TreeRow): Locator {
    return this.list.locator(`.monaco-list-rows > [role="treeitem"][data-index="${row.index}"]`);
  }

  private async isInSight(row: TreeRow): Promise<boolean> {
    const [box, frame] = await Promise.all([
      this.element(row)
        .boundingBox({ timeout: 500 })
        .catch(() => null),
      this.list.boundingBox(),
    ]);
    if (box === null || frame === null) return false;
    // Ancestors that stick to the top lie over the first rows.
    const top = frame.y + Math.min(row.level - 1, row.index) * rowHeight;
    return box.y >= top && box.y + box.height <= frame.y + frame.height;
  }

  private async bringIntoSight(row: TreeRow): Promise<void> {
    await expect
      .poll(
        async () => {
          if (await this.isInSight(row)) return true;
          const indices = (await this.rendered()).map(({ index }) => index);
          const middle = (Math.min(...indices) + Math.max(...indices)) / 2;
          await this.scroll((row.index - middle) * rowHeight);
          return false;
        },
        { timeout: 10_000, interval: 20 },
      )
      .toBe(true);
  }

  private async height(): Promise<number> {
    return (await this.list.boundingBox())?.height ?? 400;
  }

  /** By pixels, as a wheel does that turns that far at once: 120 of its units are 50 pixels to VS Code. */
  private async scroll(pixels: number): Promise<void> {
    await this.list.locator('.monaco-list-rows').evaluate((rows, wheelDeltaY) => {
      const init = { bubbles: true, cancelable: true, deltaY: -wheelDeltaY, wheelDeltaY };
      rows.dispatchEvent(new WheelEvent('wheel', init));
      // Two frames: the list renders what came into sight in the next one.
      return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, pixels * -2.4);
  }
}

function isLabel(row: TreeRow, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? row.label === wanted : wanted.test(row.label);
}

/** The row at the end of a path. Rows need not be complete: only what lies between its ancestors and it counts. */
function locate(rows: readonly TreeRow[], path: TreePath): TreeRow | undefined {
  let from = 0;
  let parent: TreeRow | undefined;
  for (const wanted of path) {
    const level = (parent?.level ?? 0) + 1;
    let found: TreeRow | undefined;
    for (const row of rows.slice(from)) {
      if (parent !== undefined && row.level <= parent.level) break;
      if (row.level === level && isLabel(row, wanted)) {
        found = row;
        break;
      }
    }
    if (found === undefined) return undefined;
    from = rows.indexOf(found) + 1;
    parent = found;
  }
  return parent;
}

function childrenOf(rows: readonly TreeRow[], path: TreePath): TreeRow[] {
  const parent = locate(rows, path);
  if (parent === undefined) return [];
  const found: TreeRow[] = [];
  for (const row of rows.slice(rows.indexOf(parent) + 1)) {
    if (row.level <= parent.level) break;
    if (row.level === parent.level + 1) found.push(row);
  }
  return found;
}

function outline(rows: readonly TreeRow[]): string {
  return rows.map((row) => `${'  '.repeat(row.level - 1)}${row.label} · ${row.description}`).join('\n');
}
