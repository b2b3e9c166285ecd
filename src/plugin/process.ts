import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pause } from '../poll.js';

export interface ProcessRequest {
  readonly path: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Lines as they come, free of control characters. */
  readonly onLine: (from: 'stdout' | 'stderr', line: string) => void;
}

/** How it ended: "with exit code 2", "by signal SIGSEGV"; or why it never began. */
export type Ending = { readonly how: string } | { readonly neverBegan: Error };

/** For the last lines of a process that has ended, in milliseconds: what it started may hold its pipes for ever. */
const LAST_LINES_MS = 200;
/** What is longer than this is not a line but a flood, in characters. */
const LONGEST_LINE = 4_096;
/** How Go says why it gives up; what stands below is its stack. */
const LAST_CRY = /^(panic|fatal error|unexpected fault)\b.*:/;

/** A driver binary that runs: in a group of its own, so that Ctrl-C at the terminal does not end it in mid-work. */
export class PluginProcess {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #lastLine = '';
  #lastCry = '';

  constructor({ path, environment, onLine }: ProcessRequest) {
    // A group of its own on Windows means a window of its own.
    const detached = process.platform !== 'win32';
    this.#child = spawn(path, [], { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached, windowsHide: true });
    running.add(this);
    if (running.size === 1) process.on('exit', endAll);
    this.ended = this.#end();
    const { stdout, stderr } = this.#child;
    if (stdout) void eachLine(stdout, (line) => onLine('stdout', line));
    if (stderr)
      void eachLine(stderr, (line) => {
        if (line.trim() !== '') this.#lastLine = line;
        if (LAST_CRY.test(line)) this.#lastCry = line;
        onLine('stderr', line);
      });
  }

  /** Its last line on stderr; of a panic the line that says why. */
  get lastWords(): string {
    return this.#lastCry || this.#lastLine;
  }

  /** Undefined while it still runs after this time. */
  async endWithin(ms: number): Promise<Ending | undefined> {
    const ended = new AbortController();
    try {
      return await Promise.race([this.ended, pause(ms, ended.signal).then(() => undefined)]);
    } finally {
      ended.abort();
    }
  }

  /** Only the driver itself: machines of local hypervisors are its children too, and stay. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #end(): Promise<Ending> {
    const { stdout, stderr } = this.#child;
    const closed = once(this.#child, 'close').catch(() => {});
    try {
      const [code, signal] = (await once(this.#child, 'exit')) as [number | null, string | null];
      const read = new AbortController();
      await Promise.race([closed, pause(LAST_LINES_MS, read.signal)]);
      read.abort();
      return { how: signal === null ? `with exit code ${code}` : `by signal ${signal}` };
    } catch (error) {
      return { neverBegan: error as Error };
    } finally {
      stdout?.destroy();
      stderr?.destroy();
      running.delete(this);
      if (running.size === 0) process.off('exit', endAll);
    }
  }
}

/** Whatever way this process ends, its drivers end with it; where it cannot see its own end, they miss the heartbeat. */
const running = new Set<PluginProcess>();

function endAll(): void {
  for (const one of running) one.kill();
}

async function eachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  let rest = '';
  const say = (line: string): void => take(withoutControls(line.slice(0, LONGEST_LINE)));
  try {
    for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(say);
      if (rest.length <= LONGEST_LINE) continue;
      say(rest);
      rest = '';
    }
  } catch {
    // The pipe broke: the process has ended, which is told elsewhere.
  }
  if (rest !== '') say(rest);
}

/** Colours and cursor movements of others do not reach the terminal. */
function withoutControls(line: string): string {
  return line.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '');
}
