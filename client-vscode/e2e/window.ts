/** One window of VS Code as its user sees it: what they click, type and read. */

import type { Locator, Page } from 'playwright-core';

import { write } from './host';

/** Milliseconds that anything may take; the machine may be busy with other things. */
const PATIENCE = 60_000;

export class Window {
  constructor(
    private readonly page: Page,
    private readonly machineSettings: string,
  ) {
    page.setDefaultTimeout(PATIENCE);
  }

  async close(): Promise<void> {
    // Leaving the page says goodbye to the extension host; closing it at once would not.
    await this.page.goto('about:blank').catch(() => undefined);
    await this.page.context().close();
  }

  // Files and editors.

  /** Opens a file of the explorer; it is at the top of a folder of the workspace. */
  async openFile(name: string): Promise<void> {
    await this.explorerRow(name).dblclick();
    await this.editor(name).locator('.view-line').first().waitFor();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active:not(.dirty)').first().waitFor();
  }

  /** The lines that are on the screen, of the editor that shows `name`. */
  async text(name = ''): Promise<string> {
    const lines = await this.editor(name)
      .locator('.view-line')
      .evaluateAll((all) =>
        all
          .map((line): [number, string] => [parseFloat((line as HTMLElement).style.top), line.textContent ?? ''])
          .sort((one, other) => one[0] - other[0])
          .map(([, words]) => words.replaceAll('\u00a0', ' ').replaceAll('\u200b', '')),
      );
    return lines.join('\n');
  }

  async waitForText(words: string, name = ''): Promise<void> {
    await this.until(async () => (await this.text(name)).includes(words), `the text “${words}”`);
  }

  async waitForNoText(words: string, name = ''): Promise<void> {
    await this.until(async () => !(await this.text(name)).includes(words), `no text “${words}”`);
  }

