import { bytesToSend } from './archive.js';
import type { Addresses, Replacement, ServerFacts } from './contract.js';
import { fixedAddress } from './plan.js';
import { memoryNeeded } from './refuse.js';

/** What happens, a line each, what is lost first. */
export function describeReplacement(replacement: Replacement): readonly string[] {
  const { facts, wish } = replacement;
  return [
    `${wish.name} gets the OS ${wish.image.manifest.name} in place of ${facts.os.title || 'its own'}.`,
    'Lost for good:',
    ...indented(lost(replacement)),
    'Kept:',
    ...indented(kept(replacement)),
    'How:',
    ...indented(how(replacement)),
  ];
}

function lost({ facts, disk }: Replacement): readonly string[] {
  const model = disk.model === '' ? '' : `, ${disk.model}`;
  const others = facts.disks.filter(({ name }) => name !== disk.name);
  const engine = facts.containers + facts.volumes > 0;
  return [
    `the whole disk /dev/${disk.name} (${gib(disk.mib)}${model})`,
    ...facts.mounted
      .filter((one) => one.disk === disk.name)
      .map(({ path, usedMib }) => `${path}, ${gib(usedMib)} used`),
    ...(engine ? [`${count(facts.containers, 'container')} and ${count(facts.volumes, 'volume')} of its engine`] : []),
    ...(others.length > 0 ? [`nothing of ${others.map(({ name }) => `/dev/${name}`).join(', ')}`] : []),
  ];
}

function kept({ facts, authorizedKeys }: Replacement): readonly string[] {
  const { network, hostKeys, user, hostname, sshPort } = facts;
  const users = [...new Set(['root', 'docker', user])].join(', ');
  const keys = authorizedKeys.trim().split('\n');
  return [
    `IPv4: ${addressText(network.ipv4, 'DHCP')}`,
    `IPv6: ${addressText(network.ipv6, 'by its router')}`,
    `nameservers: ${network.nameservers.join(', ') || 'none'}`,
    `network card: ${network.mac ?? ''}`,
    `host name: ${hostname}`,
    `host keys: ${hostKeys.map((line) => line.split(' ')[0]).join(', ')}`,
    `logins: ${users}, by ${count(keys.length, 'key')}: ${keys.map(keyName).join(', ')}`,
    ...(sshPort === 22 ? [] : [`sshd's port: ${sshPort}`]),
  ];
}

function addressText(family: Addresses, otherwise: string): string {
  const fixed = fixedAddress(family);
  const [first, ...more] = family.addresses;
  if (first === undefined) return 'none';
  const left = more.length > 0 ? `; not ${more.map(({ address }) => address).join(', ')}` : '';
  const gateway = family.gateway === undefined ? '' : `, gateway ${family.gateway}`;
  return fixed === undefined ? `${first.address}, ${otherwise}${left}` : `${fixed}${gateway}${left}`;
}

/** The comment of a key, or the end of the key. */
function keyName(line: string): string {
  const [key = '', comment = ''] = /\bAAAA[\w+/=]+(?:\s+(.*))?$/.exec(line) ?? [];
  return comment.trim() || `…${key.slice(-8)}`;
}

function how(replacement: Replacement): readonly string[] {
  const { facts, wish, commandLine } = replacement;
  return [
    `${Math.round(bytesToSend(wish.image) / 1e6)} MB are sent to its memory; ${memoryNeeded(wish)} MiB are needed, ${freeMemory(facts)}`,
    `kernel ${wish.image.manifest.kernel} is started by kexec: ${commandLine}`,
    'it checks that the disk is there and that the network answers; until then a reset brings the old system back',
    `it erases the disk, puts the OS and boot loaders for BIOS and UEFI on it, and boots (${facts.firmware} here)`,
  ];
}

function freeMemory({ availableMib, memoryMib }: ServerFacts): string {
  return `${availableMib} of ${memoryMib} MiB are free`;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function gib(mib: number): string {
  return `${(mib / 1024).toFixed(1)} GiB`;
}
