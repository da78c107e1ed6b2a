import path from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { pictures } from './browser';
import { QuickInput, exactly, spaced } from './quickInput';
import { TreeView } from './treeView';

/** For what takes VS Code a moment; vitest's own second is short on a busy machine. */
export const patiently = { timeout: 15_000 };

/** One window of VS Code in a browser, as a person handles it: what is not on the screen cannot be asked. */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly tree: TreeView;

  constructor(page: Page) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.tree = new TreeView(page);
  }

  async waitUntilReady(): Promise<void> {
    await this.page
      .locator('.monaco-workbench .part.statusbar .statusbar-item')
      .first()
      .waitFor({ timeout: 60_000 });
  }

  /** By VS Code's own command, which saves what is open first. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 60_000 });
    await this.command('Developer: Reload Window');
    await loaded;
    await this.waitUntilReady();
  }

  /** Runs a command by its whole title in the palette: `Data Connect: Add Connection`. */
  async command(title: string): Promise<void> {
    await expect
      .poll(
        async () => {
          await this.page.keyboard.press('F1');
          return this.quickInput.field.waitFor({ timeout: 2000 }).then(
            () => true,
            () => false,
          );
        },
        { timeout: 15_000 },
      )
      .toBe(true);
    await this.quickInput.field.fill(`>${title}`);
    await this.quickInput.pick(title);
  }

  /** Titles in the palette that begin with this. */
  async commandsOf(category: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    await this.quickInput.type(`>${category}: `);
    let titles: string[] = [];
    await expect
      .poll(async () => {
        titles = (await this.quickInput.labels()).filter((label) => label.startsWith(`${category}: `));
        return titles.length;
      }, patiently)
      .toBeGreaterThan(0);
    await this.quickInput.dismiss();
    return titles;
  }

  /** Opens a side bar by its icon in the activity bar. */
  async openView(title: string): Promise<void> {
    const icon = this.page.locator(`.part.activitybar .action-item:has(a[aria-label^="${title}"])`).first();
    await icon.waitFor({ timeout: 30_000 });
    await expect
      .poll(async () => {
        const isOpen = (await icon.getAttribute('class'))?.includes('checked') === true;
        if (!isOpen) await icon.click();
        return isOpen;
      }, patiently)
      .toBe(true);
  }

  /** A button or link of the welcome text in an empty view. */
  welcome(label: string): Locator {
    return this.page
      .locator('.part.sidebar .welcome-view-content')
      .locator('.monaco-button, a')
      .filter({ hasText: label });
  }

  /** Words in the welcome text of an empty view. */
  async welcomeText(): Promise<string> {
    return spaced(await this.page.locator('.part.sidebar .welcome-view-content').innerText());
  }

  /** Waits for a notification that says this. */
  async notification(text: string | RegExp): Promise<Locator> {
    const item = this.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
    await item.waitFor({ timeout: 30_000 });
    return item;
  }

  async notificationTexts(): Promise<string[]> {
    const texts = await this.page
      .locator('.notifications-toasts .notification-list-item .notification-list-item-message')
      .allInnerTexts();
    return texts.map(spaced);
  }

  /** Presses a button of a notification. */
  async answer(text: string | RegExp, button: string): Promise<void> {
    const item = await this.notification(text);
    await item.locator('.monaco-button', { hasText: exactly(button) }).click();
  }

  /** Answers VS Code's own question where to save something: the path is absolute. */
  async saveAs(file: string): Promise<void> {
    // The proposed path comes a moment after the dialog, and would overwrite what was typed before.
    await expect.poll(() => this.quickInput.field.inputValue(), { timeout: 15_000 }).toMatch(/\.\w+$/);
    await this.quickInput.type(file);
    await expect.poll(() => this.quickInput.field.inputValue()).toBe(file);
    // While it lists the folder it takes no answer.
    await expect
      .poll(async () => {
        await this.quickInput.accept().catch(() => undefined);
        return this.quickInput.isShown();
      }, patiently)
      .toBe(false);
  }

  /** Waits for an editor tab with this label (a part is enough for a pattern), and gives it. */
  async tab(label: string | RegExp): Promise<Locator> {
    const tab = this.page.locator('.part.editor .tab').filter({
      has: this.page.locator('.label-name', { hasText: typeof label === 'string' ? exactly(label) : label }),
    });
    await tab.first().waitFor({ timeout: 30_000 });
    return tab.first();
  }

  async tabLabels(): Promise<string[]> {
    return (await this.page.locator('.part.editor .tab .label-name').allInnerTexts()).map(spaced);
  }

  async closeAllEditors(): Promise<void> {
    await this.command('View: Close All Editors');
    const discard = this.page.locator('.monaco-dialog-box .monaco-button', { hasText: "Don't Save" });
    await expect
      .poll(async () => {
        if (await discard.isVisible()) await discard.click();
        return this.tabLabels();
      }, patiently)
      .toEqual([]);
  }

  /** The language shown at the right of the status bar. */
  async language(): Promise<string> {
    return spaced(await this.page.locator('#status\\.editor\\.mode').innerText());
  }

  /** The whole text of the focused text editor, by paging through it: lines as shown, joined with line feeds. */
  async editorText(): Promise<string> {
    const editor = this.page.locator('.part.editor .editor-group-container.active .monaco-editor').last();
    await editor.locator('.view-line').first().waitFor({ timeout: 30_000 });
    await editor.locator('.native-edit-context, textarea.inputarea').first().focus();
    await this.page.keyboard.press('Control+Home');
    const lines = new Map<number, string>();
    let unchanged = 0;
    while (unchanged < 3) {
      const before = lines.size;
      for (const [number, text] of await editor.evaluate(readLines)) lines.set(number, text);
      unchanged = lines.size === before ? unchanged + 1 : 0;
      await this.page.keyboard.press('PageDown');
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    const last = Math.max(...lines.keys());
    return Array.from({ length: last }, (_, i) => lines.get(i + 1) ?? '\u2026').join('\n');
  }

  /** The document inside the webview in sight that has this element. */
  async webview(selector: string, timeout = 30_000): Promise<Frame> {
    let found: Frame | undefined;
    await expect
      .poll(
        async () => {
          for (const frame of this.page.frames()) {
            if (await isShowing(frame, selector)) found = frame;
          }
          return found !== undefined;
        },
        { timeout, message: `a webview shows ${selector}` },
      )
      .toBe(true);
    return found as unknown as Frame;
  }

  /** A picture of the window in test-results/e2e, kept as an artefact. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(pictures, `${name}.png`) });
  }
}

/** In the page: line numbers and texts of the lines that are rendered. */
function readLines(editor: Element): [number, string][] {
  const topOf = (element: Element): string => (element as HTMLElement).style.top;
  const numbers = new Map<string, number>();
  for (const margin of editor.querySelectorAll('.margin-view-overlays > div')) {
    const number = Number(margin.querySelector('.line-numbers')?.textContent);
    if (number > 0) numbers.set(topOf(margin), number);
  }
  const lines: [number, string][] = [];
  for (const line of editor.querySelectorAll('.view-lines > .view-line')) {
    const number = numbers.get(topOf(line));
    if (number !== undefined) lines.push([number, line.textContent.replace(/\u00a0/g, ' ')]);
  }
  return lines;
}

async function isShowing(frame: Frame, selector: string): Promise<boolean> {
  if (frame.parentFrame() === null) return false;
  try {
    if (!(await frame.locator(selector).first().isVisible())) return false;
    for (let up: Frame | null = frame; up !== null && up.parentFrame() !== null; up = up.parentFrame()) {
      if (!(await (await up.frameElement()).isVisible())) return false;
    }
    return true;
  } catch {
    // The frame went away while it was asked.
    return false;
  }
}

/** Opens a window on a running code-server. `size`: of the window, in pixels. */
export async function openWorkbench(
  browser: Browser,
  address: string,
  size = { width: 1440, height: 900 },
): Promise<Workbench> {
  const context = await browser.newContext({ viewport: size, locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(address);
  const workbench = new Workbench(page);
  await workbench.waitUntilReady();
  return workbench;
}
