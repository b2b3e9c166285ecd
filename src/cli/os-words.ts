import { arch as processor } from 'node:process';
import { MachineError } from '../errors.js';
import { archOf } from '../os/arch.js';
import { DISK, type Arch, type Image } from '../os/contract.js';

/** This computer's processor where none is named. @throws MachineError BadOption */
export function parseArch(text: string = processor): Arch {
  const arch = archOf(text);
  if (arch === undefined) throw new MachineError('BadOption', `the OS is built for amd64 and arm64, not for "${text}"`);
  return arch;
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
