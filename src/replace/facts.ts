import { parseOsRelease } from '../provision/facts.js';
import type { Addresses, ServerDisk, ServerFacts } from './contract.js';

/** Reads what the probe printed. @returns undefined when the output is not whole */
export function parseServerFacts(output: string): ServerFacts | undefined {
  const fields = new Fields(output);
  const sudoWords = fields.text('sudo_words').trim();
  if (!fields.has('end') && sudoWords === '') return undefined;
  const [containers = 0, volumes = 0] = fields.one('containers').split(' ').map(Number);
  return {
    os: parseOsRelease(fields.text('os_release')),
    arch: fields.one('arch'),
    hostname: fields.text('hostname').trim(),
    bootId: fields.one('boot_id'),
    ...fields.optional('container', 'container'),
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

/** Lines of KEY=VALUE, some keys several times. */
class Fields {
  readonly #lines: readonly (readonly [key: string, value: string])[];

  constructor(output: string) {
    this.#lines = output.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    });
  }

  all(key: string): readonly string[] {
    return this.#lines.flatMap(([name, value]) => (name === key ? [value] : []));
  }

  has(key: string): boolean {
    return this.all(key).length > 0;
  }

  one(key: string): string {
    return this.all(key)[0] ?? '';
  }

  /** Of a value in hexadecimal. */
  text(key: string): string {
    return Buffer.from(this.one(key), 'hex').toString();
  }

  /** A member that is absent where there is nothing. */
  optional<K extends string>(key: string, member: K): { readonly [M in K]?: string } {
    const value = this.one(key);
    return (value === '' ? {} : { [member]: value }) as { readonly [M in K]?: string };
  }
}

function diskOf(line: string): ServerDisk {
  const [name = '', mib = '', key = '', model = ''] = line.split(' ');
  return { name, mib: Number(mib), key, model: model.replaceAll('_', ' ').trim() };
}

function mountOf(line: string): ServerFacts['mounted'][number] {
  const [disk = '', usedMib = '', ...path] = line.split(' ');
  return { disk, usedMib: Number(usedMib), path: path.join(' ') };
}

function networkOf(fields: Fields): ServerFacts['network'] {
  return {
    ...fields.optional('link', 'link'),
    ...fields.optional('card', 'card'),
    ...fields.optional('mac', 'mac'),
    ipv4: addressesOf(fields, '4'),
    ipv6: addressesOf(fields, '6'),
    nameservers: fields.all('nameserver'),
  };
}

function addressesOf(fields: Fields, family: string): Addresses {
  const addresses = fields.all(`address${family}`).map((line) => {
    const [address = '', word] = line.split(' ');
    return { address, dynamic: word === 'dynamic' };
  });
  return { addresses, ...fields.optional(`gateway${family}`, 'gateway') };
}