  /** Puts the cursor at the end of the line that has these words. */
  async goTo(words: string): Promise<void> {
    await this.line(words).click({ position: { x: 30, y: 8 } });
    await this.page.keyboard.press('End');
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  async type(words: string): Promise<void> {
    await this.page.keyboard.type(words);
  }

  // What VS Code shows of findings, lenses and actions.

  async waitForSquiggle(severity: 'error' | 'warning' | 'info' | 'hint'): Promise<void> {
    await this.editor().locator(`.squiggly-${severity}`).first().waitFor({ state: 'attached' });
  }

  async waitForNoSquiggle(severity: string): Promise<void> {
    await this.editor().locator(`.squiggly-${severity}`).first().waitFor({ state: 'detached' });
  }

  /** Shows the Problems panel, and waits for one that has these words. */
  async waitForProblem(words: string): Promise<void> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) {
      await this.page.keyboard.press('Control+Shift+M');
    }
    await panel.locator('.monaco-list-row', { hasText: words }).first().waitFor();
  }

  async waitForNoProblem(words: string): Promise<void> {
    await this.page.locator('.markers-panel .monaco-list-row', { hasText: words }).first().waitFor({ state: 'detached' });
  }

  async problems(): Promise<string[]> {
    return this.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
  }

  async lenses(): Promise<string[]> {
    await this.editor().locator('.codelens-decoration a').first().waitFor();
    return this.editor().locator('.codelens-decoration').allInnerTexts();
  }

  async clickLens(words: string): Promise<void> {
    await this.editor().locator('.codelens-decoration a', { hasText: words }).first().click();
  }

  /** Opens the light bulb of the line, and says what it offers. */
  async lightBulb(words: string): Promise<string[]> {
    await this.goTo(words);
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await this.until(async () => {
      if (await rows.first().isVisible()) {
        return true;
      }
      const bulb = this.editor().locator('.lightBulbWidget').first();
      if (await bulb.isVisible()) {
        await bulb.click({ timeout: 2000 }).catch(() => undefined);
      }
      await this.pause(300);
      return rows.first().isVisible();
    }, `the light bulb at “${words}”`);
    return rows.allInnerTexts();
  }

  /** Does what an open menu of the light bulb offers. */
  async choose(words: string): Promise<void> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    const offered = await rows.allInnerTexts();
    const index = offered.findIndex((each) => each.includes(words));
    if (index < 0) {
      throw new Error(`“${words}” is not offered: ${offered.join(' | ')}`);
    }
    // The first is chosen already; a click would be caught by what lies over the page.
    for (let at = 0; at < index; at++) {
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
  }

  // Menus and commands.

  /** Right-clicks the line, and says what the menu offers of ours. */
  async contextMenu(words: string): Promise<string[]> {
    await this.line(words).click({ button: 'right', position: { x: 30, y: 8 } });
    return this.menuItems();
  }

  async explorerMenu(name: string): Promise<string[]> {
    await this.explorerRow(name).click({ button: 'right' });
    return this.menuItems();
  }

  async clickMenu(words: string): Promise<void> {
    await this.page.locator('.monaco-menu .action-item:not(.disabled)', { hasText: words }).first().click();
  }

  async closeMenu(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
  }

  async clickTitleAction(label: string): Promise<void> {
    await this.page.locator(`.editor-actions .action-label[aria-label*="${label}"]`).first().click();
  }

  /** What the command palette offers for these words. */
  async palette(words: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.fill(`>${words}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }

  async command(title: string): Promise<void> {
    await this.palette(title);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
  }

  async closeQuickInput(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  /** Answers an input box whose prompt has these words; says whether what is typed is hidden. */
  async answerInput(prompt: string, answer: string): Promise<boolean> {
    const widget = this.page.locator('.quick-input-widget', { hasText: prompt });
    await widget.waitFor();
    const input = widget.locator('input').first();
    await input.fill(answer);
    const hidden = (await input.getAttribute('type')) === 'password';
    await this.page.keyboard.press('Enter');
    return hidden;
  }

  async pick(words: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: words }).first().click();
  }

  // What VS Code tells.

  /** Waits for a notification with these words; its whole text. */
  async notification(words: string): Promise<string> {
    const found = this.notificationWith(words);
    await found.waitFor();
    return found.locator('.notification-list-item-message').innerText();
  }

  async notifications(): Promise<string[]> {
    return this.page.locator('.notification-list-item-message').allInnerTexts();
  }

  async waitForNoNotification(words: string): Promise<void> {
    await this.notificationWith(words).waitFor({ state: 'detached' });
  }

  async clickNotification(words: string, button: string): Promise<void> {
    const found = this.notificationWith(words);
    await found.hover();
    await found.locator('.monaco-button', { hasText: button }).first().click();
  }

  /** Our item of the status bar. */
  async status(): Promise<string> {
    const item = this.statusItem();
    await item.waitFor();
    return (await item.getAttribute('aria-label')) ?? '';
  }

  async waitForStatus(words: string): Promise<string> {
    await this.until(
      async () => (await this.statusItem().isVisible()) && (await this.status()).includes(words),
      `the status “${words}”`,
    );
    return this.status();
  }

  async clickStatus(): Promise<void> {
    await this.statusItem().locator('a').first().click();
  }

  /** The words of the output panel. */
  async waitForOutput(words: string): Promise<void> {
    const panel = this.page.locator('.panel .monaco-editor').first();
    await panel.waitFor();
    await this.until(
      async () => (await panel.innerText()).replaceAll('\u00a0', ' ').includes(words),
      `“${words}” in the output`,
    );
  }

  async waitFor(selector: string, words?: string): Promise<void> {
    await this.page.locator(selector, words === undefined ? {} : { hasText: words }).first().waitFor();
  }

  async waitForNo(selector: string, words?: string): Promise<void> {
    const found = this.page.locator(selector, words === undefined ? {} : { hasText: words }).first();
    await found.waitFor({ state: 'detached' });
  }

  async click(selector: string, words?: string): Promise<void> {
    await this.page.locator(selector, words === undefined ? {} : { hasText: words }).first().click();
  }

  async count(selector: string): Promise<number> {
    return this.page.locator(selector).count();
  }

  async innerText(selector: string): Promise<string> {
    return this.page.locator(selector).first().innerText();
  }

  async tabs(): Promise<string[]> {
    return this.page.locator('.tab .label-name').allInnerTexts();
  }

  /** Settings of the machine while the window is open; VS Code sees the file change. */
  machine(settings: Record<string, unknown>): void {
    write(this.machineSettings, settings);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.statusbar-item').first().waitFor();
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  private editor(name = ''): Locator {
    const which = name === '' ? '' : `[data-uri*="${name}"]`;
    const where = name === '' ? '.editor-group-container.active ' : '';
    return this.page.locator(`${where}.editor-instance .monaco-editor${which}`).first();
  }

  private line(words: string): Locator {
    return this.editor().locator('.view-line', { hasText: words }).first();
  }

  private explorerRow(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
  }

  private notificationWith(words: string): Locator {
    return this.page.locator('.notification-toast .notification-list-item', { hasText: words }).first();
  }

  private statusItem(): Locator {
    return this.page.locator('.statusbar-item[id^="plansmith"]').first();
  }

  private async menuItems(): Promise<string[]> {
    await this.page.locator('.monaco-menu .action-item').first().waitFor();
    return this.page.locator('.monaco-menu .action-item:not(.disabled) .action-label').allInnerTexts();
  }

  private async until(condition: () => Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (!(await condition())) {
      if (Date.now() > end) {
        throw new Error(`never came: ${what}`);
      }
      await this.pause(50);
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}
