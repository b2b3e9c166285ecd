import { MachineError } from '../errors.js';
import { bytesToSend } from './archive.js';
import type { Replacement, ReplaceWish, ServerDisk, ServerFacts } from './contract.js';

/** Besides what is sent, for the new kernel and its first process. In MiB. */
const MEMORY_BESIDES = 128;
/** The boot partitions have 258 MiB; an engine wants some room. In MiB. */
const SMALLEST_DISK = 2_048;

/** Stops at whatever makes a replacement impossible. @throws MachineError UnsupportedHost, ProvisionFailed */
export function refuseServer(facts: ServerFacts, wish: ReplaceWish): void {
  refuseWithoutRoot(facts, wish);
  refuseKernel(facts, wish);
  refuseMemory(facts, wish);
  refuseNetwork(facts, wish);
  refuseKeys(facts, wish);
}

function refuseWithoutRoot({ user, sudoWords }: ServerFacts, { name }: ReplaceWish): void {
  if (sudoWords === undefined) return;
  throw new MachineError('ProvisionFailed', `user "${user}" may not become root on ${name} without a password`, {
    cause: new Error(sudoWords),
    suggestions: ['Log in as root instead'],
  });
}

function refuseKernel(facts: ServerFacts, { name }: ReplaceWish): void {
  const { container, hasKexec, isKexecDisabled, lockdown, lacks, os } = facts;
  if (container !== undefined)
    throw unfit(`${name} is a container (${container}): it has no kernel of its own to replace`);
  if (!hasKexec) throw unfit(`the kernel of ${name} cannot start another one: it has no kexec`);
  if (isKexecDisabled)
    throw unfit(`the kernel of ${name} starts no other one until it is rebooted (kexec_load_disabled)`, [
      'Take kernel.kexec_load_disabled out of its sysctl files, and reboot it',
    ]);
  // A locked kernel takes what Debian has signed when it is Debian's itself; loading it tells.
  if (!['', 'none'].includes(lockdown) && os.id !== 'debian')
    throw unfit(`the kernel of ${name} starts no foreign one: it is locked down by Secure Boot`, [
      'Switch Secure Boot off at the provider or in the firmware',
    ]);
  if (lacks.length > 0) throw unfit(`the kernel of ${name} lacks ${lacks.join(' and ')}, which reads the OS`);
}

/** The archive is in memory twice: as a file and loaded by the old kernel, packed and unpacked in the new one. */
export function memoryNeeded({ image }: ReplaceWish): number {
  return 2 * Math.ceil(bytesToSend(image) / 1_048_576) + MEMORY_BESIDES;
}

function refuseMemory({ memoryMib, availableMib }: ServerFacts, wish: ReplaceWish): void {
  const needed = memoryNeeded(wish);
  if (memoryMib < needed)
    throw unfit(`${wish.name} has ${memoryMib} MiB of memory, and installing takes ${needed} MiB`);
  if (availableMib < needed)
    throw unfit(`${wish.name} has ${availableMib} MiB of memory free, and installing takes ${needed} MiB`, [
      'Stop what runs on the server, and try again',
    ]);
}

function refuseNetwork({ network }: ServerFacts, { name }: ReplaceWish): void {
  const { link, mac, ipv4, ipv6 } = network;
  if (link === undefined || ipv4.addresses.length + ipv6.addresses.length === 0)
    throw unfit(`${name} has no default route, so berth cannot tell which address to keep`);
  if (mac === undefined) throw unfit(`the network of ${name} goes through "${link}", which is no plain network card`);
}

function refuseKeys({ user, hostKeys }: ServerFacts, { name, knownKeys }: ReplaceWish): void {
  // It becomes a line of /etc/passwd.
  if (!/^[a-z_][a-z0-9_-]{0,31}$/i.test(user)) throw unfit(`user "${user}" of ${name} cannot be carried over`);
  const bases = hostKeys.map((line) => line.split(' ')[1]);
  if (!knownKeys.some((key) => bases.includes(key)))
    throw unfit(`the host key that ${name} shows is none of its /etc/ssh, so it cannot be kept`);
}

/** The disk to erase. @throws MachineError BadOption, UnsupportedHost */
export function diskToErase({ disks, rootDisks }: ServerFacts, wish: ReplaceWish): ServerDisk {
  const [only, ...more] = rootDisks;
  const wanted = wish.disk?.replace(/^\/dev\//, '') ?? (more.length === 0 ? only : undefined);
  const names = disks.map(({ name }) => `/dev/${name}`).join(', ');
  if (wanted === undefined)
    throw unfit(`the system of ${wish.name} lies on ${rootDisks.length} disks: name the one to erase`, [
      `--install-os-erase DISK, which is one of ${names}`,
    ]);
  const disk = disks.find(({ name }) => name === wanted);
  if (disk === undefined)
    throw new MachineError('BadOption', `there is no disk "${wanted}" on ${wish.name}; there is ${names || 'none'}`);
  if (disk.mib < SMALLEST_DISK)
    throw unfit(`disk "${wanted}" of ${wish.name} has ${disk.mib} MiB, and the OS needs ${SMALLEST_DISK} MiB`);
  return disk;
}

/** @throws MachineError UnsupportedHost when nobody could log in afterwards */
export function refuseWithoutKeys({
  authorizedKeys,
  wish,
  facts,
}: Pick<Replacement, 'authorizedKeys' | 'wish' | 'facts'>): void {
  if (authorizedKeys !== '') return;
  throw unfit(`user "${facts.user}" has no authorized_keys on ${wish.name}: nobody could log in afterwards`, [
    'ssh-copy-id to the server, and try again',
  ]);
}

export function unfit(message: string, suggestions: readonly string[] = [], cause?: Error): MachineError {
  return new MachineError('UnsupportedHost', message, { suggestions, ...(cause ? { cause } : {}) });
}
