import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { finished, type Ran } from './berth.js';

/** Where Debian's package ovmf has its firmware. */
export const UEFI = '/usr/share/OVMF/OVMF_CODE_4M.fd';
const UEFI_VARIABLES = '/usr/share/OVMF/OVMF_VARS_4M.fd';

export interface DiskGuestWish {
  /** For what it needs besides the disk, with `login` and `host.pub` in it. */
  readonly folder: string;
  /** A raw disk. */
  readonly disk: string;
  readonly firmware: 'bios' | 'uefi';
}

/** A computer that has nothing but a disk, run by plain QEMU: no kernel is given, no seed, no driver of ours. */
export class DiskGuest implements AsyncDisposable {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start({ folder, disk, firmware }: DiskGuestWish): Promise<DiskGuest> {
    const port = await freePort();
    const child = spawn('qemu-system-x86_64', [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'q35,vmport=off,hpet=off'],
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max,la57=off', '-m', '768', '-smp', '2'],
      ...(firmware === 'uefi' ? uefi(folder) : []),
      ...['-drive', `if=none,id=disk,format=raw,file=${disk}`, '-device', 'virtio-blk-pci,drive=disk'],
      ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${port}-:22`, '-device', 'virtio-net-pci,netdev=net,romfile='],
      ...['-device', 'virtio-rng-pci', '-serial', `file:${join(folder, `console-${firmware}`)}`],
    ]);
    return new DiskGuest(child, folder, port);
  }

  /** A command by the login key, with the host key that the disk was given. */
  run(command: string): Promise<Ran> {
    const known = `[127.0.0.1]:${this.port} ${readFileSync(join(this.folder, 'host.pub'), 'utf8')}`;
    const options = ['BatchMode=yes', 'ConnectTimeout=5', 'StrictHostKeyChecking=yes', 'UserKnownHostsFile=/dev/null'];
    const words = options.flatMap((option) => ['-o', option]);
    const key = ['-o', `KnownHostsCommand=/bin/echo ${known.trim()}`, '-i', join(this.folder, 'login')];
    const args = ['-F', 'none', '-q', '-p', String(this.port), ...words, ...key, 'docker@127.0.0.1', command];
    return finished(spawn('ssh', args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** As run, from the moment on that it answers. */
  async first(command: string, withinMs: number): Promise<string> {
    const end = Date.now() + withinMs;
    for (;;) {
      const ran = await this.run(command);
      if (ran.code === 0) return ran.stdout;
      if (Date.now() > end || this.process.exitCode !== null)
        throw new Error(`it does not answer: ${ran.stderr}${JSON.stringify(ran)}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  /** Turned off by itself, in order. */
  async powerOff(): Promise<void> {
    const gone = once(this.process, 'exit', { signal: AbortSignal.timeout(60_000) });
    await this.run('sudo poweroff');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}

function uefi(folder: string): readonly string[] {
  const variables = join(folder, 'variables.fd');
  copyFileSync(UEFI_VARIABLES, variables);
  return [
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${UEFI}`],
    ...['-drive', `if=pflash,format=raw,file=${variables}`],
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
