/** What Plansmith adds to the language server protocol: commands, answers, notifications. Pure. */

/** The argument of a command that works on one task: any line of it, zero-based. */
export interface TaskAtLine {
  readonly uri: string;
  readonly line: number;
}

export interface InDocument {
  readonly uri: string;
}

/** Sent when the user comes to trust the workspace; trust is never withdrawn within a session. */
export const DID_CHANGE_TRUST = 'plansmith/didChangeTrust';

export interface Trust {
  readonly trusted: boolean;
}

/** The growing text of a plan, and what the server is doing: it tells both where the client says that it hears them. */
export const PARTIAL_PLAN = 'plansmith/partialPlan';
export const STATUS = 'plansmith/status';

/** Asks for the tasks of a document, in the order of the text. */
export const TASKS = 'plansmith/tasks';

export interface Tasks {
  readonly tasks: readonly {
    readonly line: number;
    readonly id: string;
    readonly name: string;
    readonly plan: boolean;
    readonly complete: boolean;
    readonly done: boolean;
    readonly ready: boolean;
  }[];
}

export const CANCEL = 'plansmith.cancel';

/** The commands that may take long and answer with an outcome, and what the progress is called. */
export const EXPANSIONS = {
  'plansmith.expandTask': 'Expanding the task',
  'plansmith.expandAll': 'Expanding all tasks',
  'plansmith.writeSection': 'Writing the section',
  'plansmith.regenerateSection': 'Writing the section anew',
  'plansmith.insertKept': 'Inserting the kept plan',
  'plansmith.continueKept': 'Finishing the kept plan',
} as const;

export type Expansion = keyof typeof EXPANSIONS;

export function isExpansion(command: string): command is Expansion {
  return Object.hasOwn(EXPANSIONS, command);
}

/** How an outcome reaches the user; a pop-up only where there is something to know or to do. */
export interface Announcement {
  readonly voice: 'status' | 'information' | 'warning' | 'error';
  readonly message: string;
}

const VOICES: ReadonlyMap<unknown, Announcement['voice'] | 'silent'> = new Map([
  ['applied', 'silent'], // The text itself shows it.
  ['started', 'silent'], // The server tells the outcome later.
  ['nothing-missing', 'information'],
  ['cancelled', 'status'],
  ['conflict', 'warning'],
  ['failed', 'error'],
]);

/** What to tell about the answer of an expansion, which is `{status, message, …}`; often nothing. */
export function announce(answer: unknown): Announcement | undefined {
  if (typeof answer !== 'object' || answer === null) {
    return undefined;
  }
  const { status, message } = answer as { status?: unknown; message?: unknown };
  if (typeof message !== 'string' || message === '') {
    return undefined;
  }
  // A newer server may know a status that this client does not: its message is still worth showing.
  const voice = VOICES.get(status) ?? 'information';
  return voice === 'silent' ? undefined : { voice, message };
}

/** Turns the protocol's percentages, which are totals, into the increments that VS Code wants. */
export class ProgressSteps {
  private reached = 0;

  next(value: { readonly message?: string; readonly percentage?: number }): { message?: string; increment?: number } {
    const step: { message?: string; increment?: number } = {};
    if (value.message !== undefined) {
      step.message = value.message;
    }
    if (value.percentage !== undefined) {
      const total = Math.min(100, Math.max(this.reached, value.percentage));
      step.increment = total - this.reached;
      this.reached = total;
    }
    return step;
  }
}
