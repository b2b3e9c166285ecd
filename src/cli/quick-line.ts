import type { Called } from './called-as.js';
import { parseFlag, type FlagShapes } from './go-flags.js';

/** A command line that is understood as a whole. */
export interface QuickLine {
  readonly command: string;
  readonly names: readonly string[];
  /** Values by the flags' long names; that of a switch is ''. */
  readonly flags: Readonly<Record<string, string>>;
}

/** What a command takes besides the storage path. */
export interface QuickShape {
  readonly flags: FlagShapes;
  readonly takesNames: boolean;
  /** How many words it takes at most, where that is known. */
  readonly most?: number;
}

const STORAGE_PATH: FlagShapes = { 'storage-path': { type: 'option', char: 's' } };

/** Variables of the other global flags, and oclif's own: who sets one wishes for something that is not known here. */
export const OTHER_WISHES = [
  ...['MACHINE_DEBUG', 'MACHINE_TLS_CA_CERT', 'MACHINE_TLS_CA_KEY', 'MACHINE_TLS_CLIENT_CERT'],
  ...['MACHINE_TLS_CLIENT_KEY', 'MACHINE_SSH_TIMEOUT', 'BERTH_PROGRESS', 'DEBUG'],
];

/** Undefined for whatever is not as plain as can be: help, JSON, a mistake. */
export function quickLine(
  { words, bin }: Called,
  environment: Readonly<Record<string, string | undefined>>,
  commands: Readonly<Record<string, QuickShape>>,
): QuickLine | undefined {
  if ([...OTHER_WISHES, jsonVariable(bin)].some((name) => environment[name] !== undefined)) return undefined;
  const names: string[] = [];
  const flags: Record<string, string> = {};
  let command: string | undefined;
  let shapes = STORAGE_PATH;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const flag = parseFlag(word, shapes);
    if (flag) {
      const value = flag.value ?? (flag.type === 'boolean' ? '' : words[(at += 1)]);
      if (value === undefined || (flag.type === 'boolean' && value !== '')) return undefined;
      flags[flag.name] = value;
    } else if (word.startsWith('-')) return undefined;
    else if (command !== undefined) names.push(word);
    else if (Object.hasOwn(commands, word)) {
      command = word;
      shapes = { ...STORAGE_PATH, ...commands[word]?.flags };
    } else return undefined;
  }
  if (command === undefined || (names.length > 0 && !commands[command]?.takesNames)) return undefined;
  if (names.length > (commands[command]?.most ?? names.length)) return undefined;
  return { command, names, flags };
}

/** oclif's name of the variable that asks for JSON. */
function jsonVariable(bin: string): string {
  return `${bin.replaceAll('-', '_')}_CONTENT_TYPE`.toUpperCase();
}
