import { spawn } from 'node:child_process';
import { Berth, finished, outputOf } from './berth.js';
import { busyboxImage } from './image.js';

export const NEW_HOST = ['-d', 'nspawn', '--nspawn-packages', 'docker.io'];

export interface Status {
  readonly reachableManagers: number;
  readonly needed: number;
  readonly nodes: readonly NodeStatus[];
  readonly due: readonly string[];
  readonly advice: readonly string[];
}

interface NodeStatus {
  readonly machine: string;
  readonly role: string;
  readonly status: string;
  readonly leader: boolean;
  readonly address: string;
}

/** A cluster of real hosts in a store of its own. */
export class RealCluster implements AsyncDisposable {
  readonly berth = new Berth();

  constructor(readonly name: string) {}

  async status(): Promise<Status> {
    return JSON.parse(await this.berth.ok('swarm', 'status', '--json', this.name)) as Status;
  }

  /** Name, role and status of each member. */
  async nodes(): Promise<string[]> {
    const { nodes } = await this.status();
    return nodes.map(({ machine, role, status }) => `${machine} ${role} ${status}`);
  }

  async addressOf(machine: string): Promise<string> {
    return (await this.berth.ok('ip', machine)).trim();
  }

  /** The real docker client in a shell in which nothing was done but `eval $(berth env …)`: a manager is asked. */
  async docker(...args: readonly string[]): Promise<string> {
    return outputOf(
      `docker ${args.join(' ')}`,
      await this.berth.docker(`${this.name}-manager-1`, args, undefined, ['--swarm']),
    );
  }

  /** The same on one machine's engine. */
  async dockerOn(machine: string, ...args: readonly string[]): Promise<string> {
    return outputOf(`docker ${args.join(' ')}`, await this.berth.docker(machine, args));
  }

  /** The image "busybox" on each of the machines, with these files in /www: there is no registry to pull from. */
  async putImage(machines: readonly string[], files: Readonly<Record<string, Buffer>> = {}): Promise<void> {
    const image = busyboxImage(files);
    const words = ['import', '-', 'busybox'];
    await Promise.all(
      machines.map(async (one) => outputOf(`docker ${words.join(' ')}`, await this.berth.docker(one, words, image))),
    );
  }

  /** Until as many tasks of the service run as shall. @throws Error with its tasks when they do not within a minute */
  async untilRunning(service: string, replicas: number): Promise<void> {
    const states = (): Promise<string> =>
      this.docker('service', 'ps', '--no-trunc', '-f', 'desired-state=running', '--format', PS, service);
    for (let attempt = 0; attempt < 120; attempt += 1) {
      const running = (await states()).split('\n').filter((line) => line.startsWith('Running '));
      if (running.length === replicas) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`${service} has no ${replicas} tasks that run:\n${await states()}`);
  }

  /** The container of the service's task on that machine. */
  async taskOn(machine: string, service: string): Promise<string> {
    const label = `label=com.docker.swarm.service.name=${service}`;
    return (await this.dockerOn(machine, 'ps', '-q', '-f', label)).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.berth.run('swarm', 'rm', '-y', this.name);
    const left = (await this.berth.ok('ls', '-q')).split('\n').filter((name) => name !== '');
    if (left.length > 0) await this.berth.run('rm', '-f', ...left);
    this.berth[Symbol.dispose]();
  }
}

const PS = '{{.CurrentState}} {{.Node}} {{.Error}}';

/** What Docker encrypts overlay networks with; why this kernel cannot, or undefined. */
export async function whyNotEncrypted(): Promise<string | undefined> {
  const key = `0x${'00'.repeat(20)}`;
  const state = `ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 mode transport aead "rfc4106(gcm(aes))" ${key} 64`;
  const { code, stderr } = await finished(
    spawn('unshare', ['--net', 'sh', '-c', state], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  return code === 0 ? undefined : `the kernel has no ESP with AES-GCM (${stderr.trim().split('\n').at(-1) ?? ''})`;
}
