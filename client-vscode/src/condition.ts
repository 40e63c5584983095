/** What the server is doing, in words. Pure. */

/** What the server tells in `plansmith/status`. */
export interface ServerStatus {
  readonly running: number;
  readonly provider: string;
  readonly model: string | null;
}

export type Condition =
  | { readonly kind: 'starting'; readonly what?: string }
  | { readonly kind: 'running'; readonly version: string; readonly from: string; readonly status?: ServerStatus }
  | { readonly kind: 'failed'; readonly problem: string };

export interface Description {
  readonly icon: string;
  readonly text: string;
  readonly details: string;
  readonly grave: boolean;
}

export function describe(condition: Condition): Description {
  switch (condition.kind) {
    case 'starting': {
      const details = condition.what ?? 'The server is starting.';
      return { icon: 'loading~spin', text: 'Plansmith: starting', details, grave: false };
    }
    case 'failed':
      return { icon: 'error', text: 'Plansmith: failed', details: condition.problem, grave: true };
    case 'running': {
      const { version, from, status } = condition;
      const server = `Plansmith ${version}, from ${from}.`;
      if (status === undefined) {
        return { icon: 'check', text: 'Plansmith: ready', details: server, grave: false };
      }
      const offline = status.provider === 'offline';
      const writer = offline
        ? 'The offline planner writes: no key and no endpoint is set, or it was chosen.'
        : `${status.model ?? 'A model'} writes.`;
      const details = `${server}\n${writer}`;
      if (status.running > 0) {
        return { icon: 'sync~spin', text: `Plansmith: expanding ${status.running}`, details, grave: false };
      }
      return { icon: 'check', text: offline ? 'Plansmith: offline planner' : 'Plansmith: ready', details, grave: false };
    }
  }
}
