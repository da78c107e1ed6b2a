import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The quick input at the top of the window: pick lists and input boxes, and the steps of a multi-step one. */
export class QuickInput {
  readonly widget: Locator;
  readonly field: Locator;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.widget = page.locator('.quick-input-widget');
    this.field = this.widget.locator('input.input');
  }

  async waitUntilShown(): Promise<void> {
    await this.widget.waitFor({ state: 'visible' });
  }

  async waitUntilHidden(): Promise<void> {
    await this.widget.waitFor({ state: 'hidden' });
  }

  isShown(): Promise<boolean> {
    return this.widget.isVisible();
  }

  async title(): Promise<string> {
    return spaced(await this.widget.locator('.quick-input-title').innerText());
  }

  /** Waits for the step with this title (a part of it is enough). */
  async step(title: string | RegExp): Promise<void> {
    await expect.poll(async () => ((await this.isShown()) ? this.title() : ''), { timeout: 15_000 }).toMatch(title);
  }

  placeholder(): Promise<string | null> {
    return this.field.getAttribute('placeholder');
  }

  /** Replaces what is in the field. */
  async type(text: string): Promise<void> {
    await this.waitUntilShown();
    await this.field.fill(text);
  }

  async accept(): Promise<void> {
    await this.field.press('Enter');
  }

  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.waitUntilHidden();
  }

  /** Labels of the entries in sight. */
  async labels(): Promise<string[]> {
    await this.waitUntilShown();
    const names = await this.widget
      .locator('.quick-input-list .monaco-list-row .quick-input-list-row:first-child .label-name')
      .allInnerTexts();
    return names.map(spaced);
  }

  /** Clicks the entry with exactly this label (or the first that matches); types it first when `isTyped`. */
  async pick(label: string | RegExp): Promise<void> {
    await this.waitUntilShown();
    const row = this.widget.locator('.quick-input-list .monaco-list-row').filter({
      has: this.page.locator('.quick-input-list-row:first-child .label-name', {
        hasText: typeof label === 'string' ? exactly(label) : label,
      }),
    });
    await row.first().click();
  }

  /** What the field says is wrong (or its prompt): the line below it. */
  async message(): Promise<string> {
    return spaced(await this.widget.locator('.quick-input-message').innerText());
  }

  /** Waits until the line below the field says this. */
  async says(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.message(), { timeout: 30_000 }).toMatch(text);
  }
}

/** VS Code shows spaces as no-break spaces in places. */
export function spaced(text: string): string {
  return text.replace(/\u00a0/g, ' ').trim();
}

/** A pattern for the whole text, whatever kind of spaces it is shown with. */
export function exactly(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '[ \\u00a0]');
  return new RegExp(`^\\s*${escaped}\\s*$`);
}
