import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { until } from '../../helpers/until.js';
import type { Berth } from './berth.js';

const ROOT = resolve(import.meta.dirname, '../../..');

export const ENTER = '\r';
export const UP = '\u001b[A';
export const DOWN = '\u001b[B';
export const CTRL_C = '\u0003';

/** The longest that a program takes to show something, in milliseconds. */
const WITHIN_MS = 20_000;

/** The built program on a pseudo-terminal of its own, which script(1) makes. */
export class Terminal implements Disposable {
  private readonly child: ChildProcessWithoutNullStreams;
  /** Once all that it printed has been read. */
  private readonly closed: Promise<unknown>;
  private text = '';
  private readUpTo = 0;

  constructor(berth: Berth, ...args: readonly string[]) {
    const words = [process.execPath, join(ROOT, 'bin/run.js'), ...args].map((word) => `'${word}'`).join(' ');
    this.child = spawn('script', ['-qefc', `stty cols 120 rows 40; exec ${words}`, '/dev/null'], {
      env: { ...berth.environment, TERM: 'xterm' },
    });
    this.closed = once(this.child, 'close');
    this.child.stdout.on('data', (part: Buffer) => (this.text += part.toString()));
  }

  /** Everything that was shown, without what moves the cursor. */
  get shown(): string {
    return stripVTControlCharacters(this.text).replaceAll('\r', '');
  }

  /** Resolves once the words are shown behind those that were waited for before. @throws Error with what is shown instead */
  async shows(words: string): Promise<void> {
    const place = (): number => this.shown.indexOf(words, this.readUpTo);
    const endsAt = performance.now() + WITHIN_MS;
    await until(() => {
      const isInVain = this.child.exitCode !== null || performance.now() > endsAt;
      if (isInVain && place() < 0) throw new Error(`"${words}" is not shown:\n${this.shown}`);
      return place() >= 0;
    });
    this.readUpTo = place() + words.length;
  }

  /** Types the keys once the words are shown. */
  async answer(words: string, keys: string): Promise<void> {
    await this.shows(words);
    this.child.stdin.write(keys);
  }

  /** The program's exit code, once it has ended. */
  async ended(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }

  [Symbol.dispose](): void {
    this.child.kill('SIGHUP');
  }
}
