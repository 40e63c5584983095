/** When a server that crashed is started again. Pure. */

/** Milliseconds to wait before the first start after a crash; each further wait is twice as long. */
const FIRST_WAIT = 1000;

/** So many crashes within so many milliseconds are too many. */
const MOST = 5;
const WITHIN = 10 * 60_000;

export class Crashes {
  private times: number[] = [];

  /** Milliseconds until the next start, after a crash at the time `now`; none when it crashed too often. */
  next(now: number): number | undefined {
    this.times = [...this.times.filter((time) => now - time < WITHIN), now];
    return this.times.length > MOST ? undefined : FIRST_WAIT * 2 ** (this.times.length - 1);
  }

  /** The user starts anew: what was is forgotten. */
  forget(): void {
    this.times = [];
  }
}
