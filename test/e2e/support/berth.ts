import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A network of the tests' own: a user's machines keep theirs. */
export const TEST_SUBNET = '172.30.112.0/24';

/** The built program with a store, a home and a docker configuration of its own. */
export class Berth implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), 'berth-e2e-'));
  readonly store = join(this.home, 'store');
  readonly environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: this.home,
    USER: 'tester',
    SHELL: '/bin/bash',
    MACHINE_STORAGE_PATH: this.store,
    DOCKER_CONFIG: join(this.home, 'docker'),
    LANG: 'C.UTF-8',
    NSPAWN_SUBNET: TEST_SUBNET,
  };

  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [join(ROOT, 'bin/run.js'), ...args], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  run(...args: string[]): Promise<Ran> {
    return finished(this.start(...args));
  }

  /** As run, over a line of this quality: milliseconds a round trip, per cent of packets lost. */
  behind({ roundTripMs, lossPercent }: { roundTripMs: string; lossPercent: string }, ...args: string[]): Promise<Ran> {
    const line = [join(import.meta.dirname, 'slow-line.pl'), roundTripMs, lossPercent];
    const words = [...line, process.execPath, join(ROOT, 'bin/run.js'), ...args];
    return finished(spawn('perl', words, { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** As run, and it has to succeed. */
  async ok(...args: string[]): Promise<string> {
    return outputOf(`berth ${args.join(' ')}`, await this.run(...args));
  }

  /** The real docker client, pointed at a machine as `env` says. */
  async docker(machine: string, args: readonly string[], input?: Buffer, flags: readonly string[] = []): Promise<Ran> {
    const child = spawn('docker', args, {
      env: await this.pointedAt(machine, flags),
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    child.stdin?.end(input);
    return finished(child);
  }

  /** The environment of a shell that did `eval $(berth env …)`. */
  async pointedAt(machine: string, flags: readonly string[] = []): Promise<NodeJS.ProcessEnv> {
    const lines = await this.ok('env', '--shell', 'bash', ...flags, machine);
    const set = [...lines.matchAll(/^export (\w+)="(.*)";?$/gm)].map(([, name = '', value = '']) => [name, value]);
    return { ...this.environment, ...(Object.fromEntries(set) as NodeJS.ProcessEnv) };
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

export async function finished(child: ChildProcess): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Runs a program of this computer. @throws Error with its output when it fails */
export async function sh(program: string, ...args: string[]): Promise<string> {
  return outputOf(
    `${program} ${args.join(' ')}`,
    await finished(spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })),
  );
}

/** What a program printed. @throws Error with the end of it when the program failed */
export function outputOf(program: string, { code, stdout, stderr }: Ran): string {
  if (code !== 0) throw new Error(`${program} exited with ${code}\n${endOf(stdout + stderr)}`);
  return stdout;
}

/** The last lines of an output, where its error stands: of a failure CI keeps only the first lines. */
export function endOf(output: string): string {
  return output.trimEnd().split('\n').slice(-15).join('\n');
}
