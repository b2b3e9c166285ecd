import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the program stands: in the first of the folders that has it. */
export function findProgram(program: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, program)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
