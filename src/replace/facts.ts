import { ProbeLines } from '../probe.js';
import { parseOsRelease } from '../provision/facts.js';
import type { Addresses, ServerDisk, ServerFacts } from './contract.js';

/** Reads what the probe printed. @returns undefined when the output is not whole */
export function parseServerFacts(output: string): ServerFacts | undefined {
  const fields = new ProbeLines(output);
  const sudoWords = fields.text('sudo_words').trim();
  if (!fields.has('end') && sudoWords === '') return undefined;
  const [containers = 0, volumes = 0] = fields.one('containers').split(' ').map(Number);
  return {
    os: parseOsRelease(fields.text('os_release')),
    arch: fields.one('arch'),
    hostname: fields.text('hostname').trim(),
    bootId: fields.one('boot_id'),
    ...optional(fields, 'container'),
    memoryMib: Number(fields.one('memory')),
    availableMib: Number(fields.one('available')),
    firmware: fields.one('firmware'),
    hasKexec: fields.has('kexec'),
    isKexecDisabled: fields.has('kexec_disabled'),
    lockdown: fields.one('lockdown'),
    lacks: fields.all('lacks'),
    commandLine: fields.text('cmdline').trim(),
    rootDisks: fields.all('root_disk'),
    disks: fields.all('disk').map(diskOf),
    mounted: fields.all('mounted').map(mountOf),
    network: networkOf(fields),
    authorizedKeys: fields.text('authorized_keys'),
    hostKeys: fields.all('host_key'),
    user: fields.one('user'),
    sshPort: Number(fields.one('ssh_port')) || 22,
    ...(sudoWords === '' ? {} : { sudoWords }),
    ...{ containers, volumes },
  };
}

/** A member that is absent where there is nothing. */
function optional<K extends string>(fields: ProbeLines, key: K): { readonly [M in K]?: string } {
  const value = fields.one(key);
  return (value === '' ? {} : { [key]: value }) as { readonly [M in K]?: string };
}

function diskOf(line: string): ServerDisk {
  const [name = '', mib = '', key = '', model = ''] = line.split(' ');
  return { name, mib: Number(mib), key, model: model.replaceAll('_', ' ').trim() };
}

function mountOf(line: string): ServerFacts['mounted'][number] {
  const [disk = '', usedMib = '', ...path] = line.split(' ');
  return { disk, usedMib: Number(usedMib), path: path.join(' ') };
}

function networkOf(fields: ProbeLines): ServerFacts['network'] {
  return {
    ...optional(fields, 'link'),
    ...optional(fields, 'card'),
    ...optional(fields, 'mac'),
    ipv4: addressesOf(fields, '4'),
    ipv6: addressesOf(fields, '6'),
    nameservers: fields.all('nameserver'),
  };
}

function addressesOf(fields: ProbeLines, family: string): Addresses {
  const addresses = fields.all(`address${family}`).map((line) => {
    const [address = '', word] = line.split(' ');
    return { address, dynamic: word === 'dynamic' };
  });
  const gateway = fields.one(`gateway${family}`);
  return { addresses, ...(gateway === '' ? {} : { gateway }) };
}
