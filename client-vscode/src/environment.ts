/** What the server is told of the user's settings: variables of its environment, as it reads them itself. Pure. */

export const PROVIDER_URL = 'https://api.anthropic.com';

export const KEY_VARIABLE = 'PLANSMITH_API_KEY';
export const ORIGIN_VARIABLE = 'PLANSMITH_API_KEY_ORIGIN';

/** The variable that a setting is handed over in: `plansmith.maxOutput` is `PLANSMITH_MAX_OUTPUT`. */
export function variableOf(setting: string): string {
  const name = setting.replace(/^plansmith\./, '');
  return `PLANSMITH_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * The variables for the settings that the user has set; what is left unset stays with the user's own configuration file.
 *
 * A value of a wrong kind is handed over, too: the server says what is wrong with it.
 */
export function settingsEnvironment(
  settings: readonly string[],
  valueOf: (setting: string) => unknown,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const setting of settings) {
    const value = valueOf(setting);
    if (value !== undefined && value !== null && value !== '') {
      variables[variableOf(setting)] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  }
  return variables;
}

/** The origin that a key belongs to: of the configured address, or of the provider's own; none of what is no address. */
export function originOf(address: unknown): string | undefined {
  if (address === undefined || address === null || address === '') {
    return PROVIDER_URL;
  }
  try {
    const { origin, protocol } = new URL(String(address).trim());
    return protocol === 'https:' || protocol === 'http:' ? origin : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with what was typed as a key; nothing is wrong with one that can stand in a header. */
export function keyProblem(key: string): string | undefined {
  const trimmed = key.trim();
  if (trimmed === '') {
    return 'Paste a key, or press Escape.';
  }
  return /^[\x21-\x7e]+$/.test(trimmed) ? undefined : 'No key has a blank or such a sign in it; copy it again.';
}
