/** Which servers this extension works with. Pure. */

/** The oldest server that has all that this extension asks for. */
export const OLDEST_SERVER = '0.1.0';

/** Whether a version, such as `1.2.3` or `1.2.3.dev0`, is new enough; one that is no version is not. */
export function isNewEnough(version: string | undefined, oldest: string = OLDEST_SERVER): boolean {
  const own = numbersOf(version ?? '');
  const wanted = numbersOf(oldest);
  if (own === undefined || wanted === undefined) {
    return false;
  }
  for (const [at, least] of wanted.entries()) {
    const number = own[at] ?? 0;
    if (number !== least) {
      return number > least;
    }
  }
  return true;
}

/** The version in what `plansmith --version` prints; none in what anything else prints. */
export function versionIn(printed: string): string | undefined {
  return /^plansmith (\d+(?:\.\d+)+\S*)\s*$/.exec(printed)?.[1];
}

function numbersOf(version: string): readonly number[] | undefined {
  const release = /^(\d+(?:\.\d+)*)/.exec(version)?.[1];
  return release?.split('.').map(Number);
}
