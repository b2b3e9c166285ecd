import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { ANYWHERE, parsePort } from '../../src/cloud/ports.js';
import { userData } from '../../src/cloud/user-data.js';
import type { NewHost, PortRule } from '../../src/driver.js';
import { MachineError } from '../../src/errors.js';
import type { Reporter } from '../../src/reporter.js';
import { interfaceOf } from './catalog.js';
import type { OpenstackOptions } from './options.js';
import { items } from './values.js';

/** nova/api/openstack/compute/schemas/servers.py: user_data has 65535 characters of base64 at most. */
const USER_DATA_BYTES = Math.floor(65_535 / 4) * 3;
/** Neither several nor both: docker-machine's pairs of name and id. */
const EXCLUSIVE: readonly (readonly [keyof OpenstackOptions, keyof OpenstackOptions])[] = [
  ['flavor-name', 'flavor-id'],
  ['image-name', 'image-id'],
  ['net-name', 'net-id'],
  ['tenant-name', 'tenant-id'],
  ['username', 'user-id'],
  ['server-group-name', 'server-group-id'],
  ['volume-id', 'volume-size'],
  ['volume-id', 'volume-name'],
  ['volume-id', 'volume-type'],
];

/** Contradictions, and what is accepted without effect. @throws MachineError BadOption */
export function checkOptions(options: OpenstackOptions, report: Reporter): void {
  for (const [one, other] of EXCLUSIVE)
    if (options[one] && options[other])
      throw new MachineError('BadOption', `--openstack-${one} and --openstack-${other} exclude each other`);
  interfaceOf(options['endpoint-type'] ?? '');
  firstPorts(options);
  metadataOf(options);
  const { 'fixed-ip': address, 'ip-version': version } = options;
  if (address !== undefined && isIP(address) === 0)
    throw new MachineError('BadOption', `option --openstack-fixed-ip wants an address, got "${address}"`);
  if (version !== 4 && version !== 6)
    throw new MachineError('BadOption', `option --openstack-ip-version wants 4 or 6, got "${version}"`);
  if (version === 6 && options['floatingip-pool'])
    throw new MachineError('BadOption', '--openstack-floatingip-pool has no addresses of IP version 6');
  warnings(options).forEach((line) => report.warn(line));
}

function warnings(options: OpenstackOptions): readonly string[] {
  return [
    ...(options['nova-network']
      ? ["--openstack-nova-network has no effect: OpenStack has had no networks but Neutron's since 2016"]
      : []),
    ...(options['private-key-file']
      ? ['--openstack-private-key-file has no effect: berth makes a login key of its own']
      : []),
    ...(items(options['sec-groups']).length > 0 && options['open-port'].length > 0
      ? ['--openstack-open-port has no effect with --openstack-sec-groups: open ports in those']
      : []),
    ...(options['volume-type'] && !wantsVolume(options)
      ? ['--openstack-volume-type has no effect without --openstack-boot-from-volume or --openstack-volume-size']
      : []),
  ];
}

/** sshd's port and those that the user names, for everybody. @throws MachineError BadOption */
export function firstPorts(options: OpenstackOptions): readonly PortRule[] {
  const port = options['ssh-port'];
  return [
    { protocol: 'tcp', from: port, to: port, sources: ANYWHERE },
    ...options['open-port'].map((text) => parsePort(text, 'openstack-open-port')),
  ];
}

/** Whether a volume is to be made: to boot from, or beside the flavor's disk. */
export function wantsVolume(options: OpenstackOptions): boolean {
  if (options['volume-id']) return false;
  return options['boot-from-volume'] || options['volume-size'] > 0 || (options['volume-name'] ?? '') !== '';
}

/** docker-machine's list of keys and values by turns; key=value is understood too. @throws MachineError BadOption */
export function metadataOf({ metadata = '' }: OpenstackOptions): Readonly<Record<string, string>> {
  const words = metadata === '' ? [] : metadata.split(',').map((word) => word.trim());
  if (words.every((word) => word.includes('=')))
    return Object.fromEntries(
      words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
    );
  if (words.length % 2 !== 0)
    throw new MachineError('BadOption', `option --openstack-metadata wants key,value pairs, got "${metadata}"`, {
      suggestions: ['--openstack-metadata key1,value1,key2,value2'],
    });
  return Object.fromEntries(
    words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? ''] as const] : [])),
  );
}

/** The user's own user-data and berth's as one text. @throws MachineError CheckFailed */
export async function userDataOf(host: NewHost<OpenstackOptions>): Promise<string> {
  const path = host.options['user-data-file'];
  const own = path === undefined ? undefined : await fileText(path);
  return userData({
    ...{ host, user: host.options['ssh-user'], limit: USER_DATA_BYTES },
    ...(own === undefined ? {} : { own }),
  });
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MachineError('CheckFailed', `the user-data cannot be read: "${path}"`, { cause });
  }
}
