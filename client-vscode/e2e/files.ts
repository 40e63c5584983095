/** Files that VS Code reads. */

import * as fs from 'node:fs';
import * as path from 'node:path';

/** Writes a file as JSON, and makes the folder that it lies in. */
export function writeJson(file: string, value: unknown): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value));
}
