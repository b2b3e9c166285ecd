import { arch as processor } from 'node:process';
import { MachineError } from '../errors.js';
import { DISK, type Arch, type Image } from '../os/contract.js';

/** Debian's name of a processor, from its own, the kernel's, or Node's. @throws MachineError BadOption */
export function parseArch(text: string | undefined): Arch {
  switch (text ?? processor) {
    case 'amd64':
    case 'x86_64':
    case 'x64':
      return 'amd64';
    case 'arm64':
    case 'aarch64':
      return 'arm64';
    default:
      throw new MachineError('BadOption', `the OS is built for amd64 and arm64, not for "${text ?? processor}"`);
  }
}

/** What one reads of an image, in lists and by itself. */
export interface ImageView {
  readonly name: string;
  readonly arch: Arch;
  readonly engine: string;
  readonly kernel: string;
  readonly bytes: number;
  readonly added: string;
  readonly folder: string;
}

export function imageView({ folder, manifest, addedAt }: Image): ImageView {
  const { name, arch, engine, kernel, files } = manifest;
  // A disk that was made with it is the same once more, and empty else.
  const own = Object.entries(files).filter(([file]) => file !== DISK);
  const bytes = own.reduce((sum, [, file]) => sum + file.bytes, 0);
  return { name, arch, engine, kernel, bytes, added: new Date(addedAt).toISOString(), folder };
}

/** In powers of ten, as disks and downloads are counted: "101 MB". */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
