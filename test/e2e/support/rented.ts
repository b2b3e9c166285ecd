import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localDebian } from '../../../src/apt-sources.js';
import { generateKeyPair } from '../../../src/host/keys.js';
import { freePort } from '../../helpers/engine.js';
import { finished, outputOf, sh } from './berth.js';

/** A plain Debian with systemd and sshd, kernel and disk, made once for all tests on this computer. */
const CACHE = '/var/cache/berth/guests/debian-1';
const PACKAGES = 'systemd-sysv,udev,dbus,linux-image-cloud-amd64,initramfs-tools,openssh-server,iproute2,sudo';
const SETTINGS = `#!/bin/sh
set -e
printf '[Match]\\nName=e*\\n[Network]\\nDHCP=yes\\n' >"$1/etc/systemd/network/10-net.network"
chroot "$1" systemctl enable systemd-networkd >/dev/null 2>&1
mkdir -p "$1/root/.ssh"
echo rented >"$1/etc/hostname"
`;
/**
 * An emulator is slow at writing where it has translated code, which the next kernel unpacks itself to: the old one stays where it
 * was linked, and QEMU (tb-size) keeps little of what it translated.
 */
const COMMAND_LINE = 'root=/dev/vda rw console=ttyS0 nokaslr';
/** Of an emulated Debian on a busy computer, in milliseconds. */
const BOOT_WITHIN_MS = 600_000;

async function guestFiles(): Promise<string> {
  if (existsSync(CACHE)) return CACHE;
  const work = `${CACHE}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    const { sources, suite } = await localDebian();
    const [root, disk, hook] = ['root', 'disk.img', 'hook'].map((name) => join(work, name)) as [string, string, string];
    writeFileSync(hook, SETTINGS, { mode: 0o755 });
    const wish = ['--variant=apt', `--include=${PACKAGES}`, `--customize-hook=${hook} "$1"`, suite, root];
    await sh('mmdebstrap', '--quiet', '--mode=root', ...wish, ...sources.map(({ path }) => path));
    await sh('truncate', '-s', '4G', disk);
    await sh('mkfs.ext4', '-q', '-d', root, disk);
    for (const name of readdirSync(join(root, 'boot'))) {
      if (name.startsWith('vmlinuz')) copyFileSync(join(root, 'boot', name), join(work, 'kernel'));
      if (name.startsWith('initrd')) copyFileSync(join(root, 'boot', name), join(work, 'initrd'));
    }
    rmSync(root, { recursive: true });
    renameSync(work, CACHE);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return CACHE;
}

/** A server that somebody rents: a virtual machine that berth has not made and cannot switch. */
export class Rented implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'berth-rented-'));
  readonly keyPath = join(this.#folder, 'id_ed25519');
  #qemu: ChildProcess | undefined;
  #boot: readonly string[] = [];

  private constructor(
    readonly sshPort: number,
    readonly enginePort: number,
  ) {}

  /** Boots Debian, by its kernel; later boots are the firmware's and the disk's. */
  static async boot(): Promise<Rented> {
    const rented = new Rented(await freePort(), await freePort());
    const files = await guestFiles();
    const pair = generateKeyPair('tester');
    writeFileSync(rented.keyPath, pair.privateKey, { mode: 0o600 });
    const publicKey = join(rented.#folder, 'authorized_keys');
    writeFileSync(publicKey, `${pair.publicKey}\n`, { mode: 0o600 });
    await sh('cp', '--sparse=always', join(files, 'disk.img'), rented.#disk);
    await sh('debugfs', '-w', '-R', `write ${publicKey} /root/.ssh/authorized_keys`, rented.#disk);
    rented.#boot = ['-kernel', join(files, 'kernel'), '-initrd', join(files, 'initrd'), '-append', COMMAND_LINE];
    rented.#start();
    await rented.untilUp();
    return rented;
  }

  get #disk(): string {
    return join(this.#folder, 'disk.img');
  }

  get console(): string {
    return readFileSync(join(this.#folder, 'console'), 'utf8');
  }

  #start(): void {
    const forwards = [`${this.sshPort}-:22`, `${this.enginePort}-:${this.enginePort}`];
    this.#qemu = spawn('qemu-system-x86_64', [
      ...['-machine', 'q35', '-accel', 'tcg,tb-size=64', '-cpu', 'max', '-smp', '2', '-m', '1024'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', ...this.#boot],
      ...['-serial', `file:${join(this.#folder, 'console')}`],
      ...['-drive', `file=${this.#disk},format=raw,if=virtio,cache=unsafe`],
      ...['-netdev', `user,id=net,${forwards.map((ports) => `hostfwd=tcp:127.0.0.1:${ports}`).join(',')}`],
      ...['-device', 'virtio-net-pci,netdev=net,romfile=', '-device', 'virtio-rng-pci'],
    ]);
    this.#qemu.stderr?.resume();
  }

  /** A power cut, and the power back: whatever boots then is what the firmware finds on the disk. */
  async cutPower(): Promise<void> {
    await this.#end();
    this.#boot = [];
    this.#start();
  }

  /** A command line as root, by the real ssh program and whatever host key there is. */
  async sh(command: string): Promise<string> {
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'ConnectTimeout=5'];
    const words = [...options.flatMap((one) => ['-o', one]), '-i', this.keyPath, '-p', String(this.sshPort)];
    const child = spawn('ssh', [...words, 'root@127.0.0.1', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    return outputOf(command, await finished(child));
  }

  async untilUp(): Promise<void> {
    const endsAt = Date.now() + BOOT_WITHIN_MS;
    while (Date.now() < endsAt) {
      if ((await this.sh('echo up').catch(() => '')) === 'up\n') return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`the server does not come up:\n${this.console.slice(-2_000)}`);
  }

  async #end(): Promise<void> {
    const qemu = this.#qemu;
    if (!qemu || qemu.exitCode !== null || qemu.signalCode !== null) return;
    const exited = once(qemu, 'exit');
    qemu.kill('SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
