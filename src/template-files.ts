import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The text of a file in templates/. The build of the executable puts another module in the place of this one. */
export function templateText(path: string): string {
  return readFileSync(join(templatesFolder(), path), 'utf8');
}

/** The package's own templates/, both beside src/ and beside dist/. @throws Error when the program was removed while it ran */
function templatesFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'templates'))) return join(folder, 'templates');
    if (folder === dirname(folder)) throw new Error(`the program's folder templates is gone from above ${here}`);
  }
}
