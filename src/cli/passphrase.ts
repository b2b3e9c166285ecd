import { MachineError } from '../errors.js';
import { askPassphrase } from './prompt.js';
import type { Terminal } from './terminal.js';

export interface PassphrasePlaces {
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** --passphrase-file. */
  readonly file: string | undefined;
  readonly terminal: Terminal;
  readonly readUserFile: (path: string) => Promise<string | undefined>;
}

/** What a new archive asks for: a guess costs half a second, so eight characters by chance are years. */
const SHORTEST = 8;

/** For a new archive; typed twice. @throws MachineError BadOption */
export async function newPassphrase(places: PassphrasePlaces): Promise<string> {
  const given = await givenPassphrase(places);
  const passphrase = given ?? (await askPassphrase('the archive'));
  if (passphrase.length < SHORTEST)
    throw new MachineError('BadOption', `a passphrase has at least ${SHORTEST} characters, got ${passphrase.length}`);
  if (given === undefined && (await askPassphrase('the archive once more')) !== passphrase)
    throw new MachineError('BadOption', 'the two passphrases differ');
  return passphrase;
}

/** For an archive that exists. @throws MachineError BadOption */
export async function knownPassphrase(places: PassphrasePlaces): Promise<string> {
  return (await givenPassphrase(places)) ?? askPassphrase('the archive');
}

/** The file's first line, else the environment's; never an argument, which every user of a computer can read. */
async function givenPassphrase({
  environment,
  file,
  terminal,
  readUserFile,
}: PassphrasePlaces): Promise<string | undefined> {
  if (file !== undefined) {
    const text = await readUserFile(file);
    if (text === undefined) throw new MachineError('BadOption', `option --passphrase-file: there is no file "${file}"`);
    return text.split(/\r?\n/)[0] ?? '';
  }
  if (environment['BERTH_PASSPHRASE']) return environment['BERTH_PASSPHRASE'];
  if (terminal.stdinIsTty && terminal.stderrIsTty) return undefined;
  throw new MachineError('BadUsage', 'the archive needs a passphrase, and there is no terminal to ask for it', {
    suggestions: ['Put it into BERTH_PASSPHRASE, or into a file for --passphrase-file'],
  });
}
