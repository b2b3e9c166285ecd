import type { Arch } from './contract.js';

const NAMES: ReadonlyMap<string, Arch> = new Map([
  ...(['amd64', 'x86_64', 'x64'] as const).map((name) => [name, 'amd64'] as const),
  ...(['arm64', 'aarch64'] as const).map((name) => [name, 'arm64'] as const),
]);

/** A processor that the OS is made for, by Debian's name of it, the kernel's, or Node's. */
export function archOf(name: string): Arch | undefined {
  return NAMES.get(name);
}
