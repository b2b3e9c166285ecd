import { dirname } from 'node:path';
import type { MachineName } from '../name.js';
import type { Machine } from '../record.js';
import { isFolder, readIfThere, replaceFile } from './atomic.js';
import { numberAt, objectAt, textAt } from './fields.js';
import { makeWithRecord } from './machine-folder.js';
import { NEWEST } from './schema.js';
import { isAbsolute } from './stored-path.js';

interface RecordForm {
  readonly base: string;
  readonly print: (machine: Machine) => string;
  readonly parse: (name: MachineName, text: string) => Machine;
}

/**
 * Replaces a record. One that says the same already stays as it is, byte by byte, whoever wrote it; one of a former version
 * is kept beside as docker-machine keeps it.
 */
export async function replaceRecord(path: string, machine: Machine, { base, print, parse }: RecordForm): Promise<void> {
  const text = print(machine);
  const old = await readIfThere(path);
  const stored = old === undefined ? undefined : parsed(() => parse(machine.name, old));
  if (old !== undefined && stored) {
    if (print(stored) === text && !wasMoved(stored, base) && !wasRenamed(stored)) return;
    if (numberAt(stored.document, 'ConfigVersion') < NEWEST) await backUp(`${path}.bak`, old);
  }
  if (old !== undefined || (await isFolder(dirname(path)))) await replaceFile(path, text, 0o600);
  else await makeWithRecord(path, text);
}

/** What cannot be read is replaced. */
function parsed(parse: () => Machine): Machine | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** docker-machine believes the name in a record, and not that of its folder. */
function wasRenamed({ name, document }: Machine): boolean {
  const written = textAt(document, 'Name');
  return written !== '' && written !== name;
}

/** docker-machine believes the paths in a record, so the first write after a move sets them right. */
function wasMoved({ document }: Machine, base: string): boolean {
  const written = textAt(objectAt(document, 'Driver'), 'StorePath');
  return isAbsolute(written) && written !== base;
}

async function backUp(path: string, text: string): Promise<void> {
  if ((await readIfThere(path)) === undefined) await replaceFile(path, text, 0o600);
}
