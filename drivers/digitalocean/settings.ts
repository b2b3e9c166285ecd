import { readFile } from 'node:fs/promises';
import { ANYWHERE, parsePort } from '../../src/cloud/ports.js';
import { endpointUrl } from '../../src/cloud/rest.js';
import { candidates, type Candidate } from '../../src/cloud/stock.js';
import { userData } from '../../src/cloud/user-data.js';
import type { NewHost, PortRule } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Reporter } from '../../src/reporter.js';
import type { DropletOptions } from './options.js';
import { withoutVersion } from './stored.js';

/** openapi: resources/droplets/models/droplet_create.yml, user_data. */
const USER_DATA_BYTES = 65_536;

export function endpointOf({ endpoint }: DropletOptions): string {
  return withoutVersion(endpointUrl(endpoint, 'digitalocean-endpoint'));
}

export function candidatesOf({ region, size }: DropletOptions): readonly Candidate[] {
  return candidates(region, size);
}

/** Slugs of sizes with GPUs begin so. */
export function isGpu(tries: readonly Candidate[]): boolean {
  return tries.some(({ type }) => type.startsWith('gpu-'));
}

/** sshd's port and those that the user names, for everybody. @throws MachineError BadOption */
export function firstPorts(options: DropletOptions): readonly PortRule[] {
  const port = options['ssh-port'];
  return [
    { protocol: 'tcp', from: port, to: port, sources: ANYWHERE },
    ...options['open-port'].map((text) => parsePort(text, 'digitalocean-open-port')),
  ];
}

/** A machine with firewalls of the user's gets none of its own. */
export function wantsFirewall(options: DropletOptions): boolean {
  return options.firewalls.length === 0 && !options['no-firewall'];
}

/** openapi: resources/tags/models/tags.yml. @throws MachineError BadOption */
export function tagsIn({ tags = '' }: DropletOptions): readonly string[] {
  return tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
    .map((tag) => {
      if (/^[A-Za-z0-9_:-]{1,255}$/.test(tag)) return tag;
      const shown = tag.length > 20 ? `${tag.slice(0, 20)}…` : tag;
      throw new MachineError('BadOption', `option --digitalocean-tags takes no tag "${shown}"`, {
        suggestions: ['Tags have letters, digits, ":", "-" and "_"'],
      });
    });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Contradictions, and what is accepted without effect. @throws MachineError BadOption */
export function checkOptions(options: DropletOptions, report: Reporter): void {
  endpointOf(options);
  firstPorts(options);
  tagsIn(options);
  for (const [key, id] of [
    ['vpc-uuid', options['vpc-uuid'] ?? ''],
    ...options.firewalls.map((firewall) => ['firewalls', firewall] as const),
  ] as const)
    if (id !== '' && !UUID.test(id))
      throw new MachineError('BadOption', `option --digitalocean-${key} wants a UUID, got "${id}"`, {
        suggestions: [key === 'vpc-uuid' ? 'doctl vpcs list' : 'doctl compute firewall list'],
      });
  const both = (one: keyof DropletOptions, other: keyof DropletOptions): never => {
    throw new MachineError('BadOption', `--digitalocean-${one} and --digitalocean-${other} exclude each other`);
  };
  if (options['disable-public'] && options.ipv6) both('disable-public', 'ipv6');
  if (options['no-firewall'] && options.firewalls.length > 0) both('no-firewall', 'firewalls');
  warnings(options).forEach((line) => report.warn(line));
}

function warnings(options: DropletOptions): readonly string[] {
  return [
    ...(options['private-networking']
      ? ['--digitalocean-private-networking has no effect: droplets are in a VPC (--digitalocean-vpc-uuid names one)']
      : []),
    ...(!wantsFirewall(options) && options['open-port'].length > 0
      ? [
          options['no-firewall']
            ? '--digitalocean-open-port has no effect with --digitalocean-no-firewall: all ports are open'
            : '--digitalocean-open-port has no effect with --digitalocean-firewalls: open ports in those',
        ]
      : []),
  ];
}

/** The user's own user-data and berth's as one text. @throws MachineError CheckFailed */
export async function userDataOf(host: NewHost<DropletOptions>): Promise<string> {
  const { options } = host;
  const path = options.userdata ?? '';
  return userData({
    ...{ host, user: options['ssh-user'], limit: USER_DATA_BYTES },
    ...(path === '' ? {} : { own: await fileText(path, 'user-data') }),
  });
}

/** @throws MachineError CheckFailed */
export async function fileText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('CheckFailed', `the ${what} cannot be read: "${path}"`, { cause });
  }
}
