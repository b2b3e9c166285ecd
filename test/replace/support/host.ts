import type { Host, HostFile } from '../../../src/host/host.js';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

/** A server that notes what it is told, and answers as it is set. */
export interface NotedHost {
  readonly host: Host;
  /** Names of scripts, and of programs. */
  readonly calls: string[];
  readonly texts: Map<string, string>;
  /** What was appended to the archive. */
  appended: Buffer;
  delivered: readonly HostFile[];
}

export interface HostAnswers {
  /** What a script prints, by its name. */
  readonly printed?: Readonly<Record<string, string>>;
  /** What a script or a program fails with. */
  readonly failing?: Readonly<Record<string, Error>>;
}

export function notedHost({ printed = {}, failing = {} }: HostAnswers = {}): NotedHost {
  const refuse = (): never => {
    throw new Error('this host knows scripts alone');
  };
  const hear = (name: string): { stdout: string; stderr: string } => {
    noted.calls.push(name);
    const failure = failing[name];
    if (failure) throw failure;
    return { stdout: printed[name] ?? '', stderr: '' };
  };
  const noted: NotedHost = {
    ...{ calls: [], texts: new Map<string, string>(), appended: Buffer.alloc(0), delivered: [] },
    host: {
      target: { host: '192.0.2.7', port: 22, user: 'root' },
      exchanges: 1,
      runScript: async ({ name, text }) => {
        noted.texts.set(name, text);
        return hear(name);
      },
      deliver: async (files, script) => {
        noted.delivered = await files;
        return hear(script);
      },
      run: async ([program], { input } = {}) => {
        noted.appended = await buffer(input as Readable);
        return hear(program);
      },
      ...{
        read: refuse,
        write: refuse,
        upload: refuse,
        download: refuse,
        shell: refuse,
        forward: refuse,
        dial: refuse,
      },
      [Symbol.asyncDispose]: async () => {},
    },
  };
  return noted;
}
