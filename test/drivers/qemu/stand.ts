import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { QemuMachine } from '../../../drivers/qemu/index.js';
import { driver } from '../../../drivers/qemu/driver.js';
import { testFolder, type TestFolder } from '../../helpers/folder.js';
import { contextOf, type TestContext } from '../contract.js';

export const OPTIONS = {
  memory: 768,
  'cpu-count': 1,
  'disk-size': 2_000,
  accel: 'auto',
  arch: 'amd64',
  forward: [],
  'share-folder': [],
  network: 'user',
  autostart: false,
  image: 'debian12-amd64-0123456789ab',
} as const;

/** How the program in QEMU's place behaves. */
export interface Behaviour {
  readonly accelerated?: boolean;
  /** It ends at once, with these words. */
  readonly refuses?: string;
  /** What the machine tells; that sshd listens otherwise. */
  readonly tells?: readonly string[];
  readonly ignoresButton?: boolean;
  /** Why jobs fail. */
  readonly jobFails?: string;
  /** What commands of the human monitor answer. */
  readonly answers?: string;
}

export interface QemuStand extends AsyncDisposable {
  readonly options: typeof OPTIONS;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  context(signal?: AbortSignal): TestContext;
  /** Command lines that the machine was booted with, and the snapshots in its disk. */
  notes(machine: QemuMachine): { boots: string[][]; snapshots: string[]; said?: string[] };
}

/** A computer with programs in QEMU's place and an image of the OS. */
export async function qemuStand(behaviour: Behaviour = {}): Promise<QemuStand> {
  const folder = testFolder();
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  for (const name of ['qemu-system-x86_64', 'qemu-system-aarch64']) program(bin, name, 'qemu-stand-in.js');
  program(bin, 'qemu-img', 'qemu-img-stand-in.js');
  writeFileSync(join(bin, 'behaviour.json'), JSON.stringify(behaviour));
  placeImage(folder.path);
  const environment = { PATH: bin, HOME: folder.path };
  return {
    options: OPTIONS,
    environment,
    folder: folder.path,
    context: (signal) => contextOf({ environment }, signal),
    notes: (machine) => JSON.parse(readFileSync(join(machine.folder, 'stand-in.json'), 'utf8')) as never,
    [Symbol.asyncDispose]: () => cleared(folder, environment),
  };
}

function program(bin: string, name: string, source: string): void {
  const text = [
    '#!/bin/sh',
    `QEMU_STAND_IN="$(cat '${bin}/behaviour.json')" exec '${process.execPath}' '${resolve(import.meta.dirname, source)}' "$@"`,
    '',
  ].join('\n');
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
}

const IMAGE = OPTIONS.image;

const INPUTS = { suite: 'bookworm', packages: {}, recipe: 'b'.repeat(64) };

/** An image of the OS with these words in its kernel, as a build leaves it; its folder. */
export function placeImage(home: string, name: string = IMAGE, kernel = 'the kernel'): string {
  const place = join(home, '.cache/berth/os', name);
  const texts = { kernel, initramfs: 'the initramfs', 'root.squashfs': 'the root.squashfs' };
  mkdirSync(place, { recursive: true });
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(place, file), text);
  const files = Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [
      file,
      { sha256: createHash('sha256').update(text).digest('hex'), bytes: text.length },
    ]),
  );
  const manifest = { format: 1, name, arch: 'amd64', kernel: '6.1.0', engine: '20.10.24', epoch: 1_790_000_000 };
  writeFileSync(join(place, 'manifest.json'), JSON.stringify({ ...manifest, files, inputs: INPUTS }));
  return place;
}

/** Ends whatever a test has left running. */
async function cleared(folder: TestFolder, environment: QemuStand['environment']): Promise<void> {
  const machines = join(folder.path, '.local/share/berth/qemu');
  const names = existsSync(machines) ? readdirSync(machines) : [];
  const context = contextOf({ environment });
  for (const name of names) {
    const left = { folder: join(machines, name), hostname: name } as QemuMachine;
    await driver.remove(left, context);
  }
  folder[Symbol.dispose]();
}
