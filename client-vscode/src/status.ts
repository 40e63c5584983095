/** The item of the status bar: what the server is doing; a click opens the log. */

import * as vscode from 'vscode';

import { type Condition, describe } from './condition';

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Right, 100);

  constructor() {
    this.item.name = 'Plansmith';
    this.item.command = 'plansmith.ui.showLog';
    this.show({ kind: 'starting' });
    this.item.show();
  }

  show(condition: Condition): void {
    const { icon, text, details, grave } = describe(condition);
    this.item.text = `$(${icon}) ${text}`;
    this.item.tooltip = `${details}\n\nClick for the log.`;
    this.item.accessibilityInformation = { label: `${text}. ${details}` };
    this.item.backgroundColor = grave ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}
