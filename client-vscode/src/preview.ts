/** The growing text of a plan beside its document, for those who switched it on; the document itself changes once. */

import type { Texts } from './documents';
import { showsPreview } from './settings';

/** What the server tells in `plansmith/partialPlan`: the whole text each time. */
export interface PartialPlan {
  readonly uri: string;
  readonly task: string;
  readonly text: string;
  readonly done: boolean;
}

export class Preview {
  private readonly shown = new Set<string>();

  constructor(private readonly texts: Texts) {}

  async heard({ task, text, done }: PartialPlan): Promise<void> {
    const name = `${task} (preview).md`;
    if (done) {
      this.shown.delete(name);
      await this.texts.close(name);
    } else if (this.shown.has(name)) {
      this.texts.update(name, text);
      this.texts.follow(name);
    } else if (showsPreview()) {
      this.shown.add(name);
      await this.texts.show(name, text);
      if (!this.shown.has(name)) {
        await this.texts.close(name); // It was done while it was opened.
      }
    }
  }

  /** The server is gone, and will say nothing more. */
  async clear(): Promise<void> {
    const names = [...this.shown];
    this.shown.clear();
    await Promise.all(names.map((name) => this.texts.close(name)));
  }
}
