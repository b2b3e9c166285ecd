import { basename } from 'node:path';
import { pluginWords } from './docker-plugin.js';

export interface Called {
  /** What help and hints call us: berth, docker-machine, docker machine. */
  readonly bin: string;
  /** What was typed behind it. */
  readonly words: readonly string[];
}

/** By which name the words of a command line call us: that of the file, or the client's for its plugin. */
export function calledAs(argv: readonly string[]): Called {
  const typed = argv.slice(2);
  const ofDocker = pluginWords(typed);
  if (ofDocker) return { bin: 'docker machine', words: ofDocker };
  const name = basename(argv[1] ?? '').replace(/\.(js|cmd|exe)$/, '');
  return { bin: ['', 'run'].includes(name) ? 'berth' : name, words: typed };
}
