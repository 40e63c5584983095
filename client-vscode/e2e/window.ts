/** One window of VS Code as its user sees it: what they click, type and read. */

import type { Locator, Page } from 'playwright-core';

import { writeJson } from './files';

/** Milliseconds that anything may take; the machine may be busy with other things. */
const PATIENCE = Number(process.env['PLANSMITH_PATIENCE'] ?? 60_000);

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

  /** Puts the cursor behind the first letter of a word in the line that has these words. */
  async goInto(words: string, word: string): Promise<void> {
    const line = ((await this.line(words).textContent()) ?? '').replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
    await this.goTo(words);
    await this.page.keyboard.press('Home');
    const place = line.indexOf(word) + 1;
    if (place === 0) {
      throw new Error(`no “${word}” in “${line}”`);
    }
    // A step of the cursor is a sign as a reader counts them, whatever it takes to store.
    for (const _ of new Intl.Segmenter().segment(line.slice(0, place))) {
      await this.page.keyboard.press('ArrowRight');
    }
  }

  /** Waits until the cursor is somewhere: `Ln 5, Col 1`. */
  async waitForCursor(place: string): Promise<void> {
    await this.page.locator('.statusbar-item', { hasText: place }).first().waitFor();
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

  async closePanel(): Promise<void> {
    const panel = this.page.locator('.part.panel');
    if (await panel.isVisible()) {
      await this.page.keyboard.press('Control+j');
      await panel.waitFor({ state: 'hidden' });
    }
  }

  async lenses(): Promise<string[]> {
    await this.editor().locator('.codelens-decoration a').first().waitFor();
    return this.editor().locator('.codelens-decoration').allInnerTexts();
  }

  async clickLens(words: string, nth = 0): Promise<void> {
    await this.editor().locator('.codelens-decoration a', { hasText: words }).nth(nth).click();
  }

  /** Opens the light bulb of the line, and says what it offers. */
  async lightBulb(words: string): Promise<string[]> {
    await this.goTo(words);
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await this.until(async () => {
      if (await rows.first().isVisible()) {
        return true;
      }
      // Lenses that come above may push the line, and the bulb with it, off the screen.
      await this.press('Home', 'End');
      const bulb = this.editor().locator('.lightBulbWidget').first();
      await bulb.click({ timeout: 3000 }).catch(() => undefined);
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

  // What VS Code shows of the plan as a language.

  /** What is told of the word at the cursor, once it has these words. */
  async hover(words: string): Promise<string> {
    const told = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
    await this.until(async () => {
      await this.press('Control+k', 'Control+i');
      await this.pause(500);
      return (await told.isVisible()) && (await told.innerText()).includes(words);
    }, `a hover with “${words}”`);
    return told.innerText();
  }

  /** The rows of the outline, once one has these words. */
  async outline(words: string): Promise<string[]> {
    const rows = this.page.locator('.outline-pane .monaco-list-row');
    await this.command('Explorer: Focus on Outline View');
    await rows.filter({ hasText: words }).first().waitFor();
    return rows.allInnerTexts();
  }

  /** Waits until the bar above the editor says where the cursor is. */
  async waitForBreadcrumb(words: string): Promise<void> {
    await this.page.locator('.breadcrumbs-control .monaco-breadcrumb-item', { hasText: words }).first().waitFor();
  }

  /** What is suggested at the cursor, once it has these words. */
  async suggestions(words: string): Promise<string[]> {
    const widget = this.page.locator('.suggest-widget.visible');
    const rows = widget.locator('.monaco-list-row');
    await this.until(async () => {
      if (!(await widget.isVisible())) {
        await this.press('Control+Space');
      }
      await this.pause(300);
      return (await rows.filter({ hasText: words }).count()) > 0;
    }, `a suggestion with “${words}”`);
    return rows.allInnerTexts();
  }

  /** Takes a suggestion of the open list. */
  async suggest(words: string): Promise<void> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await rows.filter({ hasText: words }).first().click();
    await this.page.locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
  }

  /** Renames what is at the cursor. */
  async rename(name: string): Promise<void> {
    const input = this.page.locator('.rename-box input').first();
    await this.until(async () => {
      await this.press('F2');
      await this.pause(500);
      return input.isVisible();
    }, 'the box for the new name');
    await input.fill(name);
    await this.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  // Menus and commands.

  /** Right-clicks the line, and says what the menu offers of ours. */
  async contextMenu(words: string): Promise<string[]> {
    return this.menuAt(this.line(words), { x: 30, y: 8 });
  }

  /** Right-clicks a task, until the menu offers what can be done with it: the server is asked first. */
  async taskMenu(words: string): Promise<string[]> {
    let offered: string[] = [];
    await this.until(async () => {
      offered = await this.contextMenu(words);
      if (offered.some((each) => each.includes('Expand Task into Plan'))) {
        return true;
      }
      await this.closeMenu();
      await this.pause(300);
      return false;
    }, `our items in the menu of “${words}”`);
    return offered;
  }

  /** Right-clicks a file, until its menu offers something: a window that is just open does not know all extensions. */
  async explorerMenu(name: string, wanted: string): Promise<void> {
    await this.until(async () => {
      if ((await this.menuAt(this.explorerRow(name))).includes(wanted)) {
        return true;
      }
      await this.closeMenu();
      await this.pause(500);
      return false;
    }, `“${wanted}” in the menu of ${name}`);
  }

  async clickMenu(words: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-item:not(.disabled)', { hasText: words }).first();
    await this.until(async () => {
      // A menu that has just opened takes no click.
      await item.click({ timeout: 5000 }).catch(() => undefined);
      await this.pause(200);
      return !(await item.isVisible());
    }, `the end of the menu with “${words}”`);
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
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await this.until(async () => {
      // A window that is just open does not know all commands yet.
      await this.palette(title);
      if (await row.isVisible()) {
        return true;
      }
      await this.page.keyboard.press('Escape');
      await this.pause(500);
      return false;
    }, `the command “${title}”`);
    await row.click();
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

  /**
   * Clicks our item of the status bar, until VS Code shows our log: a log that was made a moment ago
   * is not known there yet, and what shows it does nothing. What stands in the log can't be seen
   * here: code-server's logger is compiled.
   */
  async openLog(): Promise<void> {
    await this.until(async () => {
      await this.statusItem().locator('a').first().click();
      await this.pause(1000);
      return this.logIsShown();
    }, 'our log, by the status bar');
  }

  /** Waits for the output panel with our log. */
  async waitForLog(): Promise<void> {
    await this.until(() => this.logIsShown(), 'our log in the output panel');
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

  async waitForTab(name: string): Promise<void> {
    await this.page.locator('.tab', { hasText: name }).first().waitFor();
  }

  async waitForNoTab(name: string): Promise<void> {
    await this.page.locator('.tab', { hasText: name }).first().waitFor({ state: 'detached' });
  }

  /** Shows what is in a folder of the explorer, `file` among it. */
  async expandFolder(name: string, file: string): Promise<void> {
    const row = this.explorerRow(file);
    const folder = this.page.locator('.explorer-folders-view .monaco-list-row[aria-level="1"]', { hasText: name }).first();
    await folder.waitFor({ timeout: PATIENCE / 3 }).catch(async () => {
      // VS Code sometimes takes a workspace file of several folders for one of none, until it is asked again.
      await this.reload();
      await folder.waitFor();
    });
    await this.until(async () => {
      // VS Code expands some by itself, a moment later; a click would close those.
      await this.pause(1000);
      if (!(await row.isVisible()) && (await folder.getAttribute('aria-expanded')) === 'false') {
        await folder.click();
      }
      return row.isVisible();
    }, `${file} in the explorer`);
  }

  /** Milliseconds that an extension's activation took, as the list of the running extensions tells them. */
  async activationTime(name: string): Promise<number> {
    const row = this.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: name }).first();
    await row.waitFor();
    const told = await row.locator('.activation-time').innerText();
    const time = /(\d+)\s*ms/.exec(told)?.[1];
    if (time === undefined) {
      throw new Error(`no activation time in “${told}”`);
    }
    return Number(time);
  }

  /** What the list of keyboard shortcuts has for these keys. */
  async keybindings(keys: string): Promise<string[]> {
    const rows = this.page.locator('.keybindings-editor .monaco-list-row');
    if (!(await this.page.locator('.keybindings-editor').isVisible())) {
      await this.press('Control+k', 'Control+s');
      await rows.first().waitFor();
    }
    const all = await rows.count();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(`"${keys}"`);
    await this.until(async () => (await rows.count()) < all, `fewer shortcuts for ${keys}`);
    await this.pause(1000);
    const found = await rows.allInnerTexts();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.press('Delete');
    await this.until(async () => (await rows.count()) >= all, 'all shortcuts');
    return found;
  }

  /** Settings of the machine while the window is open; VS Code sees the file change. */
  machine(settings: Record<string, unknown>): void {
    writeJson(this.machineSettings, settings);
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

  private async logIsShown(): Promise<boolean> {
    const channel = this.page.locator('.part.panel select').first();
    return (
      (await channel.isVisible()) &&
      (await channel.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]?.text)) === 'Plansmith'
    );
  }

  /** Right-clicks something, and says what the menu offers; what comes meanwhile may close a menu at once. */
  private async menuAt(target: Locator, position?: { x: number; y: number }): Promise<string[]> {
    const item = this.page.locator('.monaco-menu .action-item').first();
    await this.until(async () => {
      await target.click({ button: 'right', ...(position === undefined ? {} : { position }) });
      return item.waitFor({ timeout: PATIENCE / 6 }).then(
        () => true,
        () => false,
      );
    }, 'a menu');
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
